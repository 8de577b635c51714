import type { Logger } from 'pino';
import { concatMap, from, type Observable, Subscription } from 'rxjs';
import type { Hubs, ServingHub } from '../../core/ports.ts';
import { type Bucket, LEVELS } from '../../history/bucket.ts';
import type { History, OtherHistories } from '../../history/history.ts';
import { type Gap, indicesOf } from '../../history/join.ts';
import type { Found } from '../../history/slot.ts';
import { type Engine, UnansweredError } from '../engine.ts';
import {
  decodeFound,
  decodeHistoryRequest,
  decodeTopics,
  encodeFound,
  encodeHistoryRequest,
  encodeTopics,
  type FoundPage,
  type HistoryRequest,
} from './history-requests.ts';

export interface HistoryExchangeOptions {
  readonly engine: Engine;
  readonly hubs: Hubs;
  readonly log: Logger;
  /** The longest page, bytes. Default 64 KiB. */
  readonly pageBytes?: number;
}

/** How long another hub may take to send a page, milliseconds. */
const ANSWER_MS = 1_000;

const PAGE_BYTES = 64 * 2 ** 10;

const KEPT_LEVELS = LEVELS.flatMap(({ isKept }, level) => (isKept ? [level] : []));

/** The history of all hubs: each hub answers the others, and asks every hub that starts to serve for what it has missed. */
export class HistoryExchange implements OtherHistories {
  readonly #options: HistoryExchangeOptions;
  readonly #running = new Subscription();
  #others: readonly string[] = [];

  constructor(options: HistoryExchangeOptions) {
    this.#options = options;
  }

  /** Answers other hubs from this history, and fills its gaps. */
  serve(history: History): void {
    const { engine, hubs } = this.#options;
    const answer = async (bytes: Uint8Array) => this.#answer(history, decodeHistoryRequest(bytes));
    this.#running.add(engine.answer(channelOf(hubs.self.hub), answer));
    const begun$ = this.#newcomers$().pipe(concatMap((hub) => this.#fillFrom(hub, history)));
    this.#running.add(begun$.subscribe());
  }

  close(): void {
    this.#running.unsubscribe();
  }

  async find(topic: string, level: number, first: number, last: number): Promise<readonly Found[]> {
    const range = { first, last };
    const found = await Promise.all(
      this.#others.map((hub) => unlessUnanswered(this.#find(hub, topic, level, range))),
    );
    return found.filter((one) => one !== undefined);
  }

  async #answer(history: History, request: HistoryRequest): Promise<Uint8Array> {
    const { pageBytes = PAGE_BYTES, engine } = this.#options;
    const room = Math.min(pageBytes, engine.maxEntryBytes / 2);
    if (request.kind === 'topics')
      return encodeTopics(
        history.topics.filter((topic) => topic > request.after),
        room,
      );
    const { topic, level, first, last } = request;
    return encodeFound(await history.find(topic, level, first, last), room);
  }

  /** Emits each hub that already serves, and then each hub that starts to serve. */
  #newcomers$(): Observable<string> {
    const { hubs } = this.#options;
    let known = new Set<string>();
    const nameOf = ({ hub, epoch }: ServingHub) => `${hub} ${epoch}`;
    return hubs.live$.pipe(
      concatMap((live) => {
        const others = live.filter(({ hub }) => hub !== hubs.self.hub);
        const fresh = others.filter((one) => !known.has(nameOf(one)));
        known = new Set(others.map(nameOf));
        this.#others = others.map(({ hub }) => hub);
        return from(fresh.map(({ hub }) => hub));
      }),
    );
  }

  /** One question at a time: nobody waits for this work. */
  async #fillFrom(hub: string, history: History): Promise<void> {
    const { log } = this.#options;
    try {
      const gaps = await history.gaps();
      for await (const topic of this.#topicsOf(hub))
        for (const gap of gaps) await this.#fillTopic(hub, history, { topic, gap });
      await history.flush();
    } catch (err) {
      if (this.#running.closed) return;
      if (err instanceof UnansweredError) log.debug({ err }, `hub ${hub} does not send its history`);
      else log.warn({ err }, `the history of hub ${hub} could not be fetched`);
    }
  }

  async #fillTopic(
    hub: string,
    history: History,
    { topic, gap }: { readonly topic: string; readonly gap: Gap },
  ): Promise<void> {
    for (const level of KEPT_LEVELS) {
      const range = indicesOf(gap, level, Date.now());
      if (range.first > range.last) continue;
      const found = await this.#find(hub, topic, level, range);
      if (found && !this.#running.closed) await history.fill(topic, level, gap, found.buckets);
    }
  }

  async *#topicsOf(hub: string): AsyncIterable<string> {
    for (let after = ''; ; ) {
      const topics = decodeTopics(await this.#ask(hub, { kind: 'topics', after }));
      yield* topics;
      const last = topics.at(-1);
      if (last === undefined || last <= after) return;
      after = last;
    }
  }

  /** Fetches all pages. */
  async #find(
    hub: string,
    topic: string,
    level: number,
    { first, last }: { readonly first: number; readonly last: number },
  ): Promise<Found | undefined> {
    const buckets: Bucket[] = [];
    let before: Bucket | undefined;
    for (let next = first; ; ) {
      const bytes = await this.#ask(hub, { kind: 'find', topic, level, first: next, last });
      const page: FoundPage | undefined = decodeFound(bytes);
      if (!page) return undefined;
      if (next === first) before = page.before;
      buckets.push(...page.buckets);
      const end = page.buckets.at(-1)?.index ?? last;
      if (!page.goesOn || end < next) return { before, buckets };
      next = end + 1;
    }
  }

  #ask(hub: string, request: HistoryRequest): Promise<Uint8Array> {
    return this.#options.engine.ask(channelOf(hub), encodeHistoryRequest(request), ANSWER_MS);
  }
}

function channelOf(hub: string): string {
  return `history-${hub}`;
}

async function unlessUnanswered<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof UnansweredError) return undefined;
    throw error;
  }
}
