import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inSteps } from '../../../hub/limits/unbilled.ts';

afterEach(() => void vi.useRealTimers());

const budget = { interrupt: () => undefined };

/** This many steps, each of which uses the processor for this long, milliseconds. */
function* steps(count: number, ms: number, done: number[] = []): Iterable<void> {
  for (let step = 0; step < count; step++) {
    const until = performance.now() + ms;
    while (performance.now() < until);
    done.push(step);
    yield;
  }
}

describe('work in steps', () => {
  it('is done at once if it is little', () => {
    vi.useFakeTimers({ toFake: ['performance'] }); // The system may run other programs in between.
    const done: number[] = [];
    void inSteps(steps(10, 0, done), budget);
    expect(done).toHaveLength(10);
  });

  it('leaves turns to others if it is much, and is done completely and in order', async () => {
    const done: number[] = [];
    let isDone = false;
    const working = inSteps(steps(50, 1, done), budget).then(() => {
      isDone = true;
    });
    let turns = 0;
    for (; !isDone; turns++) await nextTurn();
    await working;
    expect(done).toEqual(Array.from({ length: 50 }, (_, step) => step));
    expect(turns).toBeGreaterThan(8);
  });

  it('charges the time to nobody', async () => {
    let interruptions = 0;
    await inSteps(steps(2, 5), { interrupt: () => void interruptions++ });
    expect(interruptions).toBeGreaterThan(0);
  });

  it('rejects with the error of a step', async () => {
    const failing = (function* () {
      yield;
      throw new Error('no');
    })();
    await expect(inSteps(failing, budget)).rejects.toThrow('no');
  });
});
