import type { Request, Response } from 'express';
import type { z } from 'zod';
import { HubError } from '../../../core/error.ts';
import { type SearchQueue, search } from '../../../session/search-queue.ts';
import { parseBody } from '../json-body.ts';
import { untilClosed } from '../lists.ts';
import { JSON_TYPE, type Operation } from '../operation.ts';
import { FirstEntries, type Page, parsePageQuery } from '../page.ts';
import type { Visitor } from '../visitor.ts';
import type { Administration } from './administration.ts';

/** A request of an administrator. */
export interface Call<B = unknown> {
  readonly visitor: Visitor;
  readonly request: Request;
  readonly response: Response;
  /** A part of the path, decoded. */
  readonly param: (name: string) => string;
  readonly body: B;
  /** Divides long searches into turns. */
  readonly searches: SearchQueue;
  /** The topics' most levels. */
  readonly topicLevels: number;
}

/** An answer's content, sent as JSON beside `ok`; with a page, a link to the next one. `undefined` if it was answered already. */
export type Outcome =
  | { readonly content: object; readonly page?: Omit<Page<unknown>, 'entries'> }
  | undefined;

type Handle<B> = (administration: Administration, call: Call<B>) => Promise<Outcome> | Outcome;

/** An operation of administration, with its description. */
export interface AdminOperation extends Operation {
  /** Throws `event/invalid` if the body does not match. */
  readonly handle: Handle<unknown>;
}

interface Defined<B> extends Omit<Operation, 'body' | 'part'> {
  readonly part?: Operation['part'];
  readonly body?: z.ZodType<B>;
  readonly handle: Handle<B>;
}

/** Defines an operation that is only for administrators. Its body is checked before it is handled. */
export function defineOperation<B = undefined>(defined: Defined<B>): AdminOperation {
  const { part = 'administration', body, handle, ...rest } = defined;
  return {
    part,
    ...rest,
    ...(body && { body: { [JSON_TYPE]: body } }),
    handle: (administration, call) =>
      handle(administration, { ...call, body: (body ? parseBody(body, call.body) : undefined) as B }),
  };
}

interface Listing<T> {
  readonly entries: Iterable<T>;
  readonly keyOf: (entry: T) => string;
  readonly isWanted?: (entry: T) => boolean;
}

/** The page of a list that a request wants, found in steps. Rejects with `option/invalid`. */
export function pageOf<T>({ request, response, searches }: Call, listing: Listing<T>): Promise<Page<T>> {
  const { entries, keyOf, isWanted = () => true } = listing;
  const found = new FirstEntries({ query: parsePageQuery(request), keyOf });
  function* look(): Generator<undefined, Page<T>> {
    for (const entry of entries) {
      if (isWanted(entry)) found.add(entry);
      yield undefined;
    }
    return found.toPage();
  }
  return search(searches, look(), untilClosed(response));
}

/** Does work on each entry in steps; resolves to how often it returned true. */
export function forEachOf<T>(
  { response, searches }: Call,
  entries: Iterable<T>,
  work: (entry: T) => boolean,
): Promise<number> {
  function* go(): Generator<undefined, number> {
    let done = 0;
    for (const entry of entries) {
      if (work(entry)) done++;
      yield undefined;
    }
    return done;
  }
  return search(searches, go(), untilClosed(response));
}

/** A text of the query that need not be there. Throws `option/invalid`. */
export function queryText({ request }: Call, name: string): string | undefined {
  const value = request.query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new HubError('option/invalid', `${name} must be given once`);
}

/** A whole number of the query. Throws `option/invalid`. */
export function queryNumber(
  call: Call,
  name: string,
  { least, most, byDefault }: { readonly least: number; readonly most: number; readonly byDefault: number },
): number {
  const text = queryText(call, name) ?? `${byDefault}`;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new HubError(
    'option/invalid',
    `${name} must be a whole number from ${least} to ${most}, not ${JSON.stringify(text.slice(0, 60))}`,
  );
}

/** A time of the hub's clock as people write it, by the time of day. */
export function toTime({ hub }: Pick<Administration, 'hub'>, hubMs: number): string {
  return new Date(Math.round(Date.now() + hubMs - hub.now())).toISOString();
}
