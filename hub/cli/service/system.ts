import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { HubError } from '../../core/error.ts';
import { PROGRAM } from '../../version.ts';

/** The part of the machine that installing a service needs. */
export interface System {
  readonly isRoot: boolean;
  readonly hasSystemd: boolean;
  /** The folder for the units of the machine's administrator. */
  readonly unitFolder: string;
  /** The absolute path of Node. */
  readonly node: string;
  /** The absolute path of `main.js`. */
  readonly program: string;
  /** An account, with its groups; `undefined` if there is none. */
  findAccount(name: string): Account | undefined;
  hasGroup(name: string): boolean;
  /** Runs a program of the machine. If it fails, throws `option/invalid` with its output. */
  run(program: string, ...args: readonly string[]): void;
}

/** The machine that this program runs on. */
export function createSystem(): System {
  return {
    isRoot: process.getuid?.() === 0,
    hasSystemd: existsSync('/run/systemd/system'), // As sd_booted(3) checks it.
    unitFolder: '/etc/systemd/system',
    node: process.execPath,
    program: PROGRAM,
    findAccount,
    hasGroup: (name) => ask('getent', 'group', name) !== undefined,
    run,
  };
}

function findAccount(name: string): Account | undefined {
  const uid = ask('id', '-u', '--', name);
  const gids = ask('id', '-G', '--', name);
  if (uid === undefined || gids === undefined) return undefined;
  return { uid: Number(uid), gids: gids.split(' ').map(Number) };
}

/** A program's output; `undefined` if it fails or is missing. */
function ask(program: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return;
  const reason = error?.message ?? (stderr.trim() || `exit code ${status}`);
  throw new HubError('option/invalid', `"${[program, ...args].join(' ')}" failed: ${reason}`);
}

/** A user of the machine, for the permissions of files. */
export interface Account {
  readonly uid: number;
  readonly gids: readonly number[];
}

/** A user that does not exist yet, with the permissions of all users. */
export const NOBODY: Account = { uid: -1, gids: [] };

const READ = 4;
const WRITE = 2;
const ENTER = 1;

/**
 * The first folder, or the file itself, that keeps an account from reading a file or entering a folder; `undefined` if nothing does.
 * With `toWrite` it is about changing the folder. Checks mode bits only. Throws if the file does not exist.
 */
export function findBarrier(
  path: string,
  account: Account,
  { toWrite = false }: { readonly toWrite?: boolean } = {},
): string | undefined {
  const target = realpathSync(path);
  const closed = foldersAbove(target).find((folder) => !permits(folder, account, ENTER));
  if (closed !== undefined) return closed;
  const toRead = statSync(target).isDirectory() ? ENTER : READ;
  return permits(target, account, toWrite ? WRITE | ENTER : toRead) ? undefined : target;
}

/** All folders of a path, starting with the root. */
function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [...foldersAbove(folder), folder];
}

function permits(path: string, { uid, gids }: Account, needed: number): boolean {
  const { mode, uid: owner, gid: group } = statSync(path);
  const shift = owner === uid ? 6 : gids.includes(group) ? 3 : 0;
  return ((mode >> shift) & needed) === needed;
}
