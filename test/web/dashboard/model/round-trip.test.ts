import { BehaviorSubject } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Connection } from '../../../../hub/client/hub-client.ts';
import { HubError } from '../../../../hub/core/index.ts';
import { measureRoundTrip } from '../../../../web/dashboard/model/round-trip.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const offline: Connection = { status: 'offline', reason: 'gone', final: false };

function createBench(ping: () => Promise<number>) {
  const connection$ = new BehaviorSubject<Connection>({ status: 'online' });
  const isVisible$ = new BehaviorSubject(true);
  const seen: (number | undefined)[] = [];
  measureRoundTrip({ connection$, ping }, isVisible$).subscribe((ms) => seen.push(ms));
  return { connection$, isVisible$, seen };
}

it('measures soon, then every three seconds', async () => {
  let count = 0;
  const { seen } = createBench(async () => ++count);
  await vi.advanceTimersByTimeAsync(6500);
  expect(seen).toEqual([1, 2, 3]);
});

it('rests while nobody sees the page', async () => {
  let count = 0;
  const { isVisible$ } = createBench(async () => ++count);
  await vi.advanceTimersByTimeAsync(500);
  isVisible$.next(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(count).toBe(1);
});

it('knows nothing while the hub is away, and starts again when it is back', async () => {
  const { connection$, seen } = createBench(async () => 2);
  await vi.advanceTimersByTimeAsync(500);
  connection$.next(offline);
  await vi.advanceTimersByTimeAsync(10_000);
  connection$.next({ status: 'online' });
  await vi.advanceTimersByTimeAsync(500);
  expect(seen).toEqual([2, undefined, 2]);
});

it('outlives a ping without an answer', async () => {
  let count = 0;
  const { seen } = createBench(async () => {
    if (++count === 1) throw new HubError('hub/unreachable', 'no answer');
    return 3;
  });
  await vi.advanceTimersByTimeAsync(3500);
  expect(seen).toEqual([undefined, 3]);
});
