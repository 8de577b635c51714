import { type Request, Router } from 'express';
import { HubError, quote } from '../../core/error.ts';
import {
  type HistoryRow,
  type HistoryWindow,
  historyName,
  statusTopicOf,
  type TopicHistory,
  UPTIME_TOPIC,
} from '../../core/ports.ts';
import { parseTopicName } from '../../core/topic.ts';
import { ANY_PATH, decodePath } from './topics.ts';
import type { Identify, Visitor } from './visitor.ts';

/** The raw parameters of a query: text, or a list if one was given more than once. */
type WindowQuery = Readonly<Record<'from' | 'to' | 'points', unknown>>;

const HOUR_MS = 3_600_000;
const MAX_POINTS = 5_000;

/** The last date that JavaScript has, milliseconds since 1970 (ECMAScript, 21.4.1.1). */
const LAST_MS = 8.64e15;

/** ISO 8601: a date, perhaps with a time and a zone. `Date.parse` alone accepts nearly anything. */
const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(?:(T\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/;

/** The window of a query: `to` is now by default, `from` an hour before `to`, and `points` 600. Throws `option/invalid`. */
function parseWindow({ from, to, points = '600' }: WindowQuery, nowMs: number): HistoryWindow {
  const toMs = parseTime('to', to, nowMs) ?? nowMs;
  const fromMs = parseTime('from', from, toMs) ?? toMs - HOUR_MS;
  if (fromMs >= toMs) throw invalid(`from must be before to, not ${iso(fromMs)} with to at ${iso(toMs)}`);
  return { fromMs, toMs, points: parsePoints(points) };
}

/** A time; a negative number counts back from `beforeMs`, as the client's clock may differ from the hub's. */
function parseTime(name: string, value: unknown, beforeMs: number): number | undefined {
  if (value === undefined) return undefined;
  const timeMs = typeof value === 'string' ? readTime(value, beforeMs) : Number.NaN;
  if (Math.abs(timeMs) <= LAST_MS) return timeMs;
  throw invalid(
    `${name} must be milliseconds since 1970, or negative: before ${name === 'to' ? 'now' : 'to'}, ` +
      `or a time by ISO 8601 as in 2026-01-31T12:00:00Z (without a zone it is UTC), not ${quote(value)}`,
  );
}

function readTime(text: string, beforeMs: number): number {
  if (/^-?\d+$/.test(text)) return text.startsWith('-') ? beforeMs + Number(text) : Number(text);
  const [, date, time = 'T00:00', zone = 'Z'] = ISO_TIME.exec(text) ?? [];
  return isDate(date) ? Date.parse(`${date}${time.replace(',', '.')}${zone}`) : Number.NaN;
}

/** Whether the month has that day: `Date.parse` takes 30 February for 2 March. */
function isDate(date = ''): boolean {
  const timeMs = Date.parse(date);
  return !Number.isNaN(timeMs) && iso(timeMs).startsWith(date);
}

function parsePoints(value: unknown): number {
  const points = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (points >= 1 && points <= MAX_POINTS) return points;
  throw invalid(`points must be a whole number from 1 to ${MAX_POINTS}, not ${quote(value)}`);
}

function invalid(message: string): HubError {
  return new HubError('option/invalid', message);
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

interface HistoryRouterOptions {
  readonly history: TopicHistory;
  readonly topicLevels: number;
  readonly identify: Identify;
  /** The time of day, milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * REST: `GET /<topic>?from&to&points&field` answers with rows of time, lowest, highest and last value; the first row may be the value before the
 * window. `related=true` answers with an object: `rows`, and the rows of the `wanted` values, of the device's `status` (1 online, 0 offline) and
 * of the hub's `uptime`. The answer is CSV for `Accept: text/csv` or `.csv` after the topic. `History-Window` is the window by the hub's clock.
 */
export function createHistoryRouter(options: HistoryRouterOptions): Router {
  const { history, topicLevels, identify, now = Date.now } = options;
  const router = Router();
  /** The other series of a report, as far as the visitor may read them and they are known. */
  const readRelated = async (visitor: Visitor, topic: string, window: HistoryWindow) => {
    const property = topic.replace(/\/actual$/, '');
    const read = async (other: string) =>
      visitor.rights().mayRead(other) ? ((await history.read(other, window)) ?? []) : [];
    const [wanted, status, uptime] = await Promise.all([
      property === topic ? [] : read(property),
      read(statusTopicOf(property)),
      history.read(UPTIME_TOPIC, window),
    ]);
    return { wanted, status, uptime: uptime ?? [] };
  };

  router.get(ANY_PATH, async (request, response) => {
    const visitor = await identify(request);
    const { topic, isCsv } = parsePath(request, topicLevels);
    visitor.checkRight('read', topic);
    const { from, to, points, related, field } = request.query;
    if (field !== undefined && typeof field !== 'string') throw invalid('field is named once');
    const window = parseWindow({ from, to, points }, now());
    const rows = await history.read(historyName(topic, field), window);
    if (!rows) throw new HubError('topic/unknown', `there is no history of ${quote(topic)}`);
    const interval = `${iso(window.fromMs)}/${iso(window.toMs)}`;
    response.set({ 'Cache-Control': 'no-store', 'History-Window': interval }).vary('Accept');
    if (isCsv || request.accepts(['json', 'csv']) === 'csv') response.type('text/csv').send(toCsv(rows));
    else if (related === 'true') response.json({ rows, ...(await readRelated(visitor, topic, window)) });
    else response.json(rows);
  });

  return router;
}

function parsePath(request: Request, topicLevels: number): { topic: string; isCsv: boolean } {
  const path = decodePath(request);
  const isCsv = path.endsWith('.csv');
  return { topic: parseTopicName(isCsv ? path.slice(0, -'.csv'.length) : path, topicLevels), isCsv };
}

function toCsv(rows: readonly HistoryRow[]): string {
  const lines = rows.map(([timeMs, ...values]) => [iso(timeMs), ...values].join(','));
  return ['time,min,max,last', ...lines, ''].join('\r\n');
}
