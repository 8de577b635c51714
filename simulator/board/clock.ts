/** Cancels a scheduled call; does nothing once the call has run. */
export type Cancel = () => void;

/** The only source of time of the virtual Pi. */
export interface Clock {
  /** Whole microseconds since an arbitrary start; never goes back. */
  nowUs(): number;
  /**
   * Runs a callback once, when `nowUs` has advanced by `delayUs` or more: never earlier, and never within this call.
   */
  schedule(delayUs: number, run: () => void): Cancel;
}

/** The host's means to measure time and to wait, milliseconds. */
export interface Timers {
  /** Time since an arbitrary start, with fractions; never goes back. */
  now(): number;
  /** Runs a callback after a whole number of milliseconds, or up to one earlier. */
  set(run: () => void, delayMs: number): unknown;
  clear(timer: unknown): void;
}

/** The longest delay of `setTimeout`: with a longer one it would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The timers that Node and browsers share. */
const MACHINE: Timers = {
  now: () => performance.now(),
  set: (run, delayMs) => setTimeout(run, delayMs),
  clear: (timer) => clearTimeout(timer as Parameters<typeof clearTimeout>[0]),
};

/** The host's clock. Its timers have the resolution of `setTimeout`, about 1 ms, but they are only ever late. */
export function createSystemClock(timers: Timers = MACHINE): Clock {
  const nowUs = () => Math.floor(timers.now() * 1000);
  return {
    nowUs,
    schedule(delayUs, run) {
      const dueUs = nowUs() + delayUs;
      let timer: unknown;
      const wait = (leftUs: number) => {
        timer = timers.set(wake, Math.min(Math.max(0, Math.ceil(leftUs / 1000)), MAX_DELAY_MS));
      };
      const wake = () => {
        const leftUs = dueUs - nowUs();
        if (leftUs > 0) wait(leftUs);
        else run();
      };
      wait(delayUs);
      return () => timers.clear(timer);
    },
  };
}
