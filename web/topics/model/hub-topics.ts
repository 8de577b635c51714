import type { HubApi } from '../../../hub/client/api/hub-api.ts';
import type { TopicEntry } from '../../../hub/client/api/topic-entry.ts';
import { type HistoryRow, toHubError } from '../../../hub/core/index.ts';

/** The requests that the page sends by REST. Each rejects with the hub's error, or `hub/unreachable`. */
export interface HubTopics {
  /** How many retained messages a filter matches. */
  count(filter: string): Promise<number>;
  /** Clears them. */
  clear(filter: string): Promise<{ readonly cleared: number; readonly refused: number }>;
  /** All of them. */
  list(filter: string): Promise<readonly TopicEntry[]>;
  /** The last hour of a number, or of a field of JSON; nothing if the hub keeps none. */
  history(topic: string, field: string): Promise<readonly HistoryRow[]>;
}

const PAGE = 1_000;

export function createHubTopics(api: HubApi): HubTopics {
  return {
    count: async (filter) => (await api.topics(filter, { limit: 1 })).count,
    clear: (filter) => api.clearAll(filter),
    async list(filter) {
      const all: TopicEntry[] = [];
      for (let after: string | undefined = ''; after !== undefined; ) {
        const page: Awaited<ReturnType<HubApi['topics']>> = await api.topics(filter, { limit: PAGE, after });
        all.push(...page.topics);
        after = page.next;
      }
      return all;
    },
    async history(topic, field) {
      try {
        return await api.history(topic, { field: field || undefined });
      } catch (error) {
        if (toHubError(error).code === 'topic/unknown') return [];
        throw error;
      }
    },
  };
}
