import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { defer, map, type Observable, Subject, startWith } from 'rxjs';
import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { describeIssues } from '../../describe-issues.ts';
import { replaceFiles } from '../../files/files.ts';
import { toStorageError } from '../../files/storage-fault.ts';
import {
  type Content,
  copyShelves,
  type Found,
  findUnder,
  putOn,
  removeFrom,
  SHELVES,
  type Shelf,
  type Shelves,
  type Vault,
  type VaultRecord,
} from './vault.ts';

/** Raised when the meaning of the file changes. Version 1 had no secrets; it is read, and the next change writes version 2. */
const VERSION = 2;

const recordSchema = z.record(z.string(), z.unknown());
/** Pairs rather than an object, in which "__proto__" would be no key like the others. */
const shelf = z.array(z.tuple([z.string(), recordSchema]));
const first = { format: z.literal('pinhub-access'), users: shelf, tokens: shelf, logins: shelf };
const schema = z.discriminatedUnion('version', [
  z.strictObject({ ...first, version: z.literal(1) }).transform((content) => ({ ...content, secrets: [] })),
  z.strictObject({ ...first, version: z.literal(VERSION), secrets: shelf }),
]);

const EMPTY = { users: [], tokens: [], logins: [], secrets: [] };

/** One change at a time, in the order in which they were asked for. */
class Queue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined); // Whoever asked hears of it; the next change does not.
    return done;
  }
}

/**
 * Opens a vault in one JSON file that only its owner may read. Each change replaces the file: readers, also after a power cut, find the old one
 * or the new one. It is made with the first record. Nobody else may write it: the process must hold the data folder. Rejects with
 * `store/damaged` if the file is no vault, with `store/unavailable` if it cannot be read.
 */
export async function openFileVault(path: string): Promise<Vault> {
  await read(path);
  return new FileVault(path);
}

abstract class ReadingVault {
  readonly changed$ = new Subject<void>();
  protected readonly path: string;
  protected readonly queue = new Queue();

  constructor(path: string) {
    this.path = path;
  }

  read(): Promise<Content> {
    return read(this.path);
  }

  async list(shelf: Shelf): Promise<ReadonlyMap<string, VaultRecord>> {
    return (await read(this.path))[shelf];
  }

  async get(shelf: Shelf, key: string): Promise<VaultRecord | undefined> {
    return (await read(this.path))[shelf].get(key);
  }

  /** Resolves when the changes that were asked for are done; whoever asked hears how they went. */
  async close(): Promise<void> {
    await this.queue.run(async () => undefined);
    this.changed$.complete();
  }
}

class FileVault extends ReadingVault implements Vault {
  async put(shelf: Shelf, key: string, record: VaultRecord): Promise<void> {
    await this.#change((shelves) => shelves[shelf].set(key, record) !== undefined);
  }

  async update(
    shelf: Shelf,
    key: string,
    change: (found: Found) => VaultRecord | undefined,
  ): Promise<boolean> {
    let record: VaultRecord | undefined;
    await this.#change((shelves) => {
      record = change(findUnder(shelves, key));
      return record !== undefined && putOn(shelves[shelf], key, record);
    });
    return record !== undefined;
  }

  delete(shelf: Shelf, ...keys: readonly string[]): Promise<boolean> {
    return this.#change((shelves) => removeFrom(shelves[shelf], keys));
  }

  /** Applies a change to the file as it is now, unless it changes nothing: then the file is not made, nor its folder. */
  #change(apply: (shelves: Shelves) => boolean): Promise<boolean> {
    return this.queue.run(async () => {
      const shelves = copyShelves(await read(this.path));
      if (!apply(shelves)) return false;
      await write(this.path, shelves).catch((error) => {
        throw toStorageError(this.path, error);
      });
      this.changed$.next();
      return true;
    });
  }
}

const key = z.string();
const shelfName = z.enum(SHELVES);
const requestSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('put'), shelf: shelfName, key, record: recordSchema }),
  /** What was `found` under the key must still be there. */
  z.strictObject({
    do: z.literal('update'),
    shelf: shelfName,
    key,
    found: z.unknown(),
    record: recordSchema,
  }),
  z.strictObject({ do: z.literal('delete'), shelf: shelfName, keys: z.array(key) }),
  /** There is a result at once, and after each change. */
  z.strictObject({ do: z.literal('follow') }),
]);

