import type { Cancel, Clock } from './clock.ts';

interface Appointment {
  readonly atUs: number;
  readonly run: () => void;
}

/** A clock that only moves when it is told to: for tests and for replays. */
export class VirtualClock implements Clock {
  #nowUs: number;
  #appointments: Appointment[] = [];

  constructor(startUs = 0) {
    this.#nowUs = startUs;
  }

  nowUs(): number {
    return this.#nowUs;
  }

  schedule(delayUs: number, run: () => void): Cancel {
    const appointment = { atUs: this.#nowUs + Math.max(0, Math.ceil(delayUs)), run };
    const after = this.#appointments.findIndex(({ atUs }) => atUs > appointment.atUs);
    this.#appointments.splice(after === -1 ? this.#appointments.length : after, 0, appointment);
    return () => {
      this.#appointments = this.#appointments.filter((other) => other !== appointment);
    };
  }

  /** The number of scheduled calls: zero means that nothing more will happen by itself. */
  get pending(): number {
    return this.#appointments.length;
  }

  /** Advances time by microseconds and runs the due calls in order. */
  advance(us: number): void {
    const endUs = this.#nowUs + us;
    for (let next = this.#appointments[0]; next && next.atUs <= endUs; next = this.#appointments[0]) {
      this.#appointments.shift();
      this.#nowUs = Math.max(this.#nowUs, next.atUs);
      next.run();
    }
    this.#nowUs = endUs;
  }
}
