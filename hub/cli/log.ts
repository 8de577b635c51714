import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { HubError } from '../core/error.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

interface LogTarget {
  /** Whether a person reads the log there. */
  readonly isTerminal: boolean;
  /** A file descriptor, or the path of a file. */
  readonly destination: number | string;
}

const STANDARD_ERROR: LogTarget = { isTerminal: process.stderr.isTTY ?? false, destination: 2 };

/** How much of a log waits while it cannot be written, bytes; lines beyond that are dropped. */
const MAX_BACKLOG_BYTES = 2 ** 20;

/**
 * A log, by default on standard error: readable lines on a terminal, JSON elsewhere. A terminal shows a known error as one line; its
 * stack is in the JSON, and on a terminal with `debug`. A log that cannot be written, on a full disk or without a reader, never throws.
 */
export function createLog(level: string, { isTerminal, destination }: LogTarget = STANDARD_ERROR): Logger {
  // Written at once: the last line before an exit says why.
  const lines = pino.destination({ dest: destination, sync: true, maxLength: MAX_BACKLOG_BYTES });
  lines.on('error', () => undefined);
  if (!isTerminal) return pino({ level }, lines);
  const look = { colorize: true, translateTime: 'HH:MM:ss', ignore: 'pid,hostname' };
  const terse = isTalkative(level) ? {} : { hooks: { logMethod: shorten } };
  return pino({ level, ...terse }, pretty({ ...look, destination: lines }));
}

function isTalkative(level: string): boolean {
  return level === 'debug' || level === 'trace';
}

/** Replaces a known error by the part of its message that the line does not have yet. */
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

/** What a program says about the failure that ends it: a line for each known cause, and the stack for a bug. */
export function describeFailure(error: unknown): string {
  return [...new Set(causesOf(error).map(describeOne))].join('\n');
}

/** Whether the message of an error is enough, without its stack: the hub or the system knows the cause. */
function isNamed(error: unknown): error is Error {
  if (error instanceof HubError) return error.code !== 'internal';
  return error instanceof Error && 'syscall' in error;
}

function describeOne(error: unknown): string {
  if (!isNamed(error))
    return `pinhub: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  return error instanceof HubError ? `pinhub: ${error.message} (${error.code})` : `pinhub: ${error.message}`;
}

function causesOf(error: unknown): unknown[] {
  return error instanceof AggregateError ? error.errors.flatMap(causesOf) : [error];
}
