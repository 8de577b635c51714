import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ClockMark, ClockMarks, createClock } from '../../hub/clock.ts';

const TODAY_MS = Date.UTC(2026, 1, 1);

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

  it('continues from a mark, and counts the time since the mark', () => {
    const now = createClock(
      { hubMs: 500, wallMs: TODAY_MS },
      () => TODAY_MS + 3_000,
      () => 77,
    );
    expect(now()).toBe(3_500);
  });

  it('goes on from a mark that was made before the board knew the time of day, and counts nothing', () => {
    const now = createClock(
      { hubMs: 500, wallMs: 60_000 },
      () => TODAY_MS,
      () => 77,
    );
    expect(now()).toBe(500);
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

describe('marks of the clock', () => {
  let kept: ClockMark[];
  let wallMs: number;
  let hubMs: number;
  let marks: ClockMarks;
  beforeEach(() => {
    kept = [];
    [wallMs, hubMs] = [TODAY_MS, 1_000];
    marks = create(undefined);
    marks.mark();
  });

  function create(last: ClockMark | undefined): ClockMarks {
    return new ClockMarks({ now: () => hubMs, wallMs: () => wallMs, last, keep: (mark) => kept.push(mark) });
  }

  function pass(ms: number): void {
    wallMs += ms;
    hubMs += ms;
  }

  it.each([
    ['forward', 56 * 365 * 86_400_000],
    ['back', -3_600_000],
  ])('are made again when the time of day is set, with nothing else to keep: %s', (_which, leapMs) => {
    pass(86_400_000);
    wallMs += leapMs;
    marks.look();
    expect(kept.at(-1)).toEqual({ hubMs, wallMs });
    pass(10_000);
    marks.look();
    expect(kept.length).toBe(2);
    const next = createClock(kept.at(-1), () => wallMs);
    expect(next() - hubMs).toBeLessThan(1_000);
  });

  it('are not made as time passes, or for the daily corrections of a clock', () => {
    for (let hour = 0; hour < 100; hour++) {
      pass(3_600_000);
      wallMs += hour % 2 === 0 ? 500 : -500;
      marks.look();
    }
    expect(kept.length).toBe(1);
  });

  it('are made at the start if the time of day is another than the last hub’s', () => {
    create({ hubMs: 1_000, wallMs: wallMs + 86_400_000 }).look();
    expect(kept.length).toBe(2);
    create({ hubMs: 1_000, wallMs }).look();
    create(undefined).look();
    expect(kept.length).toBe(2);
  });
});
