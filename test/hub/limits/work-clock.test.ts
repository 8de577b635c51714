import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkClock } from '../../../hub/limits/work-clock.ts';

/** A stretch of time, milliseconds: the process works, the system runs other programs, or there is nothing to do. */
interface Time {
  readonly worked?: number;
  readonly paused?: number;
  readonly idle?: number;
}

let elapsedMs = 0;
let processorMs = 0;
let idleMs = 0;
let looks = 0;
const clock = () => {
  elapsedMs = processorMs = idleMs = looks = 0;
  return new WorkClock({
    elapsedMs: () => elapsedMs,
    processorMs: () => {
      looks++;
      return processorMs;
    },
    idleMs: () => idleMs,
  });
};
const pass = ({ worked = 0, paused = 0, idle = 0 }: Time) => {
  elapsedMs += worked + paused + idle;
  processorMs += worked;
  idleMs += idle;
};

describe('WorkClock', () => {
  it('leaves out a pause in which the system ran other programs', () => {
    const measured = clock();
    measured.begin(0);
    pass({ worked: 3, paused: 30 });
    expect(measured.workedMs(0, 33)).toBe(3);
  });

  it('counts work in full even if the process slept before it', () => {
    const measured = clock();
    measured.begin(0);
    for (const idle of [1000, 8]) {
      pass({ idle });
      const since = elapsedMs;
      measured.begin(since);
      pass({ worked: 7 });
      expect(measured.workedMs(since, elapsedMs)).toBe(7);
    }
  });

  it('does not ask for the processor time with each piece of short work', () => {
    const measured = clock();
    for (let piece = 0; piece < 1000; piece++) {
      measured.begin(measured.now());
      pass({ worked: 0.01 });
      expect(measured.workedMs(elapsedMs - 0.01, elapsedMs)).toBeCloseTo(0.01);
    }
    expect(looks).toBeLessThan(3);
  });

  it('is exact to a millisecond for continuous work, whatever pauses interrupt it', () => {
    const time = fc.record({
      worked: fc.double({ min: 0, max: 20, noNaN: true }),
      paused: fc.constantFrom(0, 0, 30),
    });
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 20 }), (pieces) => {
        const measured = clock();
        measured.begin(0);
        for (const piece of pieces) {
          const since = elapsedMs;
          pass(piece);
          const ms = measured.workedMs(since, elapsedMs);
          expect(ms).toBeGreaterThanOrEqual(piece.worked - 1e-6);
          expect(ms).toBeLessThanOrEqual(Math.max(piece.worked, 1) + 1e-6);
        }
      }),
    );
  });
});
