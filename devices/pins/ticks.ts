/** Converts nanoseconds of the kernel's monotonic clock to a tick: microseconds that wrap at 2^32. */
export function tickOf(ns: bigint): number {
  return Number((ns / 1000n) & 0xffff_ffffn);
}
