import { performance } from 'node:perf_hooks'; // Node's global of this name is a getter, which costs more than the clock.

/** Shorter times are believed: asking for the processor time takes some 2 µs, and a pause of this length does no harm. */
const LONG_MS = 1;

/** How old the last look at the processor time may be when work begins, milliseconds. */
const LOOK_MS = 2;

/** Two clocks that never jump, milliseconds. */
export interface Clocks {
  readonly elapsedMs: () => number;
  /** The processor time that this process has used. Default: it is never interrupted. */
  readonly processorMs?: () => number;
}

export const SYSTEM_CLOCKS: Clocks = {
  elapsedMs: () => performance.now(),
  processorMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/**
 * Measures work, without the pauses in which the system ran other programs: on a busy machine a client would pay for them, and nearly all clients
 * would count as busy. Only times that are long are compared with the processor time, so measuring costs a look at the clock.
 */
export class WorkClock {
  readonly #elapsedMs: () => number;
  readonly #readProcessor: () => number;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #processorMs = 0;

  constructor({ elapsedMs, processorMs = elapsedMs }: Clocks) {
    this.#elapsedMs = elapsedMs;
    this.#readProcessor = processorMs;
  }

  now(): number {
    return this.#elapsedMs();
  }

  /** Work begins, perhaps after a time in which the process slept. */
  begin(now: number): void {
    if (now - this.#lookedAt > LOOK_MS) this.#look(now);
  }

  /** How long work took that went on from `since` until `now`, without the pauses. */
  workedMs(since: number, now: number): number {
    const ms = now - since;
    if (ms <= LONG_MS) return ms;
    const before = since - this.#lookedAt;
    const usedMs = this.#look(now) - before; // The process did not sleep since the last look, so the rest was used before.
    return Math.min(ms, Math.max(usedMs, LONG_MS));
  }

  /** Returns the processor time since the last look. */
  #look(now: number): number {
    const processorMs = this.#readProcessor();
    const usedMs = processorMs - this.#processorMs;
    this.#processorMs = processorMs;
    this.#lookedAt = now;
    return usedMs;
  }
}
