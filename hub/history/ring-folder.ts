import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { quote } from '../core/error.ts';
import { dropEarliest, toStorageError } from '../files/files.ts';
import type { HistoryOptions } from './history.ts';
import { RING_VERSION, RingFile, readHead } from './ring-file.ts';
import { MemorySlots } from './slot.ts';

const NAME = /^(damaged-)?(\d{1,9})\.ring(\.new)?$/;

/** How many damaged files are kept, 6 MiB at most. */
const MAX_ASIDE = 10;

interface Named {
  readonly path: string;
  readonly number: number;
  /** A damaged file that is kept aside; its number is not reused. */
  readonly isAside: boolean;
  /** A file that was being created when the process ended. */
  readonly isDraft: boolean;
}

interface Ring {
  readonly path: string;
  readonly topic: string;
  /** When the file was written last, milliseconds since 1970. */
  readonly writtenMs: number;
}

/** Opens the history files in a folder. Files that cannot be used are kept aside, and logged. */
export async function openRings(
  folder: string,
  log: Logger,
): Promise<Pick<HistoryOptions, 'known' | 'createSlots'>> {
  const named = await list(folder, log);
  // Without their names, existing files could be overwritten.
  if (!named) return { createSlots: () => new MemorySlots() };
  let last = Math.max(0, ...named.map(({ number }) => number));
  const reportDamage = (path: string) =>
    log.warn({ path }, `history in ${basename(path)} is damaged in places: the values there are missing`);
  const fileOf = (path: string, topic: string) => RingFile.of(path, topic, reportDamage);
  const rings = await readAll(named, log);
  const aside = ((await list(folder, log)) ?? []).filter(({ isAside, isDraft }) => isAside && !isDraft);
  await dropEarliest(
    aside.map(({ path }) => path),
    { most: MAX_ASIDE, log },
  );
  return {
    known: rings.flatMap(({ path, topic }) => {
      const file = fileOf(path, topic);
      return file ? [[topic, file] as const] : [];
    }),
    createSlots: (topic) => {
      const file = fileOf(join(folder, `${last + 1}.ring`), topic);
      if (file) last++;
      return file;
    },
  };
}

/** The files in a folder; `undefined` if it cannot be read. */
async function list(folder: string, log: Logger): Promise<Named[] | undefined> {
  try {
    return (await readdir(folder)).flatMap((name) => parseName(folder, name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return []; // The first write creates the folder, or fails.
    logFailure(log, folder, 'until the next start it is in memory only', error);
    return undefined;
  }
}

function parseName(folder: string, name: string): Named[] {
  const [, aside, number, draft] = NAME.exec(name) ?? [];
  if (number === undefined) return [];
  const path = join(folder, name);
  return [{ path, number: Number(number), isAside: aside !== undefined, isDraft: draft !== undefined }];
}

/** The files that can be used, least recently written first. */
async function readAll(named: readonly Named[], log: Logger): Promise<Ring[]> {
  const rings = new Map<string, Ring>();
  const ordered = [...named].sort((one, other) => one.number - other.number);
  for (const { path, isDraft } of ordered.filter(({ isAside }) => !isAside)) {
    if (isDraft) await rm(path, { force: true, recursive: true }).catch(() => undefined);
    else await readInto(rings, path, log);
  }
  return [...rings.values()].sort((one, other) => one.writtenMs - other.writtenMs);
}

async function readInto(rings: Map<string, Ring>, path: string, log: Logger): Promise<void> {
  try {
    const head = await readHead(path);
    if (!head) return await keepAside(path, 'it does not begin as a history file', log);
    const { version, topic } = head;
    if (version > RING_VERSION) {
      const what = `is of version ${version}, and this Pinhub knows ${RING_VERSION}`;
      const then = `it is left as it is, and that of ${quote(topic)} begins again beside it`;
      return log.warn({ path }, `history in ${basename(path)} ${what}: ${then}`);
    }
    const other = rings.get(topic)?.path;
    if (other !== undefined) return await keepAside(path, `${basename(other)} is of the same topic`, log);
    rings.set(topic, { path, topic, writtenMs: (await stat(path)).mtimeMs });
  } catch (error) {
    await keepAside(path, toStorageError(path, error).message, log);
  }
}

async function keepAside(path: string, why: string, log: Logger): Promise<void> {
  const name = `damaged-${basename(path)}`;
  try {
    await rename(path, join(dirname(path), name));
    log.error({ path }, `history in ${basename(path)} cannot be used, and is kept aside as ${name}: ${why}`);
  } catch (error) {
    logFailure(log, path, `it cannot be used (${why}), nor kept aside`, error);
  }
}

function logFailure(log: Logger, path: string, what: string, error: unknown): void {
  const err = toStorageError(path, error);
  log.error({ path, err }, `history in ${basename(path)}: ${what}: ${err.message}`);
}
