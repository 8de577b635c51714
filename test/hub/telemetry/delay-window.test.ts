import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DelayWindow } from '../../../hub/telemetry/metrics.ts';

const MINUTE_MS = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A window whose event loop the test controls. */
function window() {
  const histograms: { largest: number; isOn: boolean }[] = [];
  const begin = () => {
    const histogram = { largest: 0, isOn: true };
    histograms.push(histogram);
    return {
      get count() {
        return histogram.largest === 0 ? 0 : 1;
      },
      percentile: (percent: number) => (histogram.largest * percent) / 100,
      reset: () => {
        histogram.largest = 0;
      },
      disable: () => {
        histogram.isOn = false;
      },
    };
  };
  const delays = new DelayWindow(begin);
  return {
    delays,
    histograms,
    pass: (ms: number) => vi.advanceTimersByTime(ms),
    /** A timer that should fire every 20 ms has fired this many milliseconds later. */
    run: (lateMs: number) => {
      for (const histogram of histograms)
        histogram.largest = Math.max(histogram.largest, (20 + lateMs) * 1e6);
    },
    largest: () => delays.percentiles([100])[0],
  };
}

test('a delay is what comes on top of the interval of the timer', () => {
  const { run, delays } = window();
  expect(delays.percentiles([50, 100])).toEqual([0, 0]);
  run(80);
  expect(delays.percentiles([50, 100])).toEqual([0.03, 0.08]);
});

test('every reader that asks once a minute sees a delay, whatever other readers do, and none sees it after two minutes', () => {
  const { run, pass, largest } = window();
  pass(MINUTE_MS - 1);
  run(500);
  for (let asked = 0; asked < 10; asked++) expect(largest()).toBe(0.5);
  pass(1);
  for (let asked = 0; asked < 10; asked++) expect(largest()).toBe(0.5);
  pass(MINUTE_MS - 2);
  expect(largest()).toBe(0.5);
  pass(2);
  run(10);
  expect(largest()).toBe(0.01);
});

test('an old delay is forgotten, also for a reader that asks for the first time', () => {
  const { run, pass, largest } = window();
  run(500);
  pass(10 * 60 * MINUTE_MS);
  expect(largest()).toBe(0);
});

test('nothing is measured once it is closed, and nothing runs any more', () => {
  const { delays, histograms } = window();
  delays.close();
  expect(histograms.map(({ isOn }) => isOn)).toEqual([false, false]);
  expect(vi.getTimerCount()).toBe(0);
});

test('Node’s own histogram is used', () => {
  const delays = new DelayWindow();
  const [half = -1, most = -1] = delays.percentiles([50, 100]);
  delays.close();
  expect(half).toBeGreaterThanOrEqual(0);
  expect(most).toBeGreaterThanOrEqual(half);
});
