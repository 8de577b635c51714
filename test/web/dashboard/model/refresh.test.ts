import { BehaviorSubject, defer, type Observable, of, throwError } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HubError } from '../../../../hub/core/index.ts';
import { RETRY_MS, type Reading, refresh } from '../../../../web/dashboard/model/refresh.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const EVERY_MS = 60_000;
const broken = new HubError('store/unavailable', 'the disk has failed');

/** Reads 1, 2, 3, …; the answer to each is what `answer` returns. */
function createBench(answer: (count: number) => Observable<number> = (count) => of(count)) {
  const isOnline$ = new BehaviorSubject(true);
  const isVisible$ = new BehaviorSubject(true);
  const seen: [number | undefined, string | undefined][] = [];
  let count = 0;
  const read$ = defer(() => answer(++count));
  const note = ({ value, error }: Reading<number>) => seen.push([value, error?.code]);
  const following = refresh(read$, { everyMs: EVERY_MS, isOnline$, isVisible$ }).subscribe(note);
  return { isOnline$, isVisible$, seen, following, reads: () => count };
}

it('reads at once, and then now and again', () => {
  const { seen } = createBench();
  vi.advanceTimersByTime(2 * EVERY_MS);
  expect(seen).toEqual([
    [1, undefined],
    [2, undefined],
    [3, undefined],
  ]);
});

it('rests while nobody sees the page, and reads when somebody does', () => {
  const { isVisible$, seen, reads } = createBench();
  isVisible$.next(false);
  vi.advanceTimersByTime(100 * EVERY_MS);
  expect(reads()).toBe(1);
  isVisible$.next(true);
  expect(seen.at(-1)).toEqual([2, undefined]);
});

it('says that the hub is gone, keeps what was read, and reads when it is back', () => {
  const { isOnline$, isVisible$, seen, reads } = createBench();
  isOnline$.next(false);
  isVisible$.next(false);
  isVisible$.next(true);
  vi.advanceTimersByTime(100 * EVERY_MS);
  expect(reads()).toBe(1);
  isOnline$.next(true);
  expect(seen).toEqual([
    [1, undefined],
    [1, 'hub/unreachable'],
    [2, undefined],
  ]);
});

it('says what went wrong, keeps what was read, and soon tries again', () => {
  const { seen } = createBench((count) => (count === 2 ? throwError(() => broken) : of(count)));
  vi.advanceTimersByTime(EVERY_MS);
  expect(seen.at(-1)).toEqual([1, 'store/unavailable']);
  vi.advanceTimersByTime(RETRY_MS);
  expect(seen.at(-1)).toEqual([3, undefined]);
});

it('waits for an answer before it asks again, and ignores an answer that is not wanted any more', () => {
  const { isVisible$, following, reads } = createBench(() => new BehaviorSubject(0));
  expect(reads()).toBe(1);
  isVisible$.next(false);
  following.unsubscribe();
  vi.advanceTimersByTime(10 * EVERY_MS);
  expect(reads()).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});
