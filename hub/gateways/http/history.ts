import { type Request, Router } from 'express';
import { HubError, quote } from '../../core/error.ts';
import type { HistoryRow, TopicHistory } from '../../core/history.ts';
import { parseTopicName } from '../../core/topic.ts';
import { denied, type Identify } from './visitor.ts';

export interface HistoryRouterOptions {
  readonly history: TopicHistory;
  readonly topicLevels: number;
  readonly identify: Identify;
  /** The time of day, milliseconds since 1970. */
  readonly now?: () => number;
}

const HOUR_MS = 3_600_000;
const DEFAULT_POINTS = 600;
const MAX_POINTS = 5_000;

/**
 * REST: `GET /<topic>?from&to&points` answers with rows of time, lowest, highest and last value; the first may be what it was before. As
 * CSV by `Accept: text/csv`, or with `.csv` behind the topic.
 */
export function createHistoryRouter({
  history,
  topicLevels,
  identify,
  now = Date.now,
}: HistoryRouterOptions): Router {
  const router = Router();
  router.get('/{*topic}', async (request, response) => {
    const { rights } = await identify(request);
    const { topic, isCsv } = parsePath(request, topicLevels);
    if (!rights.mayRead(topic)) throw denied('read', topic);
    const rows = history.read(topic, parseWindow(request, now()));
    if (!rows) throw new HubError('topic/unknown', `there is no history of ${quote(topic)}`);
    response.set('Cache-Control', 'no-store').vary('Accept');
    if (isCsv || request.accepts(['json', 'csv']) === 'csv') response.type('text/csv').send(toCsv(rows));
    else response.json(rows);
  });
  return router;
}

function parsePath(request: Request, topicLevels: number): { topic: string; isCsv: boolean } {
  const path = decode(request.path.slice(1));
  const isCsv = path.endsWith('.csv');
  return { topic: parseTopicName(isCsv ? path.slice(0, -'.csv'.length) : path, topicLevels), isCsv };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw new HubError('topic/invalid', `${quote(path)} is not percent-encoded UTF-8`, { cause });
  }
}

function parseWindow({ query }: Request, nowMs: number) {
  const toMs = parseTime('to', query.to, nowMs);
  const fromMs = parseTime('from', query.from, toMs - HOUR_MS);
  if (fromMs >= toMs) throw new HubError('option/invalid', 'from must be before to');
  return { fromMs, toMs, points: parsePoints(query.points) };
}

/** Milliseconds since 1970, or a date and time as ISO 8601 has them. */
function parseTime(name: string, value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  const timeMs =
    typeof value === 'string' ? (/^\d+$/.test(value) ? Number(value) : Date.parse(value)) : Number.NaN;
  if (Number.isFinite(timeMs)) return timeMs;
  throw new HubError(
    'option/invalid',
    `${name} must be milliseconds since 1970 or a time by ISO 8601, not ${quote(value)}`,
  );
}

function parsePoints(value: unknown): number {
  if (value === undefined) return DEFAULT_POINTS;
  const points = Number(value);
  if (Number.isInteger(points) && points >= 1 && points <= MAX_POINTS) return points;
  throw new HubError('option/invalid', `points must be from 1 to ${MAX_POINTS}, not ${quote(value)}`);
}

function toCsv(rows: readonly HistoryRow[]): string {
  const lines = rows.map(([timeMs, ...values]) => [new Date(timeMs).toISOString(), ...values].join(','));
  return ['time,min,max,last', ...lines, ''].join('\r\n');
}
