import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HubError, quote } from '../core/error.ts';

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
