import type { Request } from 'express';
import { HubError, quote } from '../../core/error.ts';

/** The most entries of a page, and how many it has by default. */
const MAX_ENTRIES = 1_000;
const DEFAULT_ENTRIES = 100;

/** A page ends early once its payloads are longer together, bytes. */
const MAX_PAGE_BYTES = 2 ** 20;

/** Which page is wanted. */
export interface PageQuery {
  /** The page begins behind this key, such as a topic. */
  readonly after: string;
  /** The most entries. */
  readonly limit: number;
}

/** One page of entries, in the order of their keys. */
export interface Page<T> {
  readonly entries: readonly T[];
  /** How many match, over all pages. */
  readonly count: number;
  /** The value of `after` for the next page; `undefined` if this is the last one. */
  readonly next: string | undefined;
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
    throw new HubError('option/invalid', `after must be one topic or name, not ${quote(after)}`);
  return { after, limit: entries };
}

interface FirstEntriesOptions<T> {
  readonly query: PageQuery;
  /** Unique. */
  readonly keyOf: (entry: T) => string;
  /** Bytes; default none. */
  readonly sizeOf?: (entry: T) => number;
}

/** The first entries behind a key, of any number in any order: holds no more than a page needs. */
export class FirstEntries<T> {
  readonly #query: PageQuery;
  readonly #keyOf: (entry: T) => string;
  readonly #sizeOf: (entry: T) => number;
  /** In order; one more than the page has. */
  readonly #entries: T[] = [];
  #count = 0;

  constructor({ query, keyOf, sizeOf = () => 0 }: FirstEntriesOptions<T>) {
    this.#query = query;
    this.#keyOf = keyOf;
    this.#sizeOf = sizeOf;
  }

  add(entry: T): void {
    this.#count++;
    const key = this.#keyOf(entry);
    if (key <= this.#query.after) return;
    const place = this.#placeOf(key);
    if (place > this.#query.limit) return;
    this.#entries.splice(place, 0, entry);
    if (this.#entries.length > this.#query.limit + 1) this.#entries.pop();
  }

  toPage(): Page<T> {
    const end = this.#endOfPage();
    const last = this.#entries[end - 1];
    const isLast = last === undefined || end === this.#entries.length;
    return {
      entries: this.#entries.slice(0, end),
      count: this.#count,
      next: isLast ? undefined : this.#keyOf(last),
    };
  }

  /** A single payload may be longer than a page. */
  #endOfPage(): number {
    const { limit } = this.#query;
    let bytes = 0;
    for (const [index, entry] of this.#entries.entries()) {
      bytes += this.#sizeOf(entry);
      if (index === limit || (index > 0 && bytes > MAX_PAGE_BYTES)) return index;
    }
    return this.#entries.length;
  }

  /** How many entries come before this key. */
  #placeOf(key: string): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keyOf(this.#entries[middle] as T) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
