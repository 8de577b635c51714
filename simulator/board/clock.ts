/** Takes back what was scheduled; does nothing once it has run. */
export type Cancel = () => void;

/** The only source of time that the virtual Pi knows. */
export interface Clock {
  /** Whole microseconds since some start; never goes back. */
  nowUs(): number;
  /** Runs something once, when `nowUs` has come on by `delayUs` or more: never earlier, and never within this call. */
  schedule(delayUs: number, run: () => void): Cancel;
}

/** What a machine has to measure time and to wait with, milliseconds. */
export interface Timers {
  /** Since some start, with fractions; never goes back. */
  now(): number;
  /** Runs something after a whole number of milliseconds, or up to one earlier. */
  set(run: () => void, delayMs: number): unknown;
  clear(timer: unknown): void;
}

/** Beyond this `setTimeout` would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Those of Node and of a browser alike. */
const MACHINE: Timers = {
  now: () => performance.now(),
  set: (run, delayMs) => setTimeout(run, delayMs),
  clear: (timer) => clearTimeout(timer as Parameters<typeof clearTimeout>[0]),
};

/** The clock of the machine. Its timers are as coarse as `setTimeout`, about 1 ms, but only ever late. */
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
