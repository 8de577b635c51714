import { nameAt } from '../kernel-text.ts';
import type { LineInfo } from '../line-info.ts';
import type { Level, Pull } from '../pins.ts';

/**
 * The structures of the kernel's GPIO character device, version 2 of the ABI (linux/gpio.h, since 5.10). Version 1 is missing from newer
 * kernels.
 */

/** ioctl request numbers, made of direction, size and number. */
export const IOCTL = {
  GET_CHIPINFO: 0x8044_b401,
  GET_LINEINFO: 0xc100_b405,
  GET_LINE: 0xc250_b407,
  SET_CONFIG: 0xc110_b40d,
  GET_VALUES: 0xc010_b40e,
  SET_VALUES: 0xc010_b40f,
} as const;

const CHIPINFO_BYTES = 68;
const LINEINFO_BYTES = 256;
const REQUEST_BYTES = 592;
const CONFIG_BYTES = 272;
const VALUES_BYTES = 16;
export const EVENT_BYTES = 48;

const FLAG = {
  USED: 1,
  INPUT: 4,
  OUTPUT: 8,
  EDGE_RISING: 16,
  EDGE_FALLING: 32,
} as const;

const PULL_FLAGS: Readonly<Record<Pull, number>> = { up: 256, down: 512, none: 1024 };

const ATTRIBUTE = { OUTPUT_VALUES: 2, DEBOUNCE: 3 } as const;

/** Offsets of the fields of a request. */
const REQUEST_AT = { consumer: 256, config: 288, lines: 560, queue: 564, fd: 588 } as const;

/** How many edges the kernel buffers until they are read; beyond that it drops the oldest. Its default is 16, which a bouncing switch exceeds. */
const QUEUED_EDGES = 256;

/** The configuration of a line: flags, and at most one attribute. */
interface LineConfig {
  readonly flags: number;
  readonly attribute?: { readonly id: number; readonly value: number };
}

/** A line without changes: it keeps its direction and level. */
const AS_IS: LineConfig = { flags: 0 };

export interface InputConfig {
  readonly pull: Pull;
  /** How long a level must hold to count, µs. */
  readonly steadyUs: number;
}

function inputConfig({ pull, steadyUs }: InputConfig): LineConfig {
  const flags = FLAG.INPUT | FLAG.EDGE_RISING | FLAG.EDGE_FALLING | PULL_FLAGS[pull];
  return steadyUs === 0 ? { flags } : { flags, attribute: { id: ATTRIBUTE.DEBOUNCE, value: steadyUs } };
}

/** A request for one line. The kernel writes its answer into the same bytes: see `decodeLineFd`. */
export function encodeLineRequest(gpio: number, consumer: string, input?: InputConfig): Uint8Array {
  const bytes = new Uint8Array(REQUEST_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, gpio, true);
  bytes.set(new TextEncoder().encode(consumer), REQUEST_AT.consumer);
  bytes.set(encodeConfig(input ? inputConfig(input) : AS_IS), REQUEST_AT.config);
  view.setUint32(REQUEST_AT.lines, 1, true);
  if (input) view.setUint32(REQUEST_AT.queue, QUEUED_EDGES, true);
  return bytes;
}

/** The file descriptor of the requested line. */
export function decodeLineFd(request: Uint8Array): number {
  return viewOf(request).getInt32(REQUEST_AT.fd, true);
}

/** The configuration for an output with a level. */
export function encodeOutputConfig(level: Level): Uint8Array {
  return encodeConfig({ flags: FLAG.OUTPUT, attribute: { id: ATTRIBUTE.OUTPUT_VALUES, value: level } });
}

/** 64-bit flags, the number of attributes, and from byte 32 on the attributes, each with a mask of the lines it applies to. */
function encodeConfig({ flags, attribute }: LineConfig): Uint8Array {
  const bytes = new Uint8Array(CONFIG_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, flags, true);
  if (!attribute) return bytes;
  view.setUint32(8, 1, true);
  view.setUint32(32, attribute.id, true);
  view.setUint32(40, attribute.value, true);
  view.setUint32(48, 1, true);
  return bytes;
}

/** The level of a requested line: the one to write, or room for the one to read. */
export function encodeValues(level: Level): Uint8Array {
  const bytes = new Uint8Array(VALUES_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, level, true);
  view.setUint32(8, 1, true);
  return bytes;
}

export function decodeValues(values: Uint8Array): Level {
  return (viewOf(values).getUint32(0, true) & 1) === 1 ? 1 : 0;
}

/** Room for the kernel's information about a chip. */
export function createChipInfo(): Uint8Array {
  return new Uint8Array(CHIPINFO_BYTES);
}

export function decodeChipLabel(info: Uint8Array): string {
  return nameAt(info, 32);
}

export function encodeLineInfo(gpio: number): Uint8Array {
  const bytes = new Uint8Array(LINEINFO_BYTES);
  new DataView(bytes.buffer).setUint32(64, gpio, true);
  return bytes;
}

export function decodeLineInfo(info: Uint8Array): LineInfo {
  const flags = viewOf(info).getUint32(72, true);
  return {
    isUsed: (flags & FLAG.USED) !== 0,
    isOutput: (flags & FLAG.OUTPUT) !== 0,
    user: nameAt(info, 32),
  };
}

/** An edge of a requested line. */
export interface LineEvent {
  /** Timestamp of the kernel's monotonic clock, ns. */
  readonly ns: bigint;
  readonly level: Level;
}

const RISING = 1;

/** Decodes the edges in the bytes read from a line. */
export function decodeEvents(bytes: Uint8Array): LineEvent[] {
  const view = viewOf(bytes);
  return Array.from({ length: Math.floor(bytes.byteLength / EVENT_BYTES) }, (_, index) => {
    const at = index * EVENT_BYTES;
    return { ns: view.getBigUint64(at, true), level: view.getUint32(at + 8, true) === RISING ? 1 : 0 };
  });
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
