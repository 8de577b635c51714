import { open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HubError, quote } from '../core/error.ts';

/** How long somebody may hold a lock before it counts as left behind; the work under it takes milliseconds. */
const STALE_MS = 10_000;
const PATIENCE_MS = 5_000;
const RETRY_MS = 10;

/** Does work while no other process does work under the same lock file. Rejects with `store/unavailable` where it cannot be had. */
export async function withLockFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  await acquire(path);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<void> {
  for (let waitedMs = 0; !(await create(path)); waitedMs += RETRY_MS) {
    if (await isLeftBehind(path)) await rm(path, { force: true });
    else if (waitedMs < PATIENCE_MS) await sleep(RETRY_MS);
    else throw new HubError('store/unavailable', `another process holds ${quote(path)}; try again`);
  }
}

/** Whether the lock is ours now: the file system lets only one create it. */
async function create(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isLeftBehind(path: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path);
    const pid = Number(await readFile(path, 'utf8'));
    return Date.now() - mtimeMs > STALE_MS || (pid > 0 && !isRunning(pid));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false; // Released just now.
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
