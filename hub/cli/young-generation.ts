import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** How large the young generation, where V8 puts new objects, may grow, bytes. V8's own limit is twice that, and rises with its versions. */
export const YOUNG_BYTES = 16 * 2 ** 20;

/**
 * Keeps V8 from enlarging the young generation past `YOUNG_BYTES`. It grows when many clients connect at once and when the program is loaded,
 * and the memory stays resident. Half of the limit may cost processor time at QoS 1: every message in flight is copied more often. V8 reads
 * `--max-semi-space-size` only before the program starts, and not every way to start the program lets it set that. When little happens,
 * V8 shrinks the young generation, so it must be able to grow again.
 *
 * Does nothing if the caller of the program has set a size.
 */
export function limitYoungGeneration(): void {
  if ([...process.execArgv, process.env.NODE_OPTIONS].join(' ').includes('semi-space')) return;
  letGrow(false); // Otherwise loading the program and opening the hub, much of it in one turn, would make it grow twice.
  new PerformanceObserver(() => letGrow(2 * youngBytes() <= YOUNG_BYTES)).observe({ entryTypes: ['gc'] });
}

function letGrow(mayGrow: boolean): void {
  setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0;
}
