import { readFileSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Logger } from 'pino';
import { HubError, quote } from '../core/error.ts';
import { toStorageError } from './storage-fault.ts';

/**
 * The text of a file that a person wrote, in any encoding that `decodeText` knows. Throws `option/invalid`; the message calls the
 * file `name`.
 */
export function readText(path: string, name = quote(path, 200)): string {
  try {
    return decodeText(readFileSync(path));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HubError('option/invalid', `${name} cannot be read: ${reason}`, { cause });
  }
}

/** Byte-order marks, the longer first where one begins like another. Windows PowerShell writes them, and so do some editors. */
const MARKS: readonly (readonly [mark: string, encoding: string])[] = [
  ['efbbbf', 'utf-8'],
  ['fffe0000', 'utf-32le'],
  ['0000feff', 'utf-32be'],
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
];

/**
 * Text in UTF-8, or in UTF-16 with a byte-order mark; the mark is not part of it. Throws `option/invalid` for anything else: a text
 * with characters replaced would be another password. Only a PEM file may have comments in any encoding.
 */
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

/** A file to write. */
interface NewFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Default: readable by its owner alone. */
  readonly mode?: number;
  /** Where it is written first. Default: beside the file, under a fixed name, so that a draft left by a killed process is replaced. */
  readonly draft?: string;
}

interface ReplaceOptions {
  /** Called when everything is written and flushed, right before the first file gets its name. If it rejects, nothing is replaced. */
  readonly beforeNaming?: () => Promise<void>;
}

/**
 * Writes files, or replaces them. A reader, also after a power cut, finds the old file or the new one, complete. The new file has its own
 * permissions, not those of the old one. If one cannot be written, none is replaced.
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
    for (const { draft } of drafted) await rm(draft, { force: true }).catch(() => undefined); // The first error counts.
    throw error;
  }
  for (const { path } of drafted) await syncFolder(path);
}

/** A draft that was left behind is removed first: others may be able to read it. */
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
  log.warn(`of damaged files the ${most} that were written to last are kept; removed: ${dropped.join(', ')}`);
}

/** A file that cannot be examined counts as the oldest. */
async function writtenMsOf(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function remove(path: string, log: Logger): Promise<boolean> {
  try {
    await rm(path, { recursive: true }); // A folder may have stood in a file's place.
    return true;
  } catch (error) {
    const err = toStorageError(path, error);
    log.error({ path, err }, `${basename(path)}, kept as damaged, is one too many: ${err.message}`);
    return false;
  }
}
