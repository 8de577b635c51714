import { HEADER_PINS } from '../../facts/header.ts';
import type { LineInfo } from '../line-info.ts';
import type { PwmState } from '../pins.ts';
import { type Backends, isFound, withBackends } from './backends.ts';
import { type Board, readBoard } from './board.ts';
import type { LinuxOptions } from './create-linux-pins.ts';
import { headerGpiosOf, overlayFor } from './pi.ts';
import { describeInputs } from './probe-linux.ts';
import type { PwmChannel } from './pwm-channels.ts';
import { parseNs, stateOf } from './pwm-timing.ts';
import { REAL_FILES, readIfThere, type SysfsFiles } from './sysfs-files.ts';

/** The abilities of a header pin, and the program that has it. */
export interface PinRow {
  /** BCM number. */
  readonly gpio: number;
  /** Number on the header, 1–40. */
  readonly physical: number;
  /** The source of its PWM: the kernel, through `channel`, or rgpiod. Absent if there is none. */
  readonly pwm?: 'kernel' | 'rgpiod';
  /** Absent if the pin has no channel. */
  readonly channel?: PwmChannel;
  /** The current state of the channel; absent if no program has exported it. */
  readonly state?: PwmState;
  /** The kernel's information about the GPIO line; absent if it cannot be queried. */
  readonly info?: LineInfo;
  /** The config.txt line that gives the pin a channel; absent if it has one. */
  readonly line?: string;
}

export interface PinTable {
  readonly model: string;
  /** The file for the config.txt lines. */
  readonly configFile: string;
  /** Why some channels may be missing from the table. */
  readonly hidden?: string;
  /** Sorted by GPIO, ascending. */
  readonly rows: readonly PinRow[];
  /** A sentence that says how pins can be inputs, or why they cannot. */
  readonly inputs: string;
}

/** The abilities of every pin of this Raspberry Pi, determined without changing anything. Rejects with `driver/unavailable` on other computers. */
export async function readPinTable(options: LinuxOptions = {}): Promise<PinTable> {
  const { files = REAL_FILES } = options;
  const board = await readBoard(files);
  return withBackends(options, async (backends) => ({
    model: board.pi.model,
    configFile: board.pi.configFile,
    ...(board.hidden !== undefined && { hidden: board.hidden }),
    rows: await Promise.all(headerGpiosOf(board.pi).map((gpio) => readRow(gpio, { files, board, backends }))),
    inputs: `${describeInputs(backends.lines)}.`,
  }));
}

interface Surroundings {
  readonly files: SysfsFiles;
  readonly board: Board;
  readonly backends: Backends;
}

async function readRow(gpio: number, { files, board, backends }: Surroundings): Promise<PinRow> {
  const physical = HEADER_PINS.findIndex((pin) => pin.gpio === gpio) + 1;
  const channel = board.channels.find((each) => each.gpio === gpio);
  const state = channel && (await readState(files, channel));
  const info = isFound(backends.lines) ? await backends.lines.lineInfo(gpio) : undefined;
  return {
    gpio,
    physical,
    ...(channel ? { pwm: 'kernel', channel } : { line: overlayFor(gpio, board.pi) }),
    ...(!channel && isFound(backends.rgpiod) && { pwm: 'rgpiod' }),
    ...(state && { state }),
    ...(info && { info }),
  };
}

async function readState(files: SysfsFiles, channel: PwmChannel): Promise<PwmState | undefined> {
  const read = (name: string) => readIfThere(files, `${channel.chip}/pwm${channel.number}/${name}`);
  const [period, duty, enable] = [await read('period'), await read('duty_cycle'), await read('enable')];
  if (!period || !duty || !enable) return undefined;
  const number = (bytes: Uint8Array) => parseNs(new TextDecoder().decode(bytes).trim());
  const timing = { periodNs: number(period), dutyNs: number(duty), isEnabled: number(enable) === 1 };
  return stateOf(timing, channel, 0);
}
