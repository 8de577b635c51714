import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Heartbeat } from '../../../hub/client/heartbeat.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A hub that answers after this many milliseconds, or never. */
function createBench(answerMs: number) {
  const state = { answerMs, asked: 0, silences: 0 };
  const heartbeat = new Heartbeat({
    silenceMs: 3000,
    ask: () => {
      state.asked++;
      const { answerMs: delayMs } = state;
      return new Promise((resolve) => delayMs < Infinity && setTimeout(resolve, delayMs));
    },
    onSilence: () => state.silences++,
  });
  heartbeat.start();
  return { heartbeat, state };
}

it('asks a hub that says nothing, about once a second', async () => {
  const { state } = createBench(5);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.silences).toBe(0);
  expect(state.asked).toBeGreaterThanOrEqual(30);
  expect(state.asked).toBeLessThanOrEqual(60);
});

it('asks nothing while the hub is heard', async () => {
  const { heartbeat, state } = createBench(Infinity);
  for (let second = 0; second < 60; second += 0.5) {
    await vi.advanceTimersByTimeAsync(500);
    heartbeat.received();
  }
  expect(state).toMatchObject({ asked: 0, silences: 0 });
});

it('says after three seconds that the hub is silent, once', async () => {
  const { state } = createBench(Infinity);
  await vi.advanceTimersByTimeAsync(2500);
  expect(state.silences).toBe(0);
  await vi.advanceTimersByTimeAsync(500);
  expect(state.silences).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.silences).toBe(1);
});

it('is patient with a hub that is far away', async () => {
  const { state } = createBench(1500);
  await vi.advanceTimersByTimeAsync(10_000);
  state.answerMs = 2500;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.silences).toBe(0);
});

it('gives the hub its time again after this process has slept', async () => {
  const { state } = createBench(5);
  await vi.advanceTimersByTimeAsync(1000);
  const slept = performance.now() + 3_600_000;
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.spyOn(performance, 'now').mockImplementation(() => slept);
  vi.advanceTimersToNextTimer();
  expect(state.silences).toBe(0);
});
