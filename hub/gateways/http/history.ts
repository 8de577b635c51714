import { type Request, Router } from 'express';
import { HubError, quote } from '../../core/error.ts';
import type { HistoryRow, TopicHistory } from '../../core/history.ts';
import { denied } from '../../core/rights.ts';
import { parseTopicName } from '../../core/topic.ts';
import { formatWindow, parseWindow } from './history-window.ts';
import { ANY_PATH, decodePath } from './topic-path.ts';
import type { Identify } from './visitor.ts';

export interface HistoryRouterOptions {
  readonly history: TopicHistory;
  readonly topicLevels: number;
  readonly identify: Identify;
  /** The time of day, milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * REST: `GET /<topic>?from&to&points` answers with rows of time, lowest, highest and last value; the first may be what it was before. As
 * CSV by `Accept: text/csv`, or with `.csv` behind the topic. `History-Window` tells from when to when, by the hub's clock.
 */
export function createHistoryRouter({
  history,
  topicLevels,
  identify,
  now = Date.now,
}: HistoryRouterOptions): Router {
  const router = Router();
  router.get(ANY_PATH, async (request, response) => {
    const visitor = await identify(request);
    const { topic, isCsv } = parsePath(request, topicLevels);
    if (!visitor.rights().mayRead(topic)) throw denied('read', topic);
    const { from, to, points } = request.query;
    const window = parseWindow({ from, to, points }, now());
    const rows = await history.read(topic, window);
    if (!rows) throw new HubError('topic/unknown', `there is no history of ${quote(topic)}`);
    response.set({ 'Cache-Control': 'no-store', 'History-Window': formatWindow(window) }).vary('Accept');
    if (isCsv || request.accepts(['json', 'csv']) === 'csv') response.type('text/csv').send(toCsv(rows));
    else response.json(rows);
  });

  router.all(ANY_PATH, ({ method }, response) => {
    response.set('Allow', 'GET, HEAD');
    throw new HubError('method/unsupported', `${method} is not for history; GET reads it`);
  });
  return router;
}

function parsePath(request: Request, topicLevels: number): { topic: string; isCsv: boolean } {
  const path = decodePath(request);
  const isCsv = path.endsWith('.csv');
  return { topic: parseTopicName(isCsv ? path.slice(0, -'.csv'.length) : path, topicLevels), isCsv };
}

function toCsv(rows: readonly HistoryRow[]): string {
  const lines = rows.map(([timeMs, ...values]) => [new Date(timeMs).toISOString(), ...values].join(','));
  return ['time,min,max,last', ...lines, ''].join('\r\n');
}
