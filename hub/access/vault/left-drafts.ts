import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { fateOfHolder } from './lock-file.ts';

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** What stands behind the vault's name in those of its drafts; they once had a process's number. */
const DRAFT = new RegExp(`^\\.(${UUID}|\\d+)\\.new$`);

/** The same for the drafts of its lock. */
const LOCK_DRAFT = new RegExp(`^\\.lock\\.${UUID}(\\.spare)?$`);

/** A process writes into the draft of its lock as soon as it has made it: one that says nothing for so long has nobody, milliseconds. */
const SILENT_MS = 60_000;

/** Where the next content of a vault is written. It is no one else's, also where two take each other for dead, or have the same number. */
export function draftPath(path: string): string {
  return `${path}.${randomUUID()}.new`;
}

/** Where the lock of a vault is. */
export function lockPath(path: string): string {
  return `${path}.lock`;
}

/**
 * Removes what processes that were killed have left beside a vault: in its drafts are the secrets' hashes of then. For who holds the lock,
 * and has no draft yet: whoever else has one has lost the lock, and is not to write any more. `check` rejects where it is lost.
 */
export async function removeLeftDrafts(path: string, check: () => Promise<void>): Promise<void> {
  const beside = (await readdir(dirname(path)))
    .filter((name) => name.startsWith(basename(path)))
    .map((name) => name.slice(basename(path).length));
  const drafts = beside.filter((ending) => DRAFT.test(ending));
  const lockDrafts = beside.filter((ending) => LOCK_DRAFT.test(ending));
  const areLeft = await Promise.all(lockDrafts.map((ending) => isLeft(path + ending, lockPath(path))));
  const left = [...drafts, ...lockDrafts.filter((_, index) => areLeft[index])];
  if (left.length === 0) return;
  await check();
  await Promise.all(left.map((ending) => rm(path + ending, { force: true })));
}

/** Whether the draft of a lock is one of a process that is gone. Nobody else gives a file the same name. */
async function isLeft(draft: string, lock: string): Promise<boolean> {
  try {
    const content = await readFile(draft, 'utf8');
    if (content !== '') return fateOfHolder(content) === 'gone';
    const [{ mtimeMs: then }, { mtimeMs: now }] = await Promise.all([stat(draft), stat(lock)]);
    return now - then > SILENT_MS;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false; // Its owner has just done it.
    throw error;
  }
}
