import { unwatchFile, watchFile } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Subject } from 'rxjs';
import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { describeIssues } from '../../describe-issues.ts';
import { replaceFiles } from '../../files/files.ts';
import { draftPath, lockPath, removeLeftDrafts } from './left-drafts.ts';
import { withLockFile } from './lock-file.ts';
import {
  type Content,
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

/** Raised when the meaning of what is in the file changes. Version 1 had no secrets; it is read, and written as this one with the next change. */
const VERSION = 2;

/** Pairs rather than an object, in which "__proto__" would be no key like the others. */
const shelf = z.array(z.tuple([z.string(), z.record(z.string(), z.unknown())]));
const first = { format: z.literal('pinhub-access'), users: shelf, tokens: shelf, logins: shelf };
const schema = z.discriminatedUnion('version', [
  z.strictObject({ ...first, version: z.literal(1) }).transform((content) => ({ ...content, secrets: [] })),
  z.strictObject({ ...first, version: z.literal(VERSION), secrets: shelf }),
]);

const EMPTY = { users: [], tokens: [], logins: [], secrets: [] };

interface FileVaultOptions {
  /** How often to look whether another process has changed the file, milliseconds. */
  readonly pollMs?: number;
}

const DEFAULT_POLL_MS = 1_000;

/** How long at least lies between two looks at the file that strangers cause, milliseconds. */
const LOOK_MS = 100;

/**
 * A vault in one JSON file that only its owner may read. Each change writes the whole file anew beside the old one and puts it in its place:
 * a reader, or a power cut, finds the one or the other. Several processes may use the file at once. It is made with the first record.
 * Rejects with `store/damaged` where the file is no vault, `store/unavailable` where it cannot be read.
 */
export async function openFileVault(
  path: string,
  { pollMs = DEFAULT_POLL_MS }: FileVaultOptions = {},
): Promise<Vault> {
  const stamp = await stampOf(path);
  await read(path); // A damaged file is said at once, not when the first one knocks.
  return new FileVault(path, stamp, pollMs);
}

class FileVault implements Vault {
  readonly changed$ = new Subject<void>();
  readonly #path: string;
  /** The last change that was begun here: changes of one process wait for one another without polling the lock. */
  #last: Promise<unknown> = Promise.resolve();
  /** Changes that have begun, those included that have not come to be one of `#last` yet. */
  readonly #underWay = new Set<Promise<boolean>>();
  readonly #onChange = () => this.changed$.next();
  /** What the file was at the last look. */
  #stamp: string;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** The look that is about to be taken, for all who ask until then. */
  #nextLook: Promise<boolean> | undefined;

  constructor(path: string, stamp: string, pollMs: number) {
    this.#path = path;
    this.#stamp = stamp;
    watchFile(path, { interval: pollMs, persistent: false }, this.#onChange);
  }

  read(): Promise<Content> {
    return read(this.#path);
  }

  async list(shelf: Shelf): Promise<ReadonlyMap<string, VaultRecord>> {
    return (await read(this.#path))[shelf];
  }

  async get(shelf: Shelf, key: string): Promise<VaultRecord | undefined> {
    return (await read(this.#path))[shelf].get(key);
  }

  async put(shelf: Shelf, key: string, record: VaultRecord): Promise<void> {
    await this.#change((shelves) => {
      shelves[shelf].set(key, record);
      return true;
    });
  }

  async update(
    shelf: Shelf,
    key: string,
    change: (found: Found) => VaultRecord | undefined,
  ): Promise<boolean> {
    let record: VaultRecord | undefined;
    await this.#changeIfAny((shelves) => {
      record = change(findUnder(shelves, key));
      return record !== undefined && putOn(shelves[shelf], key, record);
    });
    return record !== undefined;
  }

  delete(shelf: Shelf, ...keys: readonly string[]): Promise<boolean> {
    return this.#changeIfAny((shelves) => removeFrom(shelves[shelf], keys));
  }

  /** Applies a change that may turn out to be none: where it is none, the file is not to be made, nor its folder. */
  async #changeIfAny(apply: (shelves: Shelves) => boolean): Promise<boolean> {
    const work = read(this.#path).then((shelves) => apply(shelves) && this.#change(apply));
    this.#underWay.add(work);
    return work.finally(() => this.#underWay.delete(work));
  }

  hasChanged(): Promise<boolean> {
    this.#nextLook ??= this.#look();
    return this.#nextLook;
  }

  async #look(): Promise<boolean> {
    await delay(Math.max(0, this.#lookedAt + LOOK_MS - performance.now()));
    this.#nextLook = undefined; // Who asks from now on may know of what comes too late for this look.
    this.#lookedAt = performance.now();
    const stamp = await stampOf(this.#path);
    const hasChanged = stamp !== this.#stamp;
    this.#stamp = stamp;
    return hasChanged;
  }

  async close(): Promise<void> {
    unwatchFile(this.#path, this.#onChange);
    await Promise.allSettled(this.#underWay); // Whoever wanted it done hears how it went.
    await this.#last;
    this.changed$.complete();
  }

  /** Applies a change to the file as it is now, unless it changes nothing. */
  #change(apply: (shelves: Shelves) => boolean): Promise<boolean> {
    const change = async (check: () => Promise<void>) => {
      const shelves = await read(this.#path);
      const isChange = apply(shelves);
      if (!isChange) return false;
      await removeLeftDrafts(this.#path, check).catch(() => undefined); // What stays is tried again with the next change.
      await write(this.#path, shelves, check);
      return true;
    };
    const folder = dirname(this.#path);
    const changed = this.#last
      .then(() => mkdir(folder, { recursive: true, mode: 0o700 }))
      .then(() => withLockFile(lockPath(this.#path), change))
      .catch(rethrow(this.#path));
    this.#last = changed.catch(() => undefined); // Whoever asked for the change hears of its failure.
    return changed.then((isChange) => {
      if (isChange) this.changed$.next();
      return isChange;
    });
  }
}

/** What tells a file from the one that takes its place; empty where there is none. */
async function stampOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined); // Who reads it hears of what is wrong.
  return found ? `${found.ino} ${found.size} ${found.mtimeNs}` : '';
}

async function read(path: string): Promise<Shelves> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    return rethrow(path)(error);
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

async function write(path: string, shelves: Shelves, check: () => Promise<void>): Promise<void> {
  const all = { format: 'pinhub-access', version: VERSION, ...toPairs(shelves) };
  const content = `${JSON.stringify(all, undefined, 2)}\n`;
  await replaceFiles([{ path, content, draft: draftPath(path) }], { beforeNaming: check });
}

function toPairs(shelves: Shelves): Record<string, unknown> {
  return Object.fromEntries(SHELVES.map((shelf) => [shelf, [...shelves[shelf]]]));
}

function rethrow(path: string) {
  return (cause: unknown): never => {
    if (cause instanceof HubError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HubError('store/unavailable', `${quote(path)} cannot be used: ${reason}`, { cause });
  };
}
