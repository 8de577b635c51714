import { chmodSync, readFileSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HubError, quote } from '../core/error.ts';

/** The text in a file that somebody has named. Throws `option/invalid` if it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HubError('option/invalid', `${quote(path, 200)} cannot be read: ${reason}`, { cause });
  }
}

/** Makes the name of a file outlive a power cut, on systems that let folders be opened. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Changes the mode of a file or folder, if the system lets us: FAT and Windows drives have no modes, and a volume may belong to another user.
 * `describeExposure` says whether that matters.
 */
export function restrict(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (error) {
    if (!/^(EPERM|EACCES|ENOSYS|ENOTSUP|EOPNOTSUPP|EROFS)$/.test((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
  }
}

/** What users outside a file's group may do with it; who may not enter its folder cannot read it either. */
const MAY_READ = 0o004;
const MAY_ENTER = 0o001;

/** Says that other users of the machine can read a file with secrets; `undefined` if they cannot, or if there is no such file. */
export function describeExposure(path: string): string | undefined {
  const mode = modeOf(path);
  if (process.platform === 'win32' || (mode & MAY_READ) === 0 || (modeOf(dirname(path)) & MAY_ENTER) === 0)
    return undefined;
  const remedy = `chmod ${(mode & ~0o077).toString(8)}, or a file system that has modes`;
  return `other users of this machine can read ${quote(path, 200)}, which holds secrets (mode ${mode.toString(8)}): ${remedy}`;
}

/** The mode of a file or folder, without its kind; 0 if it cannot be seen. */
function modeOf(path: string): number {
  try {
    return statSync(path).mode & 0o777;
  } catch {
    return 0;
  }
}

/** A file to be written. */
interface NewFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Default: for its owner alone. */
  readonly mode?: number;
}

/**
 * Replaces files, or makes them. Readers find the old file or the new one, whole, also after a power cut; users who may read the old file may
 * not read the new one for that. If one cannot be written, none is replaced. What a killed process left beside them is overwritten.
 */
export async function replaceFiles(files: readonly NewFile[]): Promise<void> {
  try {
    for (const file of files) await writeDraft(file);
    for (const { path } of files) await rename(draftOf(path), path);
  } catch (error) {
    for (const { path } of files) await rm(draftOf(path), { force: true });
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
