import { after, type Effect, NO_EFFECT } from './effect.ts';
import type { Program } from './program.ts';
import { upperBound } from './upper-bound.ts';

/** One step of a wave: it first sets, then clears (like the DMA's two transfers), then waits. */
export interface Pulse {
  readonly on: number;
  readonly off: number;
  readonly delayUs: number;
}

/** A wave: a sequence of pulses. */
export class Wave implements Program {
  readonly id: number;
  readonly durationUs: number;
  readonly bits: number;
  readonly #startsUs: number[] = [];
  readonly #effects: Effect[] = [];

  constructor(id: number, pulses: readonly Pulse[]) {
    this.id = id;
    let us = 0;
    let bits = 0;
    for (const { on, off, delayUs } of pulses) {
      bits |= on | off;
      if ((on | off) !== 0) this.#add(us, { set: on & ~off, clear: off });
      us += delayUs;
    }
    this.durationUs = us;
    this.bits = bits >>> 0;
  }

  get effect(): Effect {
    return this.#effects.at(-1) ?? NO_EFFECT;
  }

  effectAt(us: number): Effect {
    return this.#effects[upperBound(this.#startsUs, us) - 1] ?? NO_EFFECT;
  }

  nextEvent(us: number): number {
    return this.#startsUs[upperBound(this.#startsUs, us)] ?? Number.POSITIVE_INFINITY;
  }

  waveAt(): number {
    return this.id;
  }

  seamUs(): number {
    return this.durationUs;
  }

  #add(us: number, effect: Effect): void {
    this.#startsUs.push(us);
    this.#effects.push(after(this.effect, effect));
  }
}
