import type { Cancel, Clock } from './clock.ts';

interface ScheduledCall {
  readonly atUs: number;
  readonly run: () => void;
}

/** A clock that only moves on command: for tests and for replays. */
export class VirtualClock implements Clock {
  #nowUs: number;
  #calls: ScheduledCall[] = [];

  constructor(startUs = 0) {
    this.#nowUs = startUs;
  }

  nowUs(): number {
    return this.#nowUs;
  }

  schedule(delayUs: number, run: () => void): Cancel {
    const call = { atUs: this.#nowUs + Math.max(0, Math.ceil(delayUs)), run };
    const after = this.#calls.findIndex(({ atUs }) => atUs > call.atUs);
    this.#calls.splice(after === -1 ? this.#calls.length : after, 0, call);
    return () => {
      this.#calls = this.#calls.filter((other) => other !== call);
    };
  }

  /** The number of scheduled calls: zero means that nothing more will happen by itself. */
  get pending(): number {
    return this.#calls.length;
  }

  /** Advances time by microseconds and runs the due calls in order. */
  advance(us: number): void {
    const endUs = this.#nowUs + us;
    for (let next = this.#calls[0]; next && next.atUs <= endUs; next = this.#calls[0]) {
      this.#calls.shift();
      this.#nowUs = Math.max(this.#nowUs, next.atUs);
      next.run();
    }
    this.#nowUs = endUs;
  }
}
