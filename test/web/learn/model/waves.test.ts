import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dutyOf, judge, WAVES, type Wave } from '../../../../web/learn/model/waves.ts';

/** Waves whose on time, off time and period can be told apart. */
const wave: fc.Arbitrary<Wave> = fc
  .record({ onMs: fc.integer({ min: 1, max: 20 }), offMs: fc.integer({ min: 1, max: 20 }) })
  .filter(({ onMs, offMs }) => onMs !== offMs)
  .map(({ onMs, offMs }) => ({ onMs, periodMs: onMs + offMs }));

describe('a measurement of a wave', () => {
  it('is right with the times and D = t_on / T, however a cursor stands between two steps', () => {
    fc.assert(
      fc.property(wave, fc.double({ min: -0.2, max: 0.2, noNaN: true }), (one, error) => {
        const measured = { onMs: one.onMs + error, periodMs: one.periodMs - error, duty: dutyOf(one) };
        expect(judge(one, measured)).toBe('right');
      }),
    );
  });

  it('is never right with another duty cycle, or another time', () => {
    const off = fc.oneof(
      fc.double({ min: -50, max: -2.1, noNaN: true }),
      fc.double({ min: 2.1, max: 50, noNaN: true }),
    );
    fc.assert(
      fc.property(wave, off, fc.constantFrom('onMs', 'periodMs', 'duty'), (one, by, what) => {
        const right = { ...one, duty: dutyOf(one) };
        expect(judge(one, { ...right, [what]: right[what] + by })).not.toBe('right');
      }),
    );
  });

  it.each([
    [{ onMs: 8, periodMs: 2, duty: 400 }, 'swapped'],
    [{ onMs: 2, periodMs: 8, duty: 400 }, 'swapped'],
    [{ onMs: 6, periodMs: 8, duty: 75 }, 'off'],
    [{ onMs: 2, periodMs: 8, duty: 75 }, 'off'],
    [{ onMs: 2, periodMs: 8, duty: 0.25 }, 'fraction'],
    [{ onMs: 2, periodMs: 16, duty: 12.5 }, 'period'],
    [{ onMs: 3, periodMs: 8, duty: 37.5 }, 'time-on'],
    [{ onMs: 2, periodMs: 8, duty: 60 }, 'duty'],
  ] as const)('names the mistake: %j is %s', (measured, verdict) => {
    expect(judge({ onMs: 2, periodMs: 8 }, measured)).toBe(verdict);
  });

  it('has waves of 25, 50 and 90 percent', () => {
    expect(WAVES.map(dutyOf)).toEqual([25, 50, 90]);
  });
});
