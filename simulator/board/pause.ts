import { type Effect, NO_EFFECT } from './effect.ts';
import type { Program } from './program.ts';

/** A period in which nothing happens. */
export class Pause implements Program {
  readonly durationUs: number;
  readonly effect = NO_EFFECT;
  readonly bits = 0;

  constructor(durationUs: number) {
    this.durationUs = durationUs;
  }

  effectAt(): Effect {
    return NO_EFFECT;
  }

  nextEvent(): number {
    return Number.POSITIVE_INFINITY;
  }

  waveAt(): undefined {
    return undefined;
  }

  seamUs(): number {
    return this.durationUs;
  }
}