/** What a process that does not hold the data folder asks of the process that does. */
export type VaultRequest = z.infer<typeof requestSchema>;

/** The result of an update that must be tried again: somebody else has changed a record under the key. */
const AGAIN = 'again';

/** Does what another process asks of a vault. `settle` is awaited before the answer, so that the change holds once it is known. */
export function answerFor(vault: Vault, settle = async () => {}): (request: unknown) => Observable<unknown> {
  return (given) => {
    const request = requestSchema.parse(given);
    if (request.do === 'follow')
      return vault.changed$.pipe(
        startWith(undefined),
        map(() => true),
      );
    return defer(async () => {
      const result = await perform(vault, request);
      await settle();
      return result;
    });
  };
}

async function perform(vault: Vault, request: Exclude<VaultRequest, { do: 'follow' }>): Promise<unknown> {
  if (request.do === 'put') return (await vault.put(request.shelf, request.key, request.record)) ?? true;
  if (request.do === 'delete') return vault.delete(request.shelf, ...request.keys);
  const { shelf, key, found: expected, record } = request;
  const isDone = await vault.update(shelf, key, (found) =>
    isDeepStrictEqual(toJson(found), expected) ? record : undefined,
  );
  return isDone || AGAIN;
}

/** As it arrives over a connection: without what is undefined. */
function toJson(found: Found): unknown {
  return JSON.parse(JSON.stringify(found));
}

/**
 * Opens the vault in a file that another process may hold. `ask` has the holder do what a request says, or has it done here while nobody else
 * holds the folder. `changed$` tells of changes by this vault only. Rejects as `openFileVault`.
 */
export async function openSharedVault(
  path: string,
  ask: (request: VaultRequest) => Promise<unknown>,
): Promise<Vault & { readonly changed$: Subject<void> }> {
  await read(path);
  return new SharedVault(path, ask);
}

class SharedVault extends ReadingVault implements Vault {
  readonly #ask: (request: VaultRequest) => Promise<unknown>;

  constructor(path: string, ask: (request: VaultRequest) => Promise<unknown>) {
    super(path);
    this.#ask = ask;
  }

  async put(shelf: Shelf, key: string, record: VaultRecord): Promise<void> {
    const kept = structuredClone(record);
    await this.queue.run(() => this.#send({ do: 'put', shelf, key, record: kept }));
  }

  update(shelf: Shelf, key: string, change: (found: Found) => VaultRecord | undefined): Promise<boolean> {
    return this.queue.run(async () => {
      for (;;) {
        const found = findUnder(await read(this.path), key);
        const record = change(found);
        if (record === undefined) return false;
        if (isDeepStrictEqual(record, found[shelf])) return true;
        if ((await this.#send({ do: 'update', shelf, key, found: toJson(found), record })) !== AGAIN)
          return true;
      }
    });
  }

  delete(shelf: Shelf, ...keys: readonly string[]): Promise<boolean> {
    return this.queue.run(async () => {
      const records = (await read(this.path))[shelf];
      if (!keys.some((key) => records.has(key))) return false;
      return (await this.#send({ do: 'delete', shelf, keys: [...keys] })) === true;
    });
  }

  async #send(request: VaultRequest): Promise<unknown> {
    const result = await this.#ask(request);
    if (result !== AGAIN && result !== false) this.changed$.next();
    return result;
  }
}

async function read(path: string): Promise<Content> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw toStorageError(path, error);
  });
  const { users, tokens, logins, secrets } = text === undefined ? EMPTY : parse(text, path);
  return {
    users: new Map(users),
    tokens: new Map(tokens),
    logins: new Map(logins),
    secrets: new Map(secrets),
  };
}

function parse(text: string, path: string): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? describeIssues(cause) : String(cause);
    throw new HubError(
      'store/damaged',
      `${quote(path)} does not hold users and tokens as this version keeps them; put a good copy in its place, or move it away: ${reason}`,
      { cause },
    );
  }
}

async function write(path: string, shelves: Shelves): Promise<void> {
  const pairs = Object.fromEntries(SHELVES.map((shelf) => [shelf, [...shelves[shelf]]]));
  const all = { format: 'pinhub-access', version: VERSION, ...pairs };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await replaceFiles([{ path, content: `${JSON.stringify(all, undefined, 2)}\n` }]);
}
