import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HubError, quote } from '../core/error.ts';

/** The text in a file that somebody has named. Throws `option/invalid` where it cannot be read. */
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

/** A file as it is to be. */
interface NewFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Default: for its owner alone. */
  readonly mode?: number;
  /** Where it is written first. Default: beside the file, so that what a killed process left is written over. */
  readonly draft?: string;
}

interface ReplaceOptions {
  /** Called when all is written and would outlive a power cut, right before the first file gets its name; where it rejects, all stays as it was. */
  readonly beforeNaming?: () => Promise<void>;
}

/**
 * Puts files in the place of those that there may be. Whoever reads one, also after a power cut, finds the old one or the new one, whole, and
 * nobody who may read the old one may read the new one for that. Where one cannot be written, none is replaced.
 */
export async function replaceFiles(
  files: readonly NewFile[],
  { beforeNaming = async () => undefined }: ReplaceOptions = {},
): Promise<void> {
  const drafted = files.map((file) => ({ draft: `${file.path}.new`, mode: 0o600, ...file }));
  try {
    for (const file of drafted) await writeDraft(file);
    await beforeNaming();
    for (const { draft, path } of drafted) await rename(draft, path);
  } catch (error) {
    for (const { draft } of drafted) await rm(draft, { force: true });
    throw error;
  }
  for (const { path } of drafted) await syncFolder(path);
}

/** Made anew: one that was left there may be one that others can read. */
async function writeDraft({ draft, content, mode }: Required<Omit<NewFile, 'path'>>): Promise<void> {
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
