import { after, type Effect, NO_EFFECT } from './effect.ts';
import type { Program } from './program.ts';
import { upperBound } from './upper-bound.ts';

/** Programs played one after another. */
export class Sequence implements Program {
  readonly durationUs: number;
  readonly bits: number;
  readonly #parts: readonly Program[];
  readonly #startsUs: number[] = [];
  /** At each index, the combined effect of all parts before that one. */
  readonly #before: Effect[] = [];
  readonly effect: Effect;

  constructor(parts: readonly Program[]) {
    this.#parts = parts;
    let us = 0;
    let bits = 0;
    let effect = NO_EFFECT;
    for (const part of parts) {
      this.#startsUs.push(us);
      this.#before.push(effect);
      us += part.durationUs;
      bits |= part.bits;
      effect = after(effect, part.effect);
    }
    this.durationUs = us;
    this.bits = bits >>> 0;
    this.effect = effect;
  }

  effectAt(us: number): Effect {
    const [part, startUs, before] = this.#partAt(us);
    return part ? after(before, part.effectAt(us - startUs)) : NO_EFFECT;
  }

  nextEvent(us: number): number {
    for (let index = Math.max(0, upperBound(this.#startsUs, us) - 1); index < this.#parts.length; index++) {
      const startUs = this.#startsUs[index] ?? 0;
      const eventUs = startUs + (this.#parts[index]?.nextEvent(us - startUs) ?? Number.POSITIVE_INFINITY);
      if (eventUs < Number.POSITIVE_INFINITY) return eventUs;
    }
    return Number.POSITIVE_INFINITY;
  }

  waveAt(us: number): number | undefined {
    const [part, startUs] = this.#partAt(us);
    return part?.waveAt(us - startUs);
  }

  seamUs(us: number): number {
    const startUs = this.#startsUs.at(-1) ?? 0;
    return startUs + (this.#parts.at(-1)?.seamUs(Math.max(0, us - startUs)) ?? 0);
  }

  #partAt(us: number): readonly [part: Program | undefined, startUs: number, before: Effect] {
    const index = upperBound(this.#startsUs, us) - 1;
    return [this.#parts[index], this.#startsUs[index] ?? 0, this.#before[index] ?? NO_EFFECT];
  }
}
