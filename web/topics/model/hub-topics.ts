import { errorIn } from '../../../hub/client/outgoing.ts';
import { type HistoryRow, HubError } from '../../../hub/core/index.ts';

/** A retained message, as REST lists it. */
export interface RetainedEntry {
  readonly topic: string;
  readonly payload: string | null;
  readonly base64?: string;
  readonly qos: number;
}

/** What the page asks the hub by REST. All of it rejects with the hub's error, or `hub/unreachable`. */
export interface HubTopics {
  /** How many retained messages a filter matches. */
  count(filter: string): Promise<number>;
  /** Clears them. */
  clear(filter: string): Promise<{ readonly cleared: number; readonly refused: number }>;
  /** All of them. */
  list(filter: string): Promise<readonly RetainedEntry[]>;
  /** The last hour of a number, or of a field of JSON; nothing if the hub keeps none. */
  history(topic: string, field: string): Promise<readonly HistoryRow[]>;
}

const PAGE = '1000';

type Fetch = (address: string, how?: RequestInit) => Promise<Response>;

export function createHubTopics(request: Fetch): HubTopics {
  const ask = async (path: string, query: Record<string, string>, method = 'GET'): Promise<unknown> => {
    const response = await request(`api/${path}?${new URLSearchParams(query)}`, { method }).catch(
      (cause: unknown) => {
        throw new HubError('hub/unreachable', 'the hub does not answer', { cause });
      },
    );
    return response.json();
  };
  const askTopics = async (query: Record<string, string>, method?: string) => {
    const answer = await ask('topics', query, method);
    const error = errorIn(answer);
    if (error) throw error;
    return answer;
  };
  return {
    async count(filter) {
      const { count } = (await askTopics({ filter, limit: '1' })) as { count: number };
      return count;
    },
    clear: async (filter) =>
      (await askTopics({ filter }, 'DELETE')) as { readonly cleared: number; readonly refused: number },
    async list(filter) {
      const all: RetainedEntry[] = [];
      for (let after: string | undefined = ''; after !== undefined; ) {
        const query = { filter, limit: PAGE, ...(after !== '' && { after }) };
        const page = (await askTopics(query)) as { topics: RetainedEntry[]; next?: string };
        all.push(...page.topics);
        after = page.next;
      }
      return all;
    },
    async history(topic, field) {
      const query = { from: '-3600000', points: '600', ...(field !== '' && { field }) };
      const answer = await ask(`history/${encodeURIComponent(topic)}`, query);
      if (Array.isArray(answer)) return answer;
      const error = errorIn(answer);
      if (error && error.code !== 'topic/unknown') throw error;
      return [];
    },
  };
}
