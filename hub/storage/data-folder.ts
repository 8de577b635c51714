import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { HubError, quote } from '../core/error.ts';
import { isStateFile } from './state-files.ts';
import { guardStorage } from './storage-fault.ts';

/** For its owner alone. */
const MODE = 0o700;

/** What else than the state Pinhub keeps in its folder, or has kept, and nobody else does. */
const OWN = /^(pinhub\.lock.*|damaged-state-.*|access\.json.*)$/;

/** What it keeps there too, by names that others use as well. */
const COMMON = /^(history|(cert|key)\.pem)$/;

/**
 * Makes a folder, readable by its owner alone, or checks one that is there: it must be empty, or hold what Pinhub keeps. Throws
 * `store/unavailable`.
 */
export function prepareFolder(folder: string): void {
  guardStorage(folder, () => {
    const made = makeFolder(folder);
    const names = readdirSync(folder);
    if (!made && names.length > 0) checkIsOwn(folder, names);
    if (names.length === 0) chmodSync(folder, MODE);
  });
}

/** Whether it was made. */
function makeFolder(folder: string): boolean {
  try {
    return mkdirSync(folder, { recursive: true, mode: MODE }) !== undefined;
  } catch (error) {
    // Node says so of a read-only file system, too; asked for one folder only, it says what it is.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') mkdirSync(folder, MODE);
    throw error;
  }
}

function checkIsOwn(folder: string, names: readonly string[]): void {
  if (names.some((name) => isStateFile(name) || OWN.test(name))) return;
  if (names.every((name) => COMMON.test(name))) return; // As `pinhub cert` leaves one, before the first start.
  throw new HubError(
    'store/unavailable',
    `${quote(folder, 200)} holds ${quote(names[0])} and ${names.length - 1} more, and nothing of Pinhub: choose an empty folder with --data`,
  );
}
