import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Logger } from 'pino';
import { toStorageError } from './storage-fault.ts';

interface AsideOptions {
  /** How many are kept. */
  readonly most: number;
  readonly log: Logger;
}

/** Of damaged files that are kept aside does away with those that were written to longest ago, where they are too many, and tells which. */
export async function dropEarliest(paths: readonly string[], { most, log }: AsideOptions): Promise<void> {
  if (paths.length <= most) return;
  const files = await Promise.all(paths.map(async (path) => ({ path, writtenMs: await writtenMsOf(path) })));
  const ordered = files.sort((one, other) => other.writtenMs - one.writtenMs);
  const dropped: string[] = [];
  for (const { path } of ordered.slice(most)) if (await remove(path, log)) dropped.push(basename(path));
  if (dropped.length === 0) return;
  log.warn(`of damaged files the ${most} that were written to last are kept; removed: ${dropped.join(', ')}`);
}

/** One of which that is not known counts as the first. */
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
