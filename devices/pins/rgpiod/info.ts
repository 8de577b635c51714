import type { LineInfo } from '../line-info.ts';

/** Flags of the kernel's GPIO ABI, as rgpiod hands them on. */
const USED = 1;
const OUTPUT = 2;

/** The answer to GIL: number, flags, and two texts of 32 bytes, name and user. */
export function decodeLineInfo(data: Uint8Array): LineInfo {
  const flags = new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(4, true);
  return { isUsed: (flags & USED) !== 0, isOutput: (flags & OUTPUT) !== 0, user: textAt(data, 40) };
}

/** The label in the answer to GIC: number of lines, and two texts of 32 bytes, name and label. */
export function decodeChipLabel(data: Uint8Array): string {
  return textAt(data, 36);
}

/** A text of at most 32 bytes that a NUL ends. */
function textAt(data: Uint8Array, start: number): string {
  const bytes = data.subarray(start, start + 32);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}
