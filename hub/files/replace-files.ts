import { open, rename, rm } from 'node:fs/promises';
import { syncFolder } from './sync-folder.ts';

/** A file as it is to be. */
export interface NewFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Default: for its owner alone. */
  readonly mode?: number;
  /** Where it is written first. Default: beside the file, so that what a killed process left is written over. */
  readonly draft?: string;
}

export interface ReplaceOptions {
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
