import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { HubError, quote } from '../../core/error.ts';
import { guardStorage } from '../../files/storage-fault.ts';
import { isStateFile } from '../engine/state-files.ts';

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

/**
 * Makes a folder and all above it that there are not, readable by their owner alone; whether it was made. Throws `store/unavailable`. Node's
 * own way to make them all never ends where a file system lets none be made, as /proc.
 */
export function makeFolder(folder: string): boolean {
  return guardStorage(folder, () => {
    if (find(folder)?.isDirectory()) return false;
    const parent = dirname(folder);
    if (parent !== folder) makeFolder(parent);
    return makeOne(folder);
  });
}

function makeOne(folder: string): boolean {
  try {
    mkdirSync(folder, MODE);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const found = find(folder);
    if (found?.isDirectory()) return false; // Somebody else was quicker.
    if (code === 'EEXIST' && !found) throw cannotBe(folder, 'is a link to what is not there');
    if (code === 'ENOENT') throw cannotBe(folder, 'cannot be made: its file system has no room for folders');
    throw error;
  }
}

function find(path: string) {
  return statSync(path, { throwIfNoEntry: false });
}

function cannotBe(folder: string, why: string): HubError {
  return new HubError('store/unavailable', `${quote(folder, 200)} ${why}; choose another place with --data`);
}

function checkIsOwn(folder: string, names: readonly string[]): void {
  if (names.some((name) => isStateFile(name) || OWN.test(name))) return;
  if (names.every((name) => COMMON.test(name))) return; // As `pinhub cert` leaves one, before the first start.
  const more = names.length === 1 ? '' : ` and ${names.length - 1} more`;
  throw new HubError(
    'store/unavailable',
    `${quote(folder, 200)} holds ${quote(names[0])}${more}, and nothing of Pinhub: choose an empty folder with --data`,
  );
}
