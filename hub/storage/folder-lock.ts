import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { HubError, quote } from '../core/error.ts';
import { guardStorage } from './storage-fault.ts';

const schema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** What tells this process from others that have had, or will have, its number. */
  incarnation: z.string().optional(),
});

type Owner = z.infer<typeof schema>;

/** A folder that nobody else uses, until it is released. */
export interface FolderLock {
  release(): void;
}

/** How often to try anew where others come and go in the same moment. */
const ATTEMPTS = 5;

/**
 * Takes a folder for this process alone. A lock whose owner is no more is taken over. Throws `store/unavailable` where somebody else has
 * it, or where it cannot be written.
 */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, 'pinhub.lock');
  const own = JSON.stringify(describeProcess(process.pid));
  return guardStorage(folder, () => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (create(path, own)) return { release: () => release(path, own) };
      const found = read(path);
      const owner = found === undefined ? undefined : parseOwner(found);
      if (owner && isAlive(owner)) throw inUse(folder, path, owner);
      if (found !== undefined) removeStale(path, found);
    }
    throw new HubError('store/unavailable', `${quote(folder, 200)} is being taken by others; try again`);
  });
}

/** The file system lets only one create it. */
function create(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function release(path: string, own: string): void {
  if (read(path) === own) rmSync(path, { force: true });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // Released just now.
    throw error;
  }
}

/** Moves the lock away before it is removed: it may be another one by now, that somebody holds, and is put back then. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, path);
  rmSync(aside, { force: true });
}

/** The owner that a lock names; `undefined` where it was cut off in the midst of writing. */
function parseOwner(content: string): Owner | undefined {
  try {
    return schema.parse(JSON.parse(content));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) return true; // Its processes cannot be seen from here.
  if (owner.incarnation !== undefined && owner.incarnation !== describeProcess(owner.pid).incarnation)
    return false;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function describeProcess(pid: number): Owner {
  const incarnation = incarnationOf(pid);
  return { pid, host: hostname(), ...(incarnation !== undefined && { incarnation }) };
}

/** On Linux the boot, and when in it the process was started: after a power cut, numbers of processes are soon given anew. */
function incarnationOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // After the name, which may hold anything, the start is the twentieth field. (proc(5), /proc/pid/stat)
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return `${boot} ${fields[19]}`;
  } catch (error) {
    if (/ENOENT|ESRCH|EACCES/.test((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function inUse(folder: string, path: string, { pid, host }: Owner): HubError {
  const elsewhere = host === hostname() ? '' : ` on ${host}`;
  const remedy =
    host === hostname()
      ? 'stop it, or choose another folder with --data'
      : `if that is no more, remove ${path}; else choose another folder with --data`;
  return new HubError(
    'store/unavailable',
    `${quote(folder, 200)} is in use by another hub, process ${pid}${elsewhere}: ${remedy}`,
  );
}
