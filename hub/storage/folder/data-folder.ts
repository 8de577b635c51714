import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { HubError, quote } from '../../core/error.ts';
import { guardStorage, restrict } from '../../files/files.ts';
import { isStateFile } from '../engine/state-files.ts';

/** systemd's state directory for a service, else the system's folder for program state. Throws `option/invalid` without a home folder. */
export function defaultDataFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: () => string = homedir,
): string {
  const { STATE_DIRECTORY, XDG_STATE_HOME = '', LOCALAPPDATA } = environment;
  if (STATE_DIRECTORY) return STATE_DIRECTORY.split(':', 1)[0] ?? STATE_DIRECTORY;
  if (platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'pinhub');
  if (platform === 'darwin') return join(homeFolder(home), 'Library', 'Application Support', 'pinhub');
  const state = isAbsolute(XDG_STATE_HOME) ? XDG_STATE_HOME : join(homeFolder(home), '.local', 'state');
  return join(state, 'pinhub');
}

function homeFolder(home: () => string): string {
  try {
    const path = home();
    if (path !== '') return path;
  } catch {
    // There is neither HOME nor an entry in the system's list of users.
  }
  throw new HubError(
    'option/invalid',
    'this user has no home folder to keep data in: name a folder with --data, or start with --ephemeral',
  );
}

/** The mode of a folder that only its owner may use. */
const MODE = 0o700;

/** Files and folders that only Pinhub creates, besides those of the state. */
const OWN = /^(moved-to-cluster\.json.*|pinhub\.lock.*|damaged-state-.*|access\.json.*|plug-in-.*)$/;

/** Files of Pinhub with names that other programs use as well. */
const COMMON = /^(history|(cert|key)\.pem)$/;

/** Creates a folder that only its owner may read. An existing folder must be empty, or hold files of Pinhub. Throws `store/unavailable`. */
export function prepareFolder(folder: string): void {
  guardStorage(folder, () => {
    const isMade = makeFolder(folder);
    const names = readdirSync(folder);
    if (!isMade && names.length > 0) checkIsOwn(folder, names);
    if (names.length === 0) restrict(folder, MODE);
  });
}

/** Creates a folder and its parents, for their owner only; returns whether it was new. (Node's recursive `mkdir` never ends in /proc.) */
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
    // The folder holds files that are not Pinhub's.
  }
}

function makeOne(folder: string): boolean {
  try {
    mkdirSync(folder, MODE);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const found = find(folder);
    if (found?.isDirectory()) return false; // Another process was faster.
    if (code === 'EEXIST' && !found) throw cannotBe(folder, 'is a broken link');
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
  if (names.every((name) => COMMON.test(name))) return; // `pinhub cert` was run here before the first start.
  const found = `${quote(names[0])}${names.length === 1 ? '' : ` and ${names.length - 1} more`}`;
  const message = `${quote(folder, 200)} holds ${found}, but no data of Pinhub: choose an empty folder with --data`;
  throw new HubError('store/unavailable', message);
}
