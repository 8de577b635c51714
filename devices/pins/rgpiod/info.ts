import { HubError } from '../../../hub/core/error.ts';
import { nameAt } from '../kernel-text.ts';
import type { LineInfo } from '../line-info.ts';

/** Flags of the kernel's GPIO ABI, which rgpiod passes on. */
const USED = 1;
const OUTPUT = 2;

/** The answer to GIL: number, flags, and two texts of 32 bytes, name and user. */
const LINE_INFO_BYTES = 72;

/** Throws `driver/failed` if the answer is too short. */
export function decodeLineInfo(data: Uint8Array): LineInfo {
  if (data.length < LINE_INFO_BYTES) {
    const what = `in ${data.length} bytes instead of ${LINE_INFO_BYTES}`;
    throw new HubError('driver/failed', `rgpiod described a line ${what}`);
  }
  const flags = new DataView(data.buffer, data.byteOffset, data.byteLength).getUint32(4, true);
  return { isUsed: (flags & USED) !== 0, isOutput: (flags & OUTPUT) !== 0, user: nameAt(data, 40) };
}

/** The label from the answer to GIC: number of lines, and two texts of 32 bytes, name and label. */
export function decodeChipLabel(data: Uint8Array): string {
  return nameAt(data, 36);
}
