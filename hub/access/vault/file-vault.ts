import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { defer, map, merge, type Observable, of, Subject } from 'rxjs';
import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { describeIssues } from '../../describe-issues.ts';
import { guardStorage, replaceFiles, toStorageError } from '../../files/files.ts';
import {
  type Content,
  copyShelves,
  type Found,
  findUnder,
  removeFrom,
  SHELVES,
  type Shelf,
  type Shelves,
  type Vault,
  type VaultRecord,
} from './vault.ts';

/** Raised when the meaning of the file changes. Version 1 had no secrets; it is read, and the next change writes version 2. */
const VERSION = 2;

const record = z.record(z.string(), z.unknown());
/** Pairs rather than an object, in which "__proto__" would be no key like the others. */
const pairs = z.array(z.tuple([z.string(), record]));
const first = { format: z.literal('pinhub-access'), users: pairs, tokens: pairs, logins: pairs };
const schema = z.discriminatedUnion('version', [
  z.strictObject({ ...first, version: z.literal(1) }).transform((content) => ({ ...content, secrets: [] })),
  z.strictObject({ ...first, version: z.literal(VERSION), secrets: pairs }),
]);

const EMPTY = { users: [], tokens: [], logins: [], secrets: [] };

const key = z.string();
const shelf = z.enum(SHELVES);
/** The requests of a process that does not hold the data folder to the one that does. */
export type VaultRequest =
  /** Stores a record if those under its key, on all shelves, are still as they were `found`. */
  | {
      readonly do: 'update';
      readonly shelf: Shelf;
      readonly key: string;
      readonly found?: unknown;
      readonly record: VaultRecord;
    }
  | { readonly do: 'delete'; readonly shelf: Shelf; readonly keys: string[] }
  /** Has a result at once, and after each change. */
  | { readonly do: 'follow' };

const requestSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('update'), shelf, key, found: z.unknown(), record }),
  z.strictObject({ do: z.literal('delete'), shelf, keys: z.array(key) }),
  z.strictObject({ do: z.literal('follow') }),
]) satisfies z.ZodType<VaultRequest>;

/** Done; nothing to do; or not done, because somebody else has changed a record under the key. */
type Result = true | false | 'again';

type Perform = (request: Exclude<VaultRequest, { do: 'follow' }>) => Promise<unknown>;

/**
 * Opens a vault in one JSON file that only its owner may read. It is made with the first record; each change replaces it, so that readers find
 * the old file or the new one, also after a power cut. `perform` makes the changes; by default they are made here, and this process must hold
 * the data folder. Rejects with `store/damaged` if the file is no vault, with `store/unavailable` if it cannot be read.
 */
export async function openFileVault(
  path: string,
  perform: Perform = (request) => change(path, request),
): Promise<FileVault> {
  await read(path);
  return new FileVault(path, perform);
}

/** A vault that also takes the changes of other processes. */
export class FileVault implements Vault {
  readonly changed$ = new Subject<void>();
  readonly #path: string;
  readonly #perform: Perform;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string, perform: Perform) {
    this.#path = path;
    this.#perform = perform;
  }

  read(): Promise<Content> {
    return read(this.#path);
  }

  async get(shelf: Shelf, key: string): Promise<VaultRecord | undefined> {
    return (await read(this.#path))[shelf].get(key);
  }

  async put(shelf: Shelf, key: string, record: VaultRecord): Promise<void> {
    const kept = structuredClone(record);
    await this.update(shelf, key, () => kept);
  }

  update(shelf: Shelf, key: string, change: (found: Found) => VaultRecord | undefined): Promise<boolean> {
    return this.#enqueue(async () => {
      for (;;) {
        const found = findUnder(await read(this.#path), key);
        const record = change(found);
        if (record === undefined || isDeepStrictEqual(record, found[shelf])) return record !== undefined;
        const request = { do: 'update', shelf, key, found: toJson(found), record } as const;
        if ((await this.#send(request)) !== 'again') return true;
      }
    });
  }

  delete(shelf: Shelf, ...keys: readonly string[]): Promise<boolean> {
    return this.#enqueue(async () => {
      const records = (await read(this.#path))[shelf];
      if (!keys.some((key) => records.has(key))) return false; // Neither file nor folder need be there.
      return (await this.#send({ do: 'delete', shelf, keys: [...keys] })) === true;
    });
  }

  /** Answers another process. `settle` is awaited before the answer, so that a change holds once it is known to be made. */
  answer(given: unknown, settle = async () => {}): Observable<unknown> {
    const request = requestSchema.parse(given);
    if (request.do === 'follow') return merge(of(undefined), this.changed$).pipe(map(() => true));
    return defer(async () => {
      const result = await this.#enqueue(() => this.#send(request));
      await settle();
      return result;
    });
  }

  /** Resolves when all changes are made that were asked for. */
  async close(): Promise<void> {
    await this.#last;
    this.changed$.complete();
  }

  /** One change at a time. */
  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined); // The caller gets the error; the next change must not.
    return done;
  }

  async #send(request: Parameters<Perform>[0]): Promise<unknown> {
    const result = await this.#perform(request);
    if (result === true) this.changed$.next();
    return result;
  }
}

async function change(path: string, request: Parameters<Perform>[0]): Promise<Result> {
  const shelves = await read(path);
  if (request.do === 'delete') {
    if (!removeFrom(shelves[request.shelf], request.keys)) return false;
  } else {
    if (!isDeepStrictEqual(toJson(findUnder(shelves, request.key)), request.found)) return 'again';
    shelves[request.shelf].set(request.key, request.record);
  }
  await write(path, shelves);
  return true;
}

/** As it arrives over a connection: without what is undefined. */
function toJson(found: Found): unknown {
  return JSON.parse(JSON.stringify(found));
}

async function read(path: string): Promise<Shelves> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw toStorageError(path, error);
  });
  return copyShelves(text === undefined ? EMPTY : parse(text, path));
}

function parse(text: string, path: string): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? describeIssues(cause) : String(cause);
    const remedy = 'put a good copy in its place, or move it away';
    const message = `${quote(path)} does not hold users and tokens as this version keeps them; ${remedy}: ${reason}`;
    throw new HubError('store/damaged', message, { cause });
  }
}

async function write(path: string, shelves: Shelves): Promise<void> {
  const pairs = Object.fromEntries(SHELVES.map((shelf) => [shelf, [...shelves[shelf]]]));
  const content = JSON.stringify({ format: 'pinhub-access', version: VERSION, ...pairs }, undefined, 2);
  await guardStorage(path, async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await replaceFiles([{ path, content: `${content}\n` }]);
  });
}
