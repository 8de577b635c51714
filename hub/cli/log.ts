import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { isNamed } from './describe-failure.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** Where a log is written. */
interface LogTarget {
  /** Whether a person reads it there. */
  readonly isTerminal: boolean;
  /** A file descriptor, or the path of a file. */
  readonly destination: number | string;
}

const STANDARD_ERROR: LogTarget = { isTerminal: process.stderr.isTTY ?? false, destination: 2 };

/**
 * A log, by default on standard error: readable lines on a terminal, JSON elsewhere. On a terminal an error that can be named is a line;
 * its stack is for a program that keeps the log, and for whoever asks for `debug`.
 */
export function createLog(level: string, { isTerminal, destination }: LogTarget = STANDARD_ERROR): Logger {
  // Written at once: the last line before an end is the one that says why.
  if (!isTerminal) return pino({ level }, pino.destination({ dest: destination, sync: true }));
  const look = { colorize: true, translateTime: 'HH:MM:ss', ignore: 'pid,hostname' };
  const terse = isTalkative(level) ? {} : { hooks: { logMethod: shorten } };
  return pino({ level, ...terse }, pretty({ ...look, destination, sync: true }));
}

function isTalkative(level: string): boolean {
  return level === 'debug' || level === 'trace';
}

/** Leaves of an error that can be named what the message does not say. */
function shorten(this: Logger, words: Parameters<pino.LogFn>, log: pino.LogFn): void {
  const [details, message = '', ...rest] = words as [unknown, string?, ...unknown[]];
  const { err, ...others }: { err?: unknown } = Object(details);
  if (isNamed(err)) log.apply(this, [others, withReason(message, err.message), ...rest]);
  else log.apply(this, words);
}

function withReason(message: string, reason: string): string {
  if (message.includes(reason)) return message;
  return message === '' ? reason : `${message}: ${reason}`;
}
