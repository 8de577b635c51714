import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { HubError } from '../core/error.ts';
import { describeError, translated, type Words } from './languages/words.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

interface LogTarget {
  /** Whether a person reads the log there. */
  readonly isTerminal: boolean;
  /** A file descriptor, or the path of a file. */
  readonly destination: number | string;
}

const STANDARD_ERROR: LogTarget = { isTerminal: process.stderr.isTTY ?? false, destination: 2 };

/** How many bytes of a log are buffered while it cannot be written; further lines are dropped. */
const MAX_BACKLOG_BYTES = 2 ** 20;

/** Readable lines on a terminal, with one line for a known error; JSON elsewhere. In English, because programs read them too. Never throws, even on a full disk or without a reader. */
export function createLog(level: string, { isTerminal, destination }: LogTarget = STANDARD_ERROR): Logger {
  // Synchronous: the last line before an exit explains it.
  const lines = pino.destination({ dest: destination, sync: true, maxLength: MAX_BACKLOG_BYTES });
  lines.on('error', () => undefined);
  if (!isTerminal) return pino({ level }, lines);
  const look = { colorize: true, translateTime: 'HH:MM:ss', ignore: 'pid,hostname' };
  const hasStacks = level === 'debug' || level === 'trace';
  const options = hasStacks ? { level } : { level, hooks: { logMethod: shorten } };
  return pino(options, pretty({ ...look, destination: lines }));
}

/** Replaces a known error by its message, unless the line already contains it. */
function shorten(this: Logger, words: Parameters<pino.LogFn>, log: pino.LogFn): void {
  const [details, message = '', ...rest] = words as [unknown, string?, ...unknown[]];
  const { err, ...others }: { err?: unknown } = Object(details);
  if (isKnown(err)) {
    const reason = message.includes(err.message) ? [] : [err.message];
    log.apply(this, [others, [message, ...reason].filter(Boolean).join(': '), ...rest]);
  } else log.apply(this, words);
}

/** The text that a program prints about the failure that ends it: a line for each known cause, and the stack for a bug. */
export function describeFailure(error: unknown, words: Words): string {
  return [...new Set(causesOf(error).map((cause) => describe(cause, words)))].join('\n');
}

/** Whether the message of an error is enough, without its stack: the hub or the system knows the cause. */
function isKnown(error: unknown): error is Error {
  if (error instanceof HubError) return error.code !== 'internal';
  return error instanceof Error && 'syscall' in error;
}

function describe(error: unknown, words: Words): string {
  if (error instanceof HubError && isTold(error))
    return `pinhub: ${describeError(words, error)} (${error.code})`;
  if (!(error instanceof HubError) && isKnown(error)) return `pinhub: ${translated(words, error.message)}`;
  return `pinhub: ${words.output.bug(stackOf(error instanceof HubError ? error.cause : error))}`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Whether the message is all we know. An internal error without a cause comes from another hub; a stack here would be the client's. */
function isTold(error: HubError): boolean {
  return error.code !== 'internal' || error.cause === undefined;
}

/** Returns the failures that an error stands for. */
export function causesOf(error: unknown): unknown[] {
  return error instanceof AggregateError ? error.errors.flatMap(causesOf) : [error];
}
