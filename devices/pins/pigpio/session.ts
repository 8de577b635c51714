import type { Commander, Report } from './commands.ts';

/** What lasts from when pigpio is found to when it is lost. */
export interface Session extends Commander {
  /** Resolves with the reason once pigpio is lost. */
  readonly closed: Promise<string>;
  /** Has changes of level of these pins reported, and of no others. Rejects with `driver/failed`. */
  watch(gpios: Iterable<number>): Promise<void>;
  close(reason: string): void;
}

/** Finds pigpio. Rejects with `driver/unavailable` or `driver/failed`. */
export type OpenSession = (onReport: (report: Report) => void) => Promise<Session>;
