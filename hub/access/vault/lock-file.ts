import { createHash, randomUUID } from 'node:crypto';
import { constants, copyFile, link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { fateOf, markProcess, processMarkSchema } from '../../files/process-mark.ts';

interface LockFileOptions {
  /** After how long a lock counts as left behind whose holder cannot be seen from here, milliseconds; the work under it takes a few. */
  readonly strangerMs?: number;
  /** How long to wait for one who holds a lock and does not let go, milliseconds. */
  readonly giveUpMs?: number;
}

const DEFAULTS = { strangerMs: 5_000, giveUpMs: 8_000 };
const RETRY_MS = 10;

/** What stands in a lock: who holds it. The nonce makes each one of its own. */
const schema = processMarkSchema.extend({ nonce: z.string() });

/**
 * Does work while no other process does work under the same lock file. The lock of a process that is gone is taken over. Rejects with
 * `store/unavailable` where it cannot be had; so does `check`, which the work is to call before it changes anything, where somebody has
 * taken it away meanwhile, thinking that this process was gone.
 */
export async function withLockFile<T>(
  path: string,
  work: (check: () => Promise<void>) => Promise<T>,
  options: LockFileOptions = {},
): Promise<T> {
  const nonce = randomUUID();
  const draft = `${path}.${nonce}`;
  const own = JSON.stringify({ ...markProcess(), nonce });
  const isOwn = async () => (await read(path)) === own;
  await writeFile(draft, own, { flag: 'wx', mode: 0o600 });
  try {
    await acquire(path, draft, { ...DEFAULTS, ...options });
    return await work(async () => {
      if (!(await isOwn()))
        throw new HubError('store/unavailable', `${quote(path)} was taken away; try again`);
    });
  } finally {
    if (await isOwn()) await rm(path, { force: true });
    await rm(draft, { force: true });
  }
}

async function acquire(path: string, draft: string, times: Required<LockFileOptions>): Promise<void> {
  const sightings = new Sightings(() => performance.now()); // The time of day may leap.
  const isLeftBehind = (content: string) => {
    const fate = fateOfHolder(content);
    return fate === 'gone' || (fate === 'unknown' && sightings.ageMs(content) >= times.strangerMs);
  };
  while (!(await tryAcquire(path, draft, isLeftBehind))) {
    const found = await read(path);
    if (found !== undefined && sightings.ageMs(found) >= times.giveUpMs)
      throw new HubError('store/unavailable', `another process holds ${quote(path)}; try again`);
    await sleep(RETRY_MS);
  }
}

type Judge = (content: string) => boolean;

async function tryAcquire(path: string, draft: string, isLeftBehind: Judge): Promise<boolean> {
  if (await place(draft, path)) return true;
  const found = await read(path);
  if (found === undefined || !isLeftBehind(found)) return false;
  return takeOver({ path, found, draft, isLeftBehind });
}

interface TakingOver {
  readonly path: string;
  /** The lock that was left behind, as it was found. */
  readonly found: string;
  readonly draft: string;
  readonly isLeftBehind: Judge;
}

/**
 * Puts our lock in the place of one that was left behind. Several may have found the same one, and the others must not take away what the
 * first has put there: only who holds the claim to it may touch it, and finds it unchanged or leaves it. A claim is a lock like any other.
 */
async function takeOver({ path, found, draft, isLeftBehind }: TakingOver): Promise<boolean> {
  const claim = claimPath(path, found);
  if (!(await tryAcquire(claim, draft, isLeftBehind))) return false;
  try {
    if ((await read(path)) !== found) return false;
    const spare = `${draft}.spare`;
    await place(draft, spare);
    await rename(spare, path);
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

/** Where the claim to a lock stands that was left behind. */
export function claimPath(path: string, found: string): string {
  return `${path}.${createHash('sha256').update(found).digest('hex').slice(0, 16)}`;
}

/** Puts a copy of a file where there is none, whole from the first; whether it could. */
async function place(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // FAT and some network file systems have no links; there it is whole a moment later.
    if (/^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS)$/.test(code ?? '')) return copy(draft, path);
    throw error;
  }
}

async function copy(draft: string, path: string): Promise<boolean> {
  try {
    await copyFile(draft, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // Released just now.
    throw error;
  }
}

/** What has become of the process that a lock, or the draft of one, names. One that says nothing may be about to. */
export function fateOfHolder(content: string): ReturnType<typeof fateOf> {
  try {
    return fateOf(schema.parse(JSON.parse(content)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return 'unknown';
    throw error;
  }
}

/** Remembers when each thing was first seen. To be thrown away before there are many. */
class Sightings {
  readonly #now: () => number;
  readonly #firstAt = new Map<string, number>();

  /** `now` is a clock that never jumps, milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** For how long something has been seen, milliseconds; 0 the first time. */
  ageMs(thing: string): number {
    const now = this.#now();
    const firstAt = this.#firstAt.get(thing) ?? now;
    this.#firstAt.set(thing, firstAt);
    return now - firstAt;
  }
}
