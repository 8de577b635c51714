import type { Request } from 'express';
import { HubError, quote } from '../../core/error.ts';
import { parseTopicFilter, type TopicFilter } from '../../core/filter.ts';
import type { Hub } from '../../core/hub.ts';
import type { Message } from '../../core/message.ts';
import { denied, type Rights } from '../../core/rights.ts';

/** The most entries of a page, and how many it has by default. */
const MAX_ENTRIES = 1_000;
const DEFAULT_ENTRIES = 100;

/** A page ends early once its payloads are longer together, bytes. */
const MAX_PAGE_BYTES = 2 ** 20;

/** Which page is wanted. */
export interface PageQuery {
  /** The page begins behind this topic. */
  readonly after: string;
  /** The most entries. */
  readonly limit: number;
}

/** One page of retained messages, in the order of their topics. */
export interface RetainedPage {
  readonly messages: readonly Message[];
  /** How many there are on all pages. */
  readonly count: number;
  /** What `after` must be for the next page; `undefined` if this is the last one. */
  readonly next: string | undefined;
}

/** The filter of a request. Throws `option/invalid` or `filter/invalid`, and `auth/denied` if nothing that it matches may be read. */
export function parseFilter(
  { query: { filter } }: Request,
  rights: Rights,
  topicLevels: number,
): TopicFilter {
  if (typeof filter !== 'string')
    throw new HubError(
      'option/invalid',
      `filter must be one topic filter, as in ?filter=led/%23, not ${quote(filter)}`,
    );
  const parsed = parsePlainFilter(filter, topicLevels);
  if (!rights.maySubscribe(parsed.path)) throw denied('read', filter);
  return parsed;
}

/**
 * A filter that shares nothing: neither does a list, and the part of a stream whose client is away would be lost to others. Throws `filter/invalid`.
 */
export function parsePlainFilter(value: unknown, topicLevels: number): TopicFilter {
  const parsed = parseTopicFilter(value, topicLevels);
  if (parsed.group === undefined) return parsed;
  const shared = `$share/${parsed.group}/`;
  throw new HubError(
    'filter/invalid',
    `${quote(value)} shares messages, which REST does not do: leave out ${shared}`,
  );
}

/** `after` and `limit` of a request. Throws `option/invalid`. */
export function parsePageQuery({ query: { after = '', limit = `${DEFAULT_ENTRIES}` } }: Request): PageQuery {
  const entries = typeof limit === 'string' && /^\d{1,6}$/.test(limit) ? Number(limit) : 0;
  if (entries < 1 || entries > MAX_ENTRIES)
    throw new HubError(
      'option/invalid',
      `limit must be a whole number from 1 to ${MAX_ENTRIES}, not ${quote(limit)}`,
    );
  if (typeof after !== 'string')
    throw new HubError('option/invalid', `after must be one topic, not ${quote(after)}`);
  return { after, limit: entries };
}

/** Looks through the retained messages in steps of constant cost, and returns a page of those that are wanted. */
export function* findPage(
  { retained }: Hub,
  path: string,
  query: PageQuery,
  isWanted: (message: Message) => boolean,
): Generator<undefined, RetainedPage> {
  const found = new FirstTopics(query);
  for (const message of retained.scan(path)) {
    if (message && isWanted(message)) found.add(message);
    yield undefined;
  }
  return found.toPage();
}

/** The first topics behind another one, of any number in any order: holds no more than a page needs. */
class FirstTopics {
  readonly #query: PageQuery;
  /** In order; one more than the page has. */
  readonly #messages: Message[] = [];
  #count = 0;

  constructor(query: PageQuery) {
    this.#query = query;
  }

  add(message: Message): void {
    this.#count++;
    if (message.topic <= this.#query.after) return;
    const place = this.#placeOf(message.topic);
    if (place > this.#query.limit) return;
    this.#messages.splice(place, 0, message);
    if (this.#messages.length > this.#query.limit + 1) this.#messages.pop();
  }

  toPage(): RetainedPage {
    const end = this.#endOfPage();
    const messages = this.#messages.slice(0, end);
    const next = end < this.#messages.length ? messages[end - 1]?.topic : undefined;
    return { messages, count: this.#count, next };
  }

  /** A single payload may be longer than a page. */
  #endOfPage(): number {
    const { limit } = this.#query;
    let bytes = 0;
    for (const [index, { size }] of this.#messages.entries()) {
      bytes += size;
      if (index === limit || (index > 0 && bytes > MAX_PAGE_BYTES)) return index;
    }
    return this.#messages.length;
  }

  /** How many topics come before this one. */
  #placeOf(topic: string): number {
    let low = 0;
    let high = this.#messages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#messages[middle] as Message).topic < topic) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
