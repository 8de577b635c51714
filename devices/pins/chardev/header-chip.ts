import { HubError } from '../../../hub/core/error.ts';
import { isHeaderChip } from '../chip-label.ts';
import { errnoOf } from '../errno.ts';
import { inUse, type LineInfo } from '../line-info.ts';
import { JOIN_GROUP } from '../permission.ts';
import type { Level } from '../pins.ts';
import type { DeviceCalls } from './device-calls.ts';
import {
  createChipInfo,
  decodeChipLabel,
  decodeEvents,
  decodeLineFd,
  decodeLineInfo,
  decodeValues,
  EVENT_BYTES,
  encodeLineInfo,
  encodeLineRequest,
  encodeOutputConfig,
  encodeValues,
  type InputConfig,
  IOCTL,
  type LineEvent,
} from './uapi.ts';

/** The consumer name that other programs see on our lines. */
const CONSUMER = 'pinhub';

/** The number of edges read in one call. */
const EVENTS_AT_ONCE = 16;

/** The GPIO chip of the header. */
export class HeaderChip {
  readonly #calls: DeviceCalls;
  readonly #fd: number;

  /** Finds the chip by its label. Throws `driver/unavailable` with the reason. */
  static open(calls: DeviceCalls): HeaderChip {
    const refusals: unknown[] = [];
    for (const path of calls.list()) {
      try {
        const fd = calls.open(path);
        if (closedOnError(calls, fd, () => isHeaderChip(labelOf(calls, fd))))
          return new HeaderChip(calls, fd);
        calls.close(fd);
      } catch (error) {
        refusals.push(error);
      }
    }
    throw unavailable(refusals);
  }

  private constructor(calls: DeviceCalls, fd: number) {
    this.#calls = calls;
    this.#fd = fd;
  }

  /** Throws `driver/failed`. */
  lineInfo(gpio: number): LineInfo {
    const bytes = encodeLineInfo(gpio);
    try {
      this.#calls.ioctl(this.#fd, IOCTL.GET_LINEINFO, bytes);
    } catch (cause) {
      throw refused(gpio, cause);
    }
    return decodeLineInfo(bytes);
  }

  /** Requests a line, as an input or without changes. Throws `pin/in-use`, which names the program that has it, or `driver/failed`. */
  request(gpio: number, input?: InputConfig): Line {
    const bytes = encodeLineRequest(gpio, CONSUMER, input);
    try {
      this.#calls.ioctl(this.#fd, IOCTL.GET_LINE, bytes);
    } catch (cause) {
      throw this.#refusalOf(gpio, cause);
    }
    const fd = decodeLineFd(bytes);
    return closedOnError(this.#calls, fd, () => new Line(this.#calls, gpio, fd));
  }

  close(): void {
    this.#calls.close(this.#fd);
  }

  #refusalOf(gpio: number, cause: unknown): HubError {
    if (errnoOf(cause) !== 'EBUSY') return refused(gpio, cause);
    return inUse(gpio, this.lineInfo(gpio), cause);
  }
}

/** A line that we hold until it is closed. */
export class Line {
  readonly #calls: DeviceCalls;
  readonly #gpio: number;
  readonly #fd: number;
  readonly #room = new Uint8Array(EVENTS_AT_ONCE * EVENT_BYTES);

  constructor(calls: DeviceCalls, gpio: number, fd: number) {
    this.#calls = calls;
    this.#gpio = gpio;
    this.#fd = fd;
    calls.setNonBlocking(fd);
  }

  /** Throws `driver/failed`, like `drive` and `write`. */
  read(): Level {
    return decodeValues(this.#ioctl(IOCTL.GET_VALUES, encodeValues(0)));
  }

  /** Makes the line an output with a level. */
  drive(level: Level): void {
    this.#ioctl(IOCTL.SET_CONFIG, encodeOutputConfig(level));
  }

  /** Writes the level of an output. */
  write(level: Level): void {
    this.#ioctl(IOCTL.SET_VALUES, encodeValues(level));
  }

  /** The edges since the last call. Never waits. */
  takeEvents(): LineEvent[] {
    const events: LineEvent[] = [];
    for (;;) {
      const length = this.#calls.read(this.#fd, this.#room);
      // There are usually none, and this runs 200 times a second.
      if (length > 0) events.push(...decodeEvents(this.#room.subarray(0, length)));
      if (length < this.#room.length) return events;
    }
  }

  close(): void {
    this.#calls.close(this.#fd);
  }

  #ioctl(request: number, bytes: Uint8Array): Uint8Array {
    try {
      this.#calls.ioctl(this.#fd, request, bytes);
      return bytes;
    } catch (cause) {
      throw refused(this.#gpio, cause);
    }
  }
}

/** Requests a line and runs `use` on it. If that fails, the line is released and the error is thrown. */
export function openLine<T>(
  chip: HeaderChip,
  gpio: number,
  input: InputConfig | undefined,
  use: (line: Line) => T,
): T {
  const line = chip.request(gpio, input);
  try {
    return use(line);
  } catch (error) {
    line.close();
    throw error;
  }
}

function refused(gpio: number, cause: unknown): HubError {
  const errno = errnoOf(cause) ?? String(cause);
  return new HubError('driver/failed', `the kernel refused GPIO ${gpio} with ${errno}`, { cause });
}

function labelOf(calls: DeviceCalls, fd: number): string {
  const bytes = createChipInfo();
  calls.ioctl(fd, IOCTL.GET_CHIPINFO, bytes);
  return decodeChipLabel(bytes);
}

function unavailable(refusals: readonly unknown[]): HubError {
  const isDenied = refusals.some((error) => errnoOf(error) === 'EACCES');
  const reason = isDenied
    ? `this user may not open /dev/gpiochip*; ${JOIN_GROUP}`
    : "no /dev/gpiochip* has the pins of a Raspberry Pi's header";
  return new HubError('driver/unavailable', reason, { cause: new AggregateError(refusals) });
}

function closedOnError<T>(calls: DeviceCalls, fd: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    calls.close(fd);
    throw error;
  }
}
