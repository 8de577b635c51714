import type { Logger } from 'pino';
import { DEFAULT_TOPICS, History, type HistoryOptions } from './history.ts';
import { tellLog } from './history-notices.ts';
import { openRings } from './ring-folder.ts';
import { MemorySlots } from './slot.ts';

export interface OpenOptions extends Pick<HistoryOptions, 'topics' | 'now' | 'uptimeMs'> {
  /** Told of what is wrong, once. */
  readonly log: Logger;
}

/**
 * History in a folder, a file for each topic. Never rejects: it is worth less than a hub that runs. What cannot be read is kept aside, and
 * what cannot be kept stays in memory, as much of it as a file would hold.
 */
export async function openHistory(folder: string, options: OpenOptions): Promise<History> {
  const { log, topics = DEFAULT_TOPICS } = options;
  return new History({ ...options, ...(await openRings(folder, log)), notices: tellLog(log, topics) });
}

/** The most topics of which a hub that keeps nothing remembers what they were. */
const MEMORY_TOPICS = 50;

/** History that ends with the process. */
export function createMemoryHistory(log: Logger): History {
  return new History({
    createSlots: () => new MemorySlots(),
    topics: MEMORY_TOPICS,
    notices: tellLog(log, MEMORY_TOPICS),
  });
}
