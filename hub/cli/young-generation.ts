import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** How large the young generation, where V8 puts new objects, may become, bytes. V8's own limit is twice as much, and rises with its versions. */
export const YOUNG_BYTES = 16 * 2 ** 20;

/**
 * Keeps V8 from enlarging the young generation past `YOUNG_BYTES`. Many clients that connect at once make it grow, and so does loading the
 * program, and it stays resident. Half of the limit may cost processor time at QoS 1: every message in flight is copied more often. V8 reads
 * `--max-semi-space-size` only before the program starts, and a program cannot ask for it in every way that it is started. When little happens
 * V8 makes the young generation smaller, so that it must be able to grow again.
 *
 * Does nothing if whoever starts the program has set a size.
 */
export function limitYoungGeneration(): void {
  if ([...process.execArgv, process.env.NODE_OPTIONS].join(' ').includes('semi-space')) return;
  letGrow(false); // Loading the program and opening the hub, much of it in one turn, would make it grow twice.
  new PerformanceObserver(() => letGrow(2 * youngBytes() <= YOUNG_BYTES)).observe({ entryTypes: ['gc'] });
}

function letGrow(mayGrow: boolean): void {
  setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0;
}
