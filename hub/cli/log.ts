import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** Where a log is written. */
export interface LogTarget {
  /** Whether a person reads it there. */
  readonly isTerminal: boolean;
  /** A file descriptor, or the path of a file. */
  readonly destination: number | string;
}

const STANDARD_ERROR: LogTarget = { isTerminal: process.stderr.isTTY ?? false, destination: 2 };

/** A log, by default on standard error: readable lines on a terminal, JSON elsewhere. */
export function createLog(level: string, { isTerminal, destination }: LogTarget = STANDARD_ERROR): Logger {
  // Written at once: the last line before an end is the one that says why.
  if (!isTerminal) return pino({ level }, pino.destination({ dest: destination, sync: true }));
  const look = { colorize: true, translateTime: 'HH:MM:ss', ignore: 'pid,hostname' };
  return pino({ level }, pretty({ ...look, destination, sync: true }));
}
