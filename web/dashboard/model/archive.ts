import { from, map, Observable } from 'rxjs';
import { errorIn } from '../../../hub/client/outgoing.ts';
import { type HistoryRow, HubError } from '../../../hub/core/index.ts';

/** A stretch of a topic's past, its times by this page's clock, milliseconds since 1970. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  /** In order of time; the first may be what was before. */
  readonly rows: readonly HistoryRow[];
}

/** What the hub remembers of the values of topics. */
export interface Archive {
  /** The last `spanMs` of a topic in at most so many rows. Errs with what the hub says, or `hub/unreachable`; ends a reading that nobody waits for. */
  read(topic: string, spanMs: number, points: number): Observable<Stretch>;
  /** Where the last `spanMs` of a topic are, as finely as they are kept, as CSV. */
  csvAddress(topic: string, spanMs: number): string;
}

/** How to ask the hub: as `fetch` does. */
export type Ask = (address: string, how: { readonly signal: AbortSignal }) => Promise<Response>;

/** The most rows that a hub gives at once. */
const ALL_POINTS = 5_000;

/** The archive of the hub that the page came from. */
export function createArchive(ask: Ask, now: () => number = Date.now): Archive {
  return {
    read: (topic, spanMs, points) =>
      new Observable<Answer>((observer) => {
        const giveUp = new AbortController();
        observer.add(() => giveUp.abort());
        observer.add(from(hear(ask, addressOf(topic, '', spanMs, points), giveUp)).subscribe(observer));
      }).pipe(map(({ window, body }) => toStretch(parseRows(body), window, spanMs, now()))),
    csvAddress: (topic, spanMs) => addressOf(topic, '.csv', spanMs, ALL_POINTS),
  };
}

interface Answer {
  /** From when to when, by the hub's clock. */
  readonly window: string | null;
  readonly body: unknown;
}

/** Counted back from the hub's own now: its clock need not be right, nor this page's. */
function addressOf(topic: string, ending: string, spanMs: number, points: number): string {
  const path = topic.split('/').map(encodeURIComponent).join('/');
  return `/api/history/${path}${ending}?from=-${Math.ceil(spanMs)}&points=${points}`;
}

/** A good answer, whole. Rejects with what the hub says is wrong, or `hub/unreachable`. */
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

function parseRows(answer: unknown): readonly HistoryRow[] {
  if (Array.isArray(answer) && answer.every(isRow)) return answer;
  throw noHistory(answer);
}

function isRow(row: unknown): row is HistoryRow {
  return Array.isArray(row) && row.length === 4 && row.every(Number.isFinite);
}

function noHistory(answer: unknown, cause?: unknown): HubError {
  return new HubError('protocol/violation', `${JSON.stringify(answer)} is no history`, { cause });
}

/** Puts the hub's times, which end at the hub's now, onto this page's clock. */
function toStretch(
  rows: readonly HistoryRow[],
  window: string | null,
  spanMs: number,
  nowMs: number,
): Stretch {
  const hubNowMs = Date.parse(window?.split('/')[1] ?? '');
  const aheadMs = Number.isNaN(hubNowMs) ? 0 : nowMs - hubNowMs;
  return {
    fromMs: nowMs - spanMs,
    toMs: nowMs,
    rows: rows.map(([timeMs, ...values]): HistoryRow => [timeMs + aheadMs, ...values]),
  };
}
