import type { Request } from 'express';
import { HubError, quote } from '../../core/error.ts';
import { parseTopicFilter, type TopicFilter } from '../../core/filter.ts';
import type { Hub } from '../../core/hub.ts';
import type { Message } from '../../core/message.ts';
import { denied, type Rights } from '../../core/rights.ts';
import { FirstEntries, type PageQuery } from './page.ts';

/** One page of retained messages, in the order of their topics. */
export interface RetainedPage {
  readonly messages: readonly Message[];
  /** How many match, over all pages. */
  readonly count: number;
  /** The value of `after` for the next page; `undefined` if this is the last one. */
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
 * Parses a filter that is not shared. A list has nothing to share, and a stream whose client is away would lose its part for the others. Throws `filter/invalid`.
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

/** Goes through the retained messages in steps of constant cost, and returns a page of the wanted ones. */
export function* findPage(
  { retained }: Hub,
  path: string,
  query: PageQuery,
  isWanted: (message: Message) => boolean,
): Generator<undefined, RetainedPage> {
  const found = new FirstEntries<Message>({ query, keyOf: ({ topic }) => topic, sizeOf: ({ size }) => size });
  for (const message of retained.scan(path)) {
    if (message && isWanted(message)) found.add(message);
    yield undefined;
  }
  const { entries, ...page } = found.toPage();
  return { messages: entries, ...page };
}
