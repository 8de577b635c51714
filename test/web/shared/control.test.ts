import fc from 'fast-check';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubError } from '../../../hub/core/index.ts';
import { type ControlOptions, createControl } from '../../../web/shared/control.ts';

interface Sent {
  readonly atMs: number;
  readonly value: number;
}

/** A control on a hub that takes `delayMs` to accept a value and to echo it. */
function createBench(delayMs: number, options: ControlOptions = {}) {
  const wanted$ = new Subject<number>();
  const sent: Sent[] = [];
  const shown: (number | undefined)[] = [];
  const refusals: string[] = [];
  const state = { underWay: 0, mostUnderWay: 0, refuse: false };
  const publish = async (value: number) => {
    sent.push({ atMs: Date.now(), value });
    state.mostUnderWay = Math.max(state.mostUnderWay, ++state.underWay);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    state.underWay--;
    if (state.refuse) throw new HubError('auth/denied', 'no');
    wanted$.next(value);
  };
  const control = createControl<number>({ wanted$, publish }, options);
  const watching = control.value$.subscribe((value) => shown.push(value));
  control.refused$.subscribe(({ code }) => refusals.push(code));
  return { control, wanted$, sent, shown, refusals, state, watching };
}

describe('a control', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends a drag at most once in 16 ms, the first value at once and the last one always', async () => {
    const { control, sent } = createBench(1);
    for (let value = 1; value <= 100; value++) {
      control.set(value);
      await vi.advanceTimersByTimeAsync(2);
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(sent[0]?.value).toBe(1);
    expect(sent.at(-1)?.value).toBe(100);
    expect(leastGap(sent)).toBeGreaterThanOrEqual(16);
  });

  it('shows what the hand does, and nothing that comes back late', async () => {
    const { control, shown } = createBench(70);
    for (let value = 1; value <= 20; value++) {
      control.set(value);
      await vi.advanceTimersByTimeAsync(16);
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown).toEqual([undefined, ...Array.from({ length: 20 }, (_, index) => index + 1)]);
  });

  it('has at most eight values under way on a slow connection', async () => {
    const { control, state, sent } = createBench(5000);
    for (let value = 1; value <= 200; value++) {
      control.set(value);
      await vi.advanceTimersByTimeAsync(16);
    }
    await vi.advanceTimersByTimeAsync(20_000);
    expect(state.mostUnderWay).toBe(8);
    expect(sent.at(-1)?.value).toBe(200);
  });

  it('follows others again once its own value has come back', async () => {
    const { control, wanted$, shown } = createBench(10);
    control.set(40);
    wanted$.next(70);
    expect(shown.at(-1)).toBe(40);
    await vi.advanceTimersByTimeAsync(20);
    wanted$.next(80);
    expect(shown.at(-1)).toBe(80);
  });

  it('falls back to what the hub says when it is refused, and says why', async () => {
    const { control, wanted$, shown, refusals, state } = createBench(10);
    wanted$.next(25);
    state.refuse = true;
    control.set(90);
    await vi.advanceTimersByTimeAsync(20);
    expect(shown).toEqual([undefined, 25, 90, 25]);
    expect(refusals).toEqual(['auth/denied']);
  });

  it('sends the last value also if nobody observes it any more before its turn', async () => {
    const { control, sent, watching } = createBench(5000);
    for (let value = 1; value <= 20; value++) {
      control.set(value);
      await vi.advanceTimersByTimeAsync(16);
    }
    watching.unsubscribe();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sent.map(({ value }) => value)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 20]);
  });

  it('sends what is set while nobody observes it, and says why it is refused', async () => {
    const { control, sent, refusals, state, watching } = createBench(10);
    watching.unsubscribe();
    state.refuse = true;
    control.set(5);
    await vi.advanceTimersByTimeAsync(20);
    expect(sent.map(({ value }) => value)).toEqual([5]);
    expect(refusals).toEqual(['auth/denied']);
  });

  it('shows its last value to a new observer, and then follows the hub', () => {
    const { control, wanted$, watching } = createBench(10);
    wanted$.next(70);
    watching.unsubscribe();
    const shown: (number | undefined)[] = [];
    control.value$.subscribe((value) => shown.push(value));
    wanted$.next(80);
    expect(shown).toEqual([70, 80]);
  });

  it('keeps to the laws for any drag over any connection', async () => {
    const step = fc.record({
      pauseMs: fc.integer({ min: 0, max: 60 }),
      value: fc.integer({ min: 0, max: 100 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 300 }),
        async (steps, delayMs) => {
          const { control, sent, shown, state } = createBench(delayMs);
          control.hold();
          for (const { pauseMs, value } of steps) {
            await vi.advanceTimersByTimeAsync(pauseMs);
            control.set(value);
            expect(shown.at(-1)).toBe(value);
          }
          control.release();
          await vi.advanceTimersByTimeAsync(60_000);
          const last = steps.at(-1)?.value;
          expect(sent.at(-1)?.value).toBe(last);
          expect(shown.at(-1)).toBe(last);
          expect(leastGap(sent)).toBeGreaterThanOrEqual(16);
          expect(state.mostUnderWay).toBeLessThanOrEqual(8);
        },
      ),
      { numRuns: 50 },
    );
  });
});

function leastGap(sent: readonly Sent[]): number {
  return Math.min(...sent.slice(1).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? 0)), Infinity);
}
