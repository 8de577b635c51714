import { isDeepStrictEqual } from 'node:util';
import { concatMap, defer, map, merge, type Observable, of } from 'rxjs';
import { z } from 'zod';
import {
  type Content,
  copyShelves,
  type Found,
  SHELVES,
  type Shelf,
  type Vault,
  type VaultRecord,
} from './vault.ts';

const record = z.record(z.string(), z.unknown());
/** Pairs instead of an object, in which "__proto__" would not be a key like the others. */
export const pairs = z.array(z.tuple([z.string(), record]));
const key = z.string();
const shelf = z.enum(SHELVES);

/** Requests from other processes to the one that holds the data folder. */
export type VaultRequest =
  /** Its results are all records, some at a time, and then `true`. */
  | { readonly do: 'read' }
  | ChangeRequest
  /** Its result says in words where the records are; an empty text if they are in the data folder. */
  | { readonly do: 'where' }
  /** Gives a result at once, and after each change. */
  | { readonly do: 'follow' };

export type ChangeRequest =
  /** Stores a record if the records under its key, on all shelves, are still as they were `found`. */
  | {
      readonly do: 'update';
      readonly shelf: Shelf;
      readonly key: string;
      readonly found?: unknown;
      readonly record: VaultRecord;
    }
  | { readonly do: 'delete'; readonly shelf: Shelf; readonly keys: string[] };

const requestSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('read') }),
  z.strictObject({ do: z.literal('update'), shelf, key, found: z.unknown(), record }),
  z.strictObject({ do: z.literal('delete'), shelf, keys: z.array(key) }),
  z.strictObject({ do: z.literal('where') }),
  z.strictObject({ do: z.literal('follow') }),
]) satisfies z.ZodType<VaultRequest>;

const resultSchema = z.array(z.tuple([shelf, key, record]));

/** How many records are in one result. */
const BATCH = 100;

/** Done; nothing to do; or not done, because another process has changed a record under the key. */
export type ChangeResult = true | false | 'again';

/**
 * Answers another process's requests to a vault. `settle` is awaited before the answer to a change, so that the change is in force once the other process
 * knows of it. Throws for an unknown request.
 */
export function answerVault(vault: Vault, given: unknown, settle = async () => {}): Observable<unknown> {
  const request = requestSchema.parse(given);
  if (request.do === 'follow') return merge(of(undefined), vault.changed$).pipe(map(() => true));
  if (request.do === 'where') return of(vault.place ?? '');
  if (request.do === 'read')
    return defer(() => vault.read()).pipe(concatMap((content) => [...toResults(content), true]));
  return defer(async () => {
    const result = await perform(vault, request);
    await settle();
    return result;
  });
}

async function perform(vault: Vault, request: ChangeRequest): Promise<ChangeResult> {
  if (request.do === 'delete') return vault.delete(request.shelf, ...request.keys);
  const isMade = await vault.update(request.shelf, request.key, (found) =>
    isDeepStrictEqual(toJson(found), request.found) ? request.record : undefined,
  );
  return isMade || 'again';
}

function* toResults(content: Content): Iterable<unknown> {
  const records = SHELVES.flatMap((shelf) =>
    [...content[shelf]].map(([key, record]) => [shelf, key, record]),
  );
  for (let begin = 0; begin < records.length; begin += BATCH) yield records.slice(begin, begin + BATCH);
}

/** The content in the results of `read`; `undefined` if they are incomplete, as if nobody had answered. Throws for anything else. */
export function parseContent(results: readonly unknown[]): Content | undefined {
  if (results.at(-1) !== true) return undefined;
  const shelves = copyShelves({ users: [], tokens: [], logins: [], secrets: [] });
  for (const [shelf, key, record] of results.slice(0, -1).flatMap((result) => resultSchema.parse(result)))
    shelves[shelf].set(key, record);
  return shelves;
}

/** As it arrives over a connection: without members that are undefined. */
export function toJson(found: Found): unknown {
  return JSON.parse(JSON.stringify(found));
}
