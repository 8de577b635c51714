import { performance } from 'node:perf_hooks'; // Node's global of this name is a getter, which costs more than the clock.

/**
 * Shorter times are believed: reading the processor time takes some 3 µs on an idle machine and 20 to 60 on a busy one, and a pause of this
 * length does no harm.
 */
const LONG_MS = 2;

/** Work that took longer than this counts at least this much, however much of it was pauses. */
const LEAST_MS = 1;

/** How old the last reading of the processor time may be when work begins, milliseconds: a pause since then counts as a pause in the work. */
const LOOK_MS = 10;

/** Clocks that never jump, milliseconds. */
export interface Clocks {
  readonly elapsedMs: () => number;
  /** The processor time that this process has used. Default: it is never interrupted. */
  readonly processorMs?: () => number;
  /** How long the process has been idle. */
  readonly idleMs?: () => number;
}

const { nodeTiming } = performance;

export const SYSTEM_CLOCKS: Clocks = {
  elapsedMs: () => performance.now(),
  processorMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  idleMs: () => nodeTiming.idleTime,
};

/**
 * Measures work without the pauses in which the system ran other programs: on a busy machine a client would pay for them, and nearly all clients
 * would count as busy. Only times that are long are compared with the processor time, so measuring costs a look at the clock.
 */
export class WorkClock {
  readonly #elapsedMs: () => number;
  readonly #readActive: () => number;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #activeMs = 0;

  constructor({ elapsedMs, processorMs = elapsedMs, idleMs = () => 0 }: Clocks) {
    this.#elapsedMs = elapsedMs;
    this.#readActive = () => processorMs() + idleMs();
  }

  now(): number {
    return this.#elapsedMs();
  }

  /** Takes note that work begins. */
  begin(now: number): void {
    if (now - this.#lookedAt > LOOK_MS) this.#look(now);
  }

  /** How long the work from `since` until `now` took, without the pauses. */
  workedMs(since: number, now: number): number {
    const ms = now - since;
    if (ms <= LONG_MS) return ms;
    return Math.min(ms, Math.max(ms - this.#look(now), LEAST_MS));
  }

  /** Returns how long the process was neither working nor idle since the last call. */
  #look(now: number): number {
    const activeMs = this.#readActive();
    const pausedMs = now - this.#lookedAt - (activeMs - this.#activeMs);
    this.#activeMs = activeMs;
    this.#lookedAt = now;
    return pausedMs;
  }
}
