import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LOAD_AGAIN_MS, loadAgain } from '../../../web/shared/load-again.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A hub that is away at first. */
function createBench() {
  const state = { isAway: true, asked: 0 };
  const seen: string[] = [];
  const load = async () => {
    state.asked++;
    if (state.isAway) throw new TypeError('Failed to fetch dynamically imported module');
    return 'part';
  };
  const loading = loadAgain(load).subscribe({
    next: (part) => seen.push(part),
    error: () => seen.push('failed'),
  });
  return { state, seen, loading };
}

it('asks for a part of the page again until it comes', async () => {
  const { state, seen } = createBench();
  await vi.advanceTimersByTimeAsync(2 * LOAD_AGAIN_MS);
  expect(seen).toEqual([]);
  state.isAway = false;
  await vi.advanceTimersByTimeAsync(LOAD_AGAIN_MS);
  expect(seen).toEqual(['part']);
});

it('asks no longer once nobody wants the part', async () => {
  const { state, loading } = createBench();
  await vi.advanceTimersByTimeAsync(0);
  loading.unsubscribe();
  await vi.advanceTimersByTimeAsync(10 * LOAD_AGAIN_MS);
  expect(state.asked).toBe(1);
});
