import { HubError } from '../../../hub/core/error.ts';
import type { Connection, Protocol } from '../socket/connection.ts';
import { FrameParser } from './frame-parser.ts';

/** The command numbers from lgCmd.h of lg (github.com/joan2937/lg). */
export const COMMAND_NUMBERS = {
  /** Opens a chip. */
  GO: 10,
  /** Closes a chip. */
  GC: 11,
  /** Claims an output: handle, line flags, GPIO, level. */
  GSOX: 13,
  /** Claims an input with edge reports: handle, line flags, edges, GPIO, handle for reports. */
  GSAX: 14,
  /** Frees a GPIO. */
  GSF: 15,
  /** Reads a level. */
  GR: 19,
  /** Writes a level. */
  GW: 20,
  /** PWM: handle, GPIO, millihertz, thousandths of a percent, offset, cycles (0 means endless). */
  PX: 24,
  /** Sets how long a level must hold, µs. */
  GDEB: 29,
  /** Gets information about a chip. */
  GIC: 31,
  /** Gets information about a line of a chip. */
  GIL: 32,
  /** Turns this connection into one for reports. */
  NOIB: 117,
} as const;

export type CommandName = keyof typeof COMMAND_NUMBERS;

/** A command and its parameters, each an unsigned 32-bit integer: the commands used here have no others. */
export type Request = readonly [name: CommandName, ...parameters: number[]];

export interface Answer {
  /** A negative value is an lg error. */
  readonly status: number;
  readonly data: Uint8Array;
}

export type RgpiodConnection = Connection<Request, Answer>;

/** `lgdm`, little-endian. */
const MAGIC = 0x6c_67_64_6d;

/** Requests and answers have the same header: magic or status, size of the data after it, command, and three 16-bit counts. */
export const HEADER_BYTES = 16;

function encodeRequest([name, ...parameters]: Request): Uint8Array {
  const size = parameters.length * 4;
  const bytes = new Uint8Array(HEADER_BYTES + size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, size, true);
  view.setUint16(8, COMMAND_NUMBERS[name], true);
  view.setUint16(12, parameters.length, true);
  for (const [index, value] of parameters.entries()) view.setUint32(HEADER_BYTES + index * 4, value, true);
  return bytes;
}

/** The protocol of rgpiod's socket: requests run one after the other, and answers come in order. */
export const RGPIOD: Protocol<Request, Answer> = {
  name: 'rgpiod',
  remedy: 'on Raspberry Pi OS "sudo apt install rgpiod" installs it',
  encode: (requests) => Buffer.concat(requests.map(encodeRequest)),
  createParser() {
    const parser = new FrameParser();
    return (bytes) => parser.push(bytes);
  },
  decode(answer, [name]) {
    const answered = answer.getUint16(8, true);
    if (answered !== COMMAND_NUMBERS[name])
      throw new HubError('driver/failed', `rgpiod answered command ${answered} instead of ${name}`);
    const { buffer, byteOffset, byteLength } = answer;
    const data = new Uint8Array(buffer, byteOffset + HEADER_BYTES, byteLength - HEADER_BYTES);
    return { status: answer.getInt32(0, true), data };
  },
};

/** Statuses that the driver handles specially. */
export const STATUS = {
  /** An alert was refused, mostly because the line is in use. */
  BAD_EVENT_REQUEST: -72,
  /** Another program has the line. */
  BUSY: -79,
  /** The line is not ours. */
  NOT_ALLOCATED: -80,
  /** PWM was stopped but was not running. */
  NO_PWM: -86,
} as const;

const ERRORS = new Map<number, string>([
  [-5, 'unknown handle'],
  [-7, "not permitted by rgpiod's access control"],
  [-47, 'unknown command'],
  [STATUS.BAD_EVENT_REQUEST, 'the kernel refused to report edges'],
  [-73, 'no such GPIO'],
  [-76, 'the GPIO could not be read'],
  [-77, 'the GPIO could not be written'],
  [-78, 'the chip could not be opened'],
  [STATUS.BUSY, 'another program has the GPIO'],
  [STATUS.NOT_ALLOCATED, 'the GPIO is not ours'],
  [-81, 'no GPIO chip'],
  [-93, "not permitted by rgpiod's access control"],
  [-98, 'debounce time not 0–5000000 µs'],
  [-102, 'frequency not 0.1–10000 Hz'],
  [-103, 'duty cycle not 0–100 %'],
  [-104, 'the GPIO is not an output'],
]);

/** The error for a refused request. */
export function refusalOf([name, ...parameters]: Request, status: number): HubError {
  const reason = ERRORS.get(status) ?? 'see lgpio.h';
  const line = [name, ...parameters].join(' ');
  return new HubError('driver/failed', `rgpiod refused ${line} with ${status}: ${reason}`);
}
