import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClock } from '../../../hub/storage/clock.ts';

describe("the hub's clock", () => {
  it('begins with the time of day', () => {
    expect(
      createClock(
        undefined,
        () => 1_000,
        () => 5,
      )(),
    ).toBe(1_000);
  });

  it('goes on from a mark, the time between the two counted', () => {
    const now = createClock(
      { hubMs: 500, wallMs: 10_000 },
      () => 13_000,
      () => 77,
    );
    expect(now()).toBe(3_500);
  });

  it('never goes back, and keeps its pace, however the time of day jumps', () => {
    const jump = fc.record({ passMs: fc.nat(10_000), wallMs: fc.integer({ min: -1e12, max: 1e12 }) });
    const runs = fc.array(fc.array(jump, { minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(runs, (all) => {
        let wallMs = 1e12;
        let monotonicMs = 0;
        let mark: { hubMs: number; wallMs: number } | undefined;
        for (const run of all) {
          const now = createClock(
            mark,
            () => wallMs,
            () => monotonicMs,
          );
          expect(now()).toBeGreaterThanOrEqual(mark?.hubMs ?? 0);
          for (const { passMs, wallMs: jumped } of run) {
            const before = now();
            monotonicMs += passMs;
            wallMs += jumped;
            expect(now() - before).toBeCloseTo(passMs, 2);
          }
          mark = { hubMs: now(), wallMs };
        }
      }),
    );
  });
});
