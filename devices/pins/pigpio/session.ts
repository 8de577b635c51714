import type { Commander, Report } from './commands.ts';

/** A connection to pigpio, from finding it until it is lost. */
export interface Session extends Commander {
  /** Resolves with the reason once pigpio is lost. */
  readonly closed: Promise<string>;
  /** Enables level reports for these pins, and disables them for all others. Rejects with `driver/failed`. */
  watch(gpios: Iterable<number>): Promise<void>;
  close(reason: string): void;
}

/** Connects to pigpio. Rejects with `driver/unavailable` or `driver/failed`. */
export type OpenSession = (onReport: (report: Report) => void) => Promise<Session>;
