import { defer, from, map, Observable, of } from 'rxjs';
import { errorIn } from '../../../hub/client/outgoing.ts';
import { type HistoryRow, HubError } from '../../../hub/core/index.ts';
import { type Gap, gapsOfStatus, gapsOfUptime, mergeGaps } from './gaps.ts';

/** A stretch of a value's past, its times by this page's clock, milliseconds. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  /** In order of time. The first may be older than the start: then it is the value at the start. */
  readonly rows: readonly HistoryRow[];
}

/** A stretch of a topic's values, with the hub's other facts about it. */
export interface Past extends Stretch {
  /** The wanted values. */
  readonly wanted: readonly HistoryRow[];
  /** The times at which the value was unknown, in order: the device or the hub was away. */
  readonly gaps: readonly Gap[];
}

/** The past values of topics that the hub keeps. */
export interface Archive {
  /**
   * Reads the last `spanMs` of a topic, or those that ended `agoMs` ago (default 0), in at most `points` rows. Fails with the hub's error, or with
   * `hub/unreachable`. Unsubscribing cancels the request.
   */
  read(topic: string, spanMs: number, points: number, agoMs?: number): Observable<Past>;
  /** The address of the same stretch as CSV, with every point that the hub has; empty if the hub keeps no history. */
  csvAddress(topic: string, spanMs: number, agoMs?: number): string;
}

/** The archive of values that the hub does not keep, because their topics belong to another program. */
export const NO_ARCHIVE: Archive = {
  read: (_topic, spanMs, _points, agoMs = 0) =>
    defer(() => {
      const toMs = Date.now() - agoMs;
      return of({ fromMs: toMs - spanMs, toMs, rows: [], wanted: [], gaps: [] });
    }),
  csvAddress: () => '',
};

/** Asks the hub, as `fetch` does. */
export type Ask = (address: string, how: { readonly signal: AbortSignal }) => Promise<Response>;

/** The most rows that a hub gives at once. */
const ALL_POINTS = 5_000;

/** The archive of the hub that the page came from. */
export function createArchive(ask: Ask, now: () => number = Date.now): Archive {
  return {
    read: (topic, spanMs, points, agoMs = 0) =>
      new Observable<Answer>((observer) => {
        const giveUp = new AbortController();
        observer.add(() => giveUp.abort());
        observer.add(
          from(
            hear(ask, `${addressOf(topic, '', { spanMs, points, agoMs })}&related=true`, giveUp),
          ).subscribe(observer),
        );
      }).pipe(
        map(({ window, body }) => toPast(parseAnswer(body), { window, spanMs, points, toMs: now() - agoMs })),
      ),
    csvAddress: (topic, spanMs, agoMs = 0) => addressOf(topic, '.csv', { spanMs, points: ALL_POINTS, agoMs }),
  };
}

interface Answer {
  /** Beginning and end, by the hub's clock. */
  readonly window: string | null;
  readonly body: unknown;
}

/** Counted back from the hub's own time: neither its clock nor this page's has to be right. */
function addressOf(topic: string, ending: string, { spanMs, points, agoMs }: Window): string {
  const path = topic.split('/').map(encodeURIComponent).join('/');
  const to = agoMs > 0 ? `&to=-${Math.round(agoMs)}` : '';
  return `api/history/${path}${ending}?from=-${Math.ceil(spanMs)}${to}&points=${points}`;
}

interface Window {
  readonly spanMs: number;
  readonly points: number;
  readonly agoMs: number;
}

/** The whole answer. Rejects with the error that the hub names, or `hub/unreachable`. */
async function hear(ask: Ask, address: string, { signal }: AbortController): Promise<Answer> {
  const { ok, headers, text } = await receive(ask, address, signal);
  const body = parseJson(text);
  if (!ok) throw errorIn(body) ?? noHistory(body);
  return { window: headers.get('History-Window'), body };
}

async function receive(ask: Ask, address: string, signal: AbortSignal) {
  try {
    const response = await ask(address, { signal });
    return { ok: response.ok, headers: response.headers, text: await response.text() };
  } catch (cause) {
    throw new HubError('hub/unreachable', `the hub did not answer: ${cause}`, { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw noHistory(text.slice(0, 60), cause);
  }
}

interface Rows {
  readonly rows: readonly HistoryRow[];
  readonly wanted: readonly HistoryRow[];
  readonly status: readonly HistoryRow[];
  readonly uptime: readonly HistoryRow[];
}

/** An older hub answers with the rows alone. */
function parseAnswer(answer: unknown): Rows {
  if (isRows(answer)) return { rows: answer, wanted: [], status: [], uptime: [] };
  const { rows, wanted, status, uptime }: Record<string, unknown> = Object(answer);
  if (isRows(rows) && isRows(wanted) && isRows(status) && isRows(uptime))
    return { rows, wanted, status, uptime };
  throw noHistory(answer);
}

function isRows(value: unknown): value is readonly HistoryRow[] {
  return Array.isArray(value) && value.every(isRow);
}

function isRow(row: unknown): row is HistoryRow {
  return Array.isArray(row) && row.length === 4 && row.every(Number.isFinite);
}

function noHistory(answer: unknown, cause?: unknown): HubError {
  return new HubError('protocol/violation', `${JSON.stringify(answer)} is not a history`, { cause });
}

interface Asked {
  /** Beginning and end, by the hub's clock. */
  readonly window: string | null;
  readonly spanMs: number;
  readonly points: number;
  /** When the window ends by this page's clock. */
  readonly toMs: number;
}

/** Converts the hub's times to this page's clock. */
function toPast({ rows, wanted, status, uptime }: Rows, { window, spanMs, points, toMs }: Asked): Past {
  const hubToMs = Date.parse(window?.split('/')[1] ?? '');
  const aheadMs = Number.isNaN(hubToMs) ? 0 : toMs - hubToMs;
  const shift = (list: readonly HistoryRow[]) =>
    list.map(([timeMs, ...values]): HistoryRow => [timeMs + aheadMs, ...values]);
  const gaps = [...gapsOfStatus(shift(status), toMs), ...gapsOfUptime(shift(uptime), spanMs / points)];
  return { fromMs: toMs - spanMs, toMs, rows: shift(rows), wanted: shift(wanted), gaps: mergeGaps(gaps) };
}
