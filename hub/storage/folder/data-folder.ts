import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { HubError, quote } from '../../core/error.ts';
import { guardStorage, restrict } from '../../files/files.ts';
import { isStateFile } from '../engine/state-files.ts';

/** For its owner alone. */
const MODE = 0o700;

/** Files and folders that only Pinhub makes, beside those of the state. */
const OWN = /^(pinhub\.lock.*|damaged-state-.*|access\.json.*|plug-in-.*)$/;

/** Files of Pinhub with names that others use as well. */
const COMMON = /^(history|(cert|key)\.pem)$/;

/** Makes a folder that only its owner may read. One that exists must be empty, or hold files of Pinhub. Throws `store/unavailable`. */
export function prepareFolder(folder: string): void {
  guardStorage(folder, () => {
    const isMade = makeFolder(folder);
    const names = readdirSync(folder);
    if (!isMade && names.length > 0) checkIsOwn(folder, names);
    if (names.length === 0) restrict(folder, MODE);
  });
}

/** Makes a folder and its parents, for their owner only; returns whether it was new. (Node's recursive `mkdir` never ends in /proc.) */
export function makeFolder(folder: string): boolean {
  return guardStorage(folder, () => {
    if (find(folder)?.isDirectory()) return false;
    const parent = dirname(folder);
    if (parent !== folder) makeFolder(parent);
    return makeOne(folder);
  });
}

/** Removes a folder if it is empty. */
export function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody keeps something in it.
  }
}

function makeOne(folder: string): boolean {
  try {
    mkdirSync(folder, MODE);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const found = find(folder);
    if (found?.isDirectory()) return false; // Another process was quicker.
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
  if (names.every((name) => COMMON.test(name))) return; // `pinhub cert` was here before the first start.
  const found = `${quote(names[0])}${names.length === 1 ? '' : ` and ${names.length - 1} more`}`;
  const message = `${quote(folder, 200)} holds ${found}, and nothing of Pinhub: choose an empty folder with --data`;
  throw new HubError('store/unavailable', message);
}
