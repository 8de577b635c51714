import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HubError, quote } from '../../core/error.ts';
import { toStorageError } from '../../files/storage-fault.ts';
import { LifeSign } from './life-sign.ts';
import {
  describeSelf,
  findPresence,
  type LockOwner,
  type Presence,
  parseOwner,
  socketPath,
} from './lock-owner.ts';

/** A folder that nobody else uses, until it is released. */
interface FolderLock {
  release(): void;
}

/** How often to try anew where others come and go in the same moment. */
const ATTEMPTS = 5;

/**
 * Takes a folder for this process alone. A lock whose owner is no more is taken over. Rejects with `store/unavailable` where somebody else
 * has it, or where it cannot be written.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const lifeSign = await LifeSign.show(folder);
  try {
    return await take(folder, lifeSign);
  } catch (error) {
    lifeSign?.end();
    throw toStorageError(folder, error);
  }
}

async function take(folder: string, lifeSign: LifeSign | undefined): Promise<FolderLock> {
  const path = join(folder, 'pinhub.lock');
  const own = JSON.stringify(describeSelf(lifeSign));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (create(path, own)) return { release: () => release(path, own, lifeSign) };
    const found = read(path);
    if (found === undefined) continue;
    const holder = await findHolder(folder, found);
    if (holder) throw inUse(folder, path, holder);
    await removeStale(folder, { path, stale: found, own });
  }
  throw new HubError('store/unavailable', `${quote(folder, 200)} is being taken by others; try again`);
}

interface Holder {
  readonly owner: LockOwner;
  readonly presence: Presence;
}

/** Who holds a lock, as far as can be seen. One that names nobody was cut off by a power cut: it has its content before it has its name. */
async function findHolder(folder: string, content: string): Promise<Holder | undefined> {
  const owner = parseOwner(content);
  if (!owner) return undefined;
  const presence = await findPresence(folder, owner);
  return presence === 'gone' ? undefined : { owner, presence };
}

/** Makes a file with its content at once: no one ever sees it without. Whether it was not there before. */
function create(path: string, content: string): boolean {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, content, { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (/^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS)$/.test(code)) return createWithoutLinks(path, content);
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The same on file systems where a file has one name: for a moment it is empty, so that somebody may have taken it away as such. */
function createWithoutLinks(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
    return read(path) === content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function release(path: string, own: string, lifeSign: LifeSign | undefined): void {
  if (read(path) === own) rmSync(path, { force: true });
  lifeSign?.end();
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // Released just now.
    throw error;
  }
}

interface Stale {
  readonly path: string;
  readonly stale: string;
  readonly own: string;
}

/** Takes a stale lock away. One does so at a time: else one who has looked for long could take away the lock of the next owner. */
async function removeStale(folder: string, { path, stale, own }: Stale): Promise<void> {
  const turn = `${path}.turn`;
  if (!create(turn, own)) {
    const other = read(turn);
    if (other !== undefined && !(await findHolder(folder, other))) rmSync(turn, { force: true });
    return;
  }
  try {
    if (read(path) === stale) rmSync(path, { force: true });
  } finally {
    rmSync(turn, { force: true });
  }
  const owner = parseOwner(stale);
  const socket = owner && socketPath(folder, owner);
  if (socket !== undefined) LifeSign.remove(socket);
}

function inUse(folder: string, path: string, { owner: { pid, host }, presence }: Holder): HubError {
  const who = `another hub, process ${pid}${presence === 'unseen' ? ` on ${host}, which cannot be seen from here` : ''}`;
  const remedy =
    presence === 'there'
      ? 'stop it, or choose another folder with --data'
      : `if that is no more, remove ${path}; else choose another folder with --data`;
  return new HubError('store/unavailable', `${quote(folder, 200)} is in use by ${who}: ${remedy}`);
}
