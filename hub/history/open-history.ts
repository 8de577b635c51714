import type { Logger } from 'pino';
import { quote } from '../core/error.ts';
import { PageBudget } from './bucket.ts';
import { DEFAULT_TOPICS, History, type HistoryNotices, type HistoryOptions } from './history.ts';
import { openRings } from './ring-folder.ts';
import { MemorySlots } from './slot.ts';

export interface OpenOptions extends Pick<HistoryOptions, 'topics' | 'now' | 'uptimeMs' | 'others'> {
  /** Called with each problem, once. */
  readonly log: Logger;
}

/** History in a folder, one file per topic. Never rejects: what cannot be read is kept aside, what cannot be written stays in memory. */
export async function openHistory(folder: string, options: OpenOptions): Promise<History> {
  const { log, topics = DEFAULT_TOPICS } = options;
  return new History({ ...options, ...(await openRings(folder, log)), notices: tellLog(log, topics) });
}

/**
 * The memory that topics share, in addition to the 56 KiB that each may always use: 92 MiB at most for all 500. A light that changes all the time
 * takes 435 KiB in a hundred days, and a topic that is never published to again 8 KiB.
 */
const MEMORY_BYTES = 64 * 2 ** 20;

/** History that ends with the process. Once its memory is full, the oldest values of the finest resolutions are dropped first. */
export function createMemoryHistory(log: Logger): History {
  const budget = new PageBudget(MEMORY_BYTES);
  return new History({
    createSlots: () => new MemorySlots(budget),
    notices: tellLog(log, DEFAULT_TOPICS),
  });
}

/** Writes notices to a log; notices that repeat with every value are written only once. */
function tellLog(log: Logger, topics: number): HistoryNotices {
  const warned = new Set<string>();
  const warnOnce = (what: string, text: () => string) => {
    if (!warned.has(what)) log.warn(text());
    warned.add(what);
  };
  return {
    failed: (err) => log.error({ err }, `history cannot be kept now: ${(err as Error).message}`),
    recovered: () => log.info('history is kept again, with what came meanwhile'),
    refused: (topic) =>
      warnOnce(
        'refused',
        () =>
          `${quote(topic)} has no history: of the ${topics} topics that have one none has been silent for an hour, or many have lost theirs to others lately, or its name is too long. pinhub_history_refused_total counts what is not kept`,
      ),
    replaced: (silent, by) =>
      log.info(`${quote(silent)} was silent for longest: its history makes room for that of ${quote(by)}`),
    mistimed: (timeMs) =>
      warnOnce('mistimed', () => `history is not kept while the clock is wrong: ${describe(timeMs)}`),
  };
}

function describe(timeMs: number): string {
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : String(timeMs);
}
