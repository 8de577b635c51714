import { after, type Effect, NO_EFFECT } from './effect.ts';
import { Pause } from './pause.ts';
import type { Program } from './program.ts';
import { Sequence } from './sequence.ts';

/** A program that repeats. */
export class Repeat implements Program {
  readonly durationUs: number;
  readonly effect: Effect;
  readonly bits: number;
  readonly #body: Program;
  readonly #times: number;

  /** `times` may be infinite; a body of zero duration then plays once per microsecond. */
  constructor(body: Program, times: number) {
    const isEndless = times === Number.POSITIVE_INFINITY;
    this.#body = isEndless && body.durationUs === 0 ? new Sequence([body, new Pause(1)]) : body;
    this.#times = times;
    this.durationUs = times === 0 ? 0 : this.#body.durationUs * times;
    this.effect = times === 0 ? NO_EFFECT : body.effect;
    this.bits = times === 0 ? 0 : body.bits;
  }

  effectAt(us: number): Effect {
    if (us < 0) return NO_EFFECT;
    const round = this.#round(us);
    if (round >= this.#times) return this.effect;
    const now = this.#body.effectAt(us - round * this.#body.durationUs);
    return round === 0 ? now : after(this.effect, now);
  }

  nextEvent(us: number): number {
    if (this.#times === 0) return Number.POSITIVE_INFINITY;
    const roundUs = this.#body.durationUs;
    // An event at the very end of a round coincides with the start of the next one, so this looks at two rounds.
    for (let round = Math.max(0, this.#round(us)); round < this.#times; round++) {
      const eventUs = round * roundUs + this.#body.nextEvent(us - round * roundUs);
      if (eventUs < Number.POSITIVE_INFINITY) return eventUs;
      if (this.#body.bits === 0 || roundUs === 0) break;
    }
    return Number.POSITIVE_INFINITY;
  }

  waveAt(us: number): number | undefined {
    const round = Math.min(this.#round(us), this.#times - 1);
    return this.#body.waveAt(us - round * this.#body.durationUs);
  }

  seamUs(us: number): number {
    if (this.durationUs < Number.POSITIVE_INFINITY) return this.durationUs;
    return (this.#round(us) + 1) * this.#body.durationUs;
  }

  #round(us: number): number {
    const roundUs = this.#body.durationUs;
    return roundUs === 0 ? 0 : Math.floor(us / roundUs);
  }
}
