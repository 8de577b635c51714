/** Takes back what was scheduled; does nothing once it has run. */
export type Cancel = () => void;

/** The only source of time that the virtual Pi knows. */
export interface Clock {
  /** Whole microseconds since some start; never goes back. */
  nowUs(): number;
  /** Runs something once, about `delayUs` microseconds from now and never within this call; a timer may come early. */
  schedule(delayUs: number, run: () => void): Cancel;
}

/** The clock of the machine: Node's and a browser's alike. Timers are as coarse as `setTimeout`, about 1 ms. */
export function createSystemClock(): Clock {
  return {
    nowUs: () => Math.floor(performance.now() * 1000),
    schedule(delayUs, run) {
      // Beyond this a timer would fire at once; whoever waits longer looks at the clock again.
      const timer = setTimeout(run, Math.min(Math.max(0, Math.ceil(delayUs / 1000)), 2 ** 31 - 1));
      return () => clearTimeout(timer);
    },
  };
}
