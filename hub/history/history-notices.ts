import type { Logger } from 'pino';
import { quote } from '../core/error.ts';

/** Told of what becomes of history. */
export interface HistoryNotices {
  /** Something could not be kept, after all could be. It is tried again. */
  failed(error: unknown): void;
  /** All can be kept again. */
  recovered(): void;
  /** A value came for a topic that has no history: each time. */
  refused(topic: string): void;
  /** A silent topic's history was given up for that of another. */
  replaced(silent: string, by: string): void;
  /** A value came at a time that cannot be right, milliseconds since 1970: each time. */
  mistimed(timeMs: number): void;
}

/** Tells a log, and of what comes with each value only once. */
export function tellLog(log: Logger, topics: number): HistoryNotices {
  const once = createOnce();
  return {
    failed: (err) => log.error({ err }, `history cannot be kept now: ${(err as Error).message}`),
    recovered: () => log.info('history is kept again, with what came meanwhile'),
    refused: (topic) =>
      once('refused', () =>
        log.warn(
          `${quote(topic)} has no history: of the ${topics} topics that have one none has been silent for an hour, or many have lost theirs to others lately, or its name is too long. pinhub_history_refused_total counts what is not kept`,
        ),
      ),
    replaced: (silent, by) =>
      log.info(`${quote(silent)} was silent for longest: the place of its history goes to ${quote(by)}`),
    mistimed: (timeMs) =>
      once('mistimed', () =>
        log.warn(`history is not kept while the time of day cannot be right: ${describe(timeMs)}`),
      ),
  };
}

function createOnce(): (what: string, tell: () => void) => void {
  const told = new Set<string>();
  return (what, tell) => {
    if (!told.has(what)) tell();
    told.add(what);
  };
}

function describe(timeMs: number): string {
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : String(timeMs);
}
