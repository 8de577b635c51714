import { chmodSync, readFileSync, statSync, unwatchFile, watchFile } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Logger } from 'pino';
import { HubError, quote, toHubError } from '../core/error.ts';

/** The text of a file that a person wrote, as `decodeText` reads it. Throws `option/invalid`; the message calls the file `name`. */
export function readText(path: string, name = quote(path, 200)): string {
  try {
    return decodeText(readFileSync(path));
  } catch (cause) {
    throw new HubError('option/invalid', `${name} cannot be read: ${toHubError(cause).message}`, { cause });
  }
}

/** Byte-order marks, which Windows PowerShell and some editors write; the longer first if two begin alike. */
const MARKS: readonly (readonly [mark: string, encoding: string])[] = [
  ['efbbbf', 'utf-8'],
  ['fffe0000', 'utf-32le'],
  ['0000feff', 'utf-32be'],
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
];

/** Decodes UTF-8, or UTF-16 with a byte-order mark. Throws `option/invalid` for others, except for a PEM file, whose comments may be anything. */
export function decodeText(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  const [, encoding = 'utf-8'] = MARKS.find(([mark]) => start.startsWith(mark)) ?? [];
  if (encoding.startsWith('utf-32')) throw notText(`it is in ${encoding.toUpperCase()}`);
  if (encoding === 'utf-8' && bytes.includes(0)) throw notText('it has NUL bytes');
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const latin = Buffer.from(bytes).toString('latin1');
    if (latin.includes('-----BEGIN ')) return latin;
    throw notText(`it is not in ${encoding.toUpperCase()}`);
  }
}

function notText(reason: string): HubError {
  return new HubError('option/invalid', `${reason}; save it as text in UTF-8`);
}

/** Calls back whenever one of the files has changed, looking every `interval` milliseconds. Returns a function that ends this. */
export function followFiles(paths: readonly string[], onChange: () => void, interval = 1_000): () => void {
  for (const path of paths) watchFile(path, { interval, persistent: false }, onChange);
  return () => {
    for (const path of paths) unwatchFile(path, onChange);
  };
}

/** Makes the names of a file and those beside it survive a power cut, on systems that can open folders. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Changes a mode if the system allows it: FAT and Windows drives have none. `describeExposure` tells whether that matters. */
export function restrict(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (error) {
    if (!/^(EPERM|EACCES|ENOSYS|ENOTSUP|EOPNOTSUPP|EROFS)$/.test((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
  }
}

/** Mode bits for users outside the group: reading a file, and entering its folder, which reading requires. */
const MAY_READ = 0o004;
const MAY_ENTER = 0o001;

/** A warning that other users of the machine can read a file with secrets; `undefined` if they cannot, or if there is no such file. */
export function describeExposure(path: string): string | undefined {
  const mode = modeOf(path);
  if (process.platform === 'win32' || (mode & MAY_READ) === 0 || (modeOf(dirname(path)) & MAY_ENTER) === 0)
    return undefined;
  const remedy = `chmod ${(mode & ~0o077).toString(8)}, or a file system that has modes`;
  return `other users of this machine can read ${quote(path, 200)}, which holds secrets (mode ${mode.toString(8)}): ${remedy}`;
}

/** The permission bits of a file or folder; 0 if it cannot be examined. */
function modeOf(path: string): number {
  try {
    return statSync(path).mode & 0o777;
  } catch {
    return 0;
  }
}

interface NewFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Default: readable by its owner alone. */
  readonly mode?: number;
}

/** Replaces or creates files, none if one cannot be written. Readers find a whole file, old or new, even after a power cut. */
export async function replaceFiles(files: readonly NewFile[]): Promise<void> {
  try {
    for (const file of files) await writeDraft(file);
    for (const { path } of files) await rename(draftOf(path), path);
  } catch (error) {
    // The first error counts.
    for (const { path } of files) await rm(draftOf(path), { force: true }).catch(() => undefined);
    throw error;
  }
  for (const { path } of files) await syncFolder(path);
}

function draftOf(path: string): string {
  return `${path}.new`;
}

/** Removes an old draft first: others may be allowed to read it. */
async function writeDraft({ path, content, mode = 0o600 }: NewFile): Promise<void> {
  await rm(draftOf(path), { force: true });
  const file = await open(draftOf(path), 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

interface AsideOptions {
  /** How many are kept. */
  readonly most: number;
  readonly log: Logger;
}

/** Removes all but the `most` most recently written of damaged files that are kept aside, and logs which. Never rejects. */
export async function dropEarliest(paths: readonly string[], { most, log }: AsideOptions): Promise<void> {
  if (paths.length <= most) return;
  const files = await Promise.all(paths.map(async (path) => ({ path, writtenMs: await writtenMsOf(path) })));
  const ordered = files.sort((one, other) => other.writtenMs - one.writtenMs);
  const dropped: string[] = [];
  for (const { path } of ordered.slice(most)) if (await remove(path, log)) dropped.push(basename(path));
  if (dropped.length === 0) return;
  log.warn(`only the ${most} damaged files written to last are kept; removed: ${dropped.join(', ')}`);
}

/** A file that cannot be examined counts as the oldest. */
async function writtenMsOf(path: string): Promise<number> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  return mtimeMs;
}

async function remove(path: string, log: Logger): Promise<boolean> {
  try {
    await rm(path, { recursive: true }); // It may be a folder in a file's place.
    return true;
  } catch (error) {
    const err = toStorageError(path, error);
    log.error({ path, err }, `the damaged file ${basename(path)} cannot be removed: ${err.message}`);
    return false;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'your quota of the disk is used up; make room',
  EROFS: 'the disk is read-only; choose another place with --data, or keep nothing with --ephemeral',
  EACCES: 'this user may not write there; choose another place with --data',
  EPERM: 'this user may not write there; choose another place with --data',
  ENOTDIR: 'a part of it is a file, not a directory; choose another place with --data',
  EEXIST: 'it is a file, not a directory; choose another place with --data',
  EIO: 'the disk has failed',
};

/** Whether a file system's error means that the disk is full, which may change while the hub runs. */
export function isDiskFull(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** A file system's error as `store/unavailable`, with a remedy. A `HubError` stays as it is. */
export function toStorageError(path: string, cause: unknown): HubError {
  if (cause instanceof HubError) return cause;
  const { code = '', message = String(cause) } = cause as NodeJS.ErrnoException;
  const reason = REASONS[code] ?? message;
  return new HubError('store/unavailable', `${quote(path)} cannot be used: ${reason}`, { cause });
}

/** Runs work on files, which may return a promise, and converts its errors by `toStorageError`. */
export function guardStorage<T>(path: string, work: () => T): T {
  const fail = (error: unknown): never => {
    throw toStorageError(path, error);
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(fail) as T) : result;
  } catch (error) {
    return fail(error);
  }
}
