import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applied } from '../../simulator/board/effect.ts';
import { Pause } from '../../simulator/board/pause.ts';
import type { Program } from '../../simulator/board/program.ts';
import { Repeat } from '../../simulator/board/repeat.ts';
import { Sequence } from '../../simulator/board/sequence.ts';
import { type Pulse, Wave } from '../../simulator/board/wave.ts';
import { durationUs, mergePulses } from '../../simulator/pigpiod/pulses.ts';

/** A program, and everything that it does in the plainest form: the pulses one by one. */
interface Told {
  readonly program: Program;
  readonly pulses: readonly Pulse[];
}

const pulse: fc.Arbitrary<Pulse> = fc.record({ on: fc.nat(7), off: fc.nat(7), delayUs: fc.nat(9) });
const pulses = fc.array(pulse, { minLength: 1, maxLength: 5 });
const wave = pulses.map((each): Told => ({ program: new Wave(0, each), pulses: each }));
const pause = fc
  .nat(9)
  .map((us): Told => ({ program: new Pause(us), pulses: [{ on: 0, off: 0, delayUs: us }] }));

const told: fc.Arbitrary<Told> = fc.letrec<{ told: Told; sequence: Told; repeat: Told }>((tie) => ({
  told: fc.oneof({ maxDepth: 3 }, wave, pause, tie('sequence'), tie('repeat')),
  sequence: fc.array(tie('told'), { minLength: 1, maxLength: 3 }).map((parts) => ({
    program: new Sequence(parts.map(({ program }) => program)),
    pulses: parts.flatMap((part) => part.pulses),
  })),
  repeat: fc.tuple(tie('told'), fc.nat(3)).map(([body, times]) => ({
    program: new Repeat(body.program, times),
    pulses: Array.from({ length: times }, () => body.pulses).flat(),
  })),
})).told;

/** The latches after each instant's pulses, by playing them one by one. */
function play(all: readonly Pulse[], latches: number): Map<number, number> {
  const levels = new Map<number, number>();
  let us = 0;
  let now = latches;
  for (const { on, off, delayUs } of all) {
    now = (now | on) & ~off;
    levels.set(us, now);
    us += delayUs;
  }
  return levels;
}

describe('a program in closed form', () => {
  it('has at every instant the levels that its pulses give one by one', () => {
    fc.assert(
      fc.property(told, fc.nat(7), ({ program, pulses: all }, latches) => {
        const levels = play(all, latches);
        expect(program.durationUs).toBe(durationUs(all));
        let expected = latches;
        for (let us = 0; us <= program.durationUs + 2; us++) {
          expected = levels.get(us) ?? expected;
          expect(applied(program.effectAt(us), latches)).toBe(expected);
        }
        expect(applied(program.effect, latches)).toBe(expected);
      }),
    );
  });

  it('does nothing between one event and the next', () => {
    fc.assert(
      fc.property(told, fc.nat(7), ({ program }, latches) => {
        let us = -1;
        for (
          let next = program.nextEvent(us);
          next < Number.POSITIVE_INFINITY;
          next = program.nextEvent(us)
        ) {
          expect(next).toBeGreaterThan(us);
          expect(next).toBeLessThanOrEqual(program.durationUs);
          const before = applied(program.effectAt(us), latches);
          for (let between = us + 1; us >= 0 && between < next; between++) {
            expect(applied(program.effectAt(between), latches)).toBe(before);
          }
          us = next;
        }
      }),
    );
  });

  it('repeated forever is in every round the same as if it is repeated often', () => {
    fc.assert(
      fc.property(pulses, fc.nat(200), fc.nat(7), (each, us, latches) => {
        const once = new Wave(0, each);
        const endless = new Repeat(once, Number.POSITIVE_INFINITY);
        fc.pre(once.durationUs > 0);
        const often = new Repeat(once, 1 + Math.ceil(200 / once.durationUs));
        expect(applied(endless.effectAt(us), latches)).toBe(applied(often.effectAt(us), latches));
        expect(endless.seamUs(us)).toBeGreaterThan(us);
        expect(endless.seamUs(us) % once.durationUs).toBe(0);
      }),
    );
  });
});

describe('pulses laid over one another', () => {
  it('take as long as the longer, and do at each instant what both do', () => {
    fc.assert(
      fc.property(pulses, pulses, (one, other) => {
        const merged = mergePulses(one, other);
        expect(durationUs(merged)).toBe(Math.max(durationUs(one), durationUs(other)));
        const doneAt = (all: readonly Pulse[]) => {
          const done = new Map<number, number>();
          let us = 0;
          for (const { on, off, delayUs } of all) {
            done.set(us, (done.get(us) ?? 0) | on | (off << 3));
            us += delayUs;
          }
          return done;
        };
        const [first, second, both] = [one, other, merged].map(doneAt);
        for (let us = 0; us <= 50; us++) {
          expect(both?.get(us) ?? 0).toBe((first?.get(us) ?? 0) | (second?.get(us) ?? 0));
        }
      }),
    );
  });
});
