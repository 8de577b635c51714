import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBand, tracePoints, windowOf, xOf } from '../../../../web/simulator/scope/screen-geometry.ts';
import { DIVISIONS, TIME_BASES_US, usPerDivision } from '../../../../web/simulator/scope/time-base.ts';
import type { Wave } from '../../../../web/simulator/scope/wave.ts';

const area = { left: 40, top: 20, width: 500, height: 100 };
const pulse = (periodUs: number, onUs = periodUs / 4): Wave => ({ kind: 'pulse', onUs, periodUs });

describe('the time base', () => {
  it('offers 1-2-5 steps from a microsecond to a second', () => {
    expect(TIME_BASES_US).toEqual([
      1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
      1_000_000,
    ]);
  });

  it.each([
    [1250, 500],
    [1000, 200],
    [1e6 / 100, 2000],
    [1e6 / 8000, 50],
    [20_000, 5000],
    [25, 5],
  ])('finds by itself, for a period of %d µs, %d µs a division', (periodUs, expected) => {
    expect(usPerDivision('auto', pulse(periodUs))).toBe(expected);
  });

  it('shows at least two whole periods by itself, and at most ten', () => {
    fc.assert(
      fc.property(fc.double({ min: 20, max: 1e6, noNaN: true }), (periodUs) => {
        const shown = (DIVISIONS * usPerDivision('auto', pulse(periodUs))) / periodUs;
        expect(shown).toBeGreaterThanOrEqual(2 * (1 - 1e-6));
        expect(shown).toBeLessThanOrEqual(10);
      }),
    );
  });

  it('stays as it was set', () => {
    expect(usPerDivision(50, pulse(1250))).toBe(50);
  });
});

describe('the screen', () => {
  it('has the trigger one division from its left edge, whatever the time base', () => {
    for (const us of TIME_BASES_US) expect(xOf(0, us, area)).toBeCloseTo(area.left + area.width / DIVISIONS);
  });

  it('shows from edge to edge what lies within its window', () => {
    const { fromUs, toUs } = windowOf(200);
    expect([xOf(fromUs, 200, area), xOf(toUs, 200, area)]).toEqual([area.left, area.left + area.width]);
  });

  it('draws a trace from its left edge to its right that never goes back and keeps to two heights', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 10, max: 1e5, noNaN: true }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.constantFrom(...TIME_BASES_US),
        (periodUs, share, us) => {
          const wave = pulse(periodUs, periodUs * share);
          fc.pre(!isBand(wave, us));
          const points = tracePoints(wave, us, area);
          const xs = points.map(({ x }) => x);
          expect(xs[0]).toBeCloseTo(area.left, 6);
          expect(xs.at(-1)).toBeCloseTo(area.left + area.width, 6);
          for (const [index, x] of xs.entries())
            expect(x).toBeGreaterThanOrEqual((xs[index - 1] ?? x) - 1e-6);
          for (const { y } of points) expect([area.top, area.top + area.height]).toContain(y);
        },
      ),
    );
  });

  it('draws a band instead of single pulses if they are too many, so that drawing stays cheap', () => {
    expect(isBand(pulse(25), 1_000_000)).toBe(true);
    expect(isBand(pulse(25), 5)).toBe(false);
    expect(isBand({ kind: 'high' }, 1_000_000)).toBe(false);
  });
});
