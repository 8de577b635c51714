import { HubError, quote } from '../../../core/error.ts';
import { search } from '../../../session/search-queue.ts';
import { abbreviate } from '../../traces.ts';
import { untilClosed } from '../lists.ts';
import { JSON_TYPE } from '../operation.ts';
import { parsePageQuery } from '../page.ts';
import { findPage, parsePlainFilter } from '../retained-pages.ts';
import type { Administration } from './administration.ts';
import { AFTER, LIMIT } from './clients.ts';
import { type AdminOperation, type Call, defineOperation, queryNumber, queryText, toTime } from './define.ts';

export const STATE_OPERATIONS: readonly AdminOperation[] = [
  defineOperation({
    method: 'get',
    path: '/api/admin/retained',
    summary:
      'A page of what is retained, in the order of the topics, each with the beginning of its payload. `DELETE /api/topics` clears it.',
    query: { filter: 'An MQTT topic filter. Default `#`.', after: AFTER, limit: LIMIT },
    answer: { [JSON_TYPE]: 'retained' },
    handle: listRetained,
  }),
  defineOperation({
    method: 'get',
    path: '/api/admin/limits',
    summary: 'The limits of the hub, how much of some is used, and what was refused since the start.',
    answer: { [JSON_TYPE]: 'limits' },
    handle: describeLimits,
  }),
  defineOperation({
    method: 'get',
    path: '/api/admin/rates',
    summary: 'What went through the hub in the last hours, at most six, sampled every ten seconds.',
    query: { seconds: 'Of the last so many seconds, 10–21600. Default 3600.' },
    answer: { [JSON_TYPE]: 'rates' },
    handle: (administration, call) => {
      const { rates } = administration;
      const seconds = queryNumber(call, 'seconds', { least: 10, most: 21_600, byDefault: 3_600 });
      const rows = rates.last(seconds).map(([at = 0, ...values]) => {
        return [Date.parse(toTime(administration, at)), ...values.map((value) => Number(value.toFixed(2)))];
      });
      return { content: { everySeconds: rates.everySeconds, columns: rates.columns, rows } };
    },
  }),
  defineOperation({
    method: 'get',
    path: '/api/admin/refusals',
    summary: 'A page of the last 500 refusals of connections, messages and requests, the newest first.',
    query: { after: 'The page begins after this number: `next` of the page before.', limit: LIMIT },
    answer: { [JSON_TYPE]: 'refusals' },
    handle: listRefusals,
  }),
  defineOperation({
    method: 'get',
    path: '/api/admin/cluster',
    summary: 'The hubs that serve together with this one.',
    answer: { [JSON_TYPE]: 'cluster' },
    handle: ({ clusterHubs }) => {
      const hubs = (clusterHubs?.live ?? []).map(({ hub, epoch, instance, addresses }) => {
        return { hub, epoch, instance, addresses };
      });
      return { content: { hub: clusterHubs?.self.hub ?? null, hubs } };
    },
  }),
];

async function listRetained({ hub }: Administration, call: Call) {
  const { request, response, searches, topicLevels, visitor } = call;
  const { path } = parsePlainFilter(queryText(call, 'filter') ?? '#', topicLevels);
  const steps = findPage(hub, path, parsePageQuery(request), ({ topic }) => visitor.rights().mayRead(topic));
  const page = await search(searches, steps, untilClosed(response));
  const now = hub.now();
  const retained = page.messages.map(({ topic, payload, qos, expiresAt }) => ({
    topic,
    ...abbreviate(payload),
    qos,
    ...(expiresAt !== undefined && { expiresInSeconds: Math.max(0, Math.round((expiresAt - now) / 1000)) }),
  }));
  return { content: { retained }, page };
}

/** The metrics that say how much of a limit is used. */
const USED: Readonly<Record<string, string>> = {
  retainedMessages: 'pinhub_retained_messages',
  retainedBytes: 'pinhub_retained_bytes',
  sessions: 'pinhub_sessions',
  totalQueuedBytes: 'pinhub_queued_bytes',
  clients: 'pinhub_clients',
  strangers: 'pinhub_strangers',
  heldBytes: 'pinhub_held_bytes',
  inspectedTopics: 'pinhub_inspected_topics',
  inspectedBytes: 'pinhub_inspected_bytes',
};

/** The metrics that count what was refused, dropped or cut off. */
const REFUSED: ReadonlySet<string> = new Set([
  'pinhub_refusals_total',
  'pinhub_logins_refused_total',
  'pinhub_messages_dropped_total',
  'pinhub_sessions_evicted_total',
  'pinhub_cut_offs_total',
  'pinhub_strangers_dropped_total',
  'pinhub_history_refused_total',
]);

function describeLimits({ limits, readings }: Administration) {
  const measured = new Map(
    readings().flatMap(({ name, read }) => (name === undefined ? [] : [[name, read] as const])),
  );
  const used = (limit: string) => {
    const value = measured.get(USED[limit] ?? '')?.();
    return value === undefined ? {} : { used: sumOf(value) };
  };
  const refused = [...measured]
    .filter(([metric]) => REFUSED.has(metric))
    .flatMap(([metric, read]) => {
      const value = read();
      if (typeof value !== 'object') return [{ metric, count: Number(value) }];
      return Object.entries(value).map(([of, count]) => ({ metric, of, count }));
    });
  return {
    content: {
      limits: Object.entries(limits).map(([limit, value]) => ({ limit, value, ...used(limit) })),
      refused,
    },
  };
}

function sumOf(value: ReturnType<ReturnType<Administration['readings']>[number]['read']>): number {
  if (typeof value !== 'object') return Number(value);
  return Object.values(value).reduce((sum, one) => sum + one, 0);
}

function listRefusals(administration: Administration, call: Call) {
  const { after, limit } = parsePageQuery(call.request);
  const all = administration.refusals.newest;
  const before = after === '' ? Number.POSITIVE_INFINITY : parseNumber(after);
  const rest = all.filter(({ number }) => number < before);
  const shown = rest.slice(0, limit);
  const refusals = shown.map(({ protocol, firstAt, lastAt, ...refusal }) => ({
    ...refusal,
    way: protocol,
    first: toTime(administration, firstAt),
    last: toTime(administration, lastAt),
  }));
  const next = rest.length > shown.length ? `${shown.at(-1)?.number}` : undefined;
  return { content: { refusals }, page: { count: all.length, next } };
}

/** Throws `option/invalid`. */
function parseNumber(after: string): number {
  if (/^\d{1,15}$/.test(after)) return Number(after);
  throw new HubError(
    'option/invalid',
    `after must be the number of a refusal, as in 42, not ${quote(after)}`,
  );
}
