/** The most bytes that a payload of one byte may hold in memory, as a multiple of its length. */
const TIGHT = 8;

/** Copies so short are made byte by byte, without a view to copy from: half the time. */
const SHORT = 64;

/**
 * Bytes from `start` to `end` that are safe to keep: a view where they fill an eighth or more of the memory behind them, else a copy of
 * exactly their size. A view of sixteen bytes would otherwise hold on to the whole 64 KiB chunk that it came in.
 */
export function ownBytes(bytes: Uint8Array, start = 0, end = bytes.byteLength): Uint8Array {
  const length = end - start;
  if (length * TIGHT >= bytes.buffer.byteLength) return bytes.subarray(start, end);
  // Not Buffer's pool, which would hold on to 8 KiB. What is short V8 keeps on its own heap.
  if (length > SHORT) return new Uint8Array(bytes.subarray(start, end));
  const own = new Uint8Array(length);
  for (let index = 0; index < length; index++) own[index] = bytes[start + index] ?? 0;
  return own;
}
