import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { HubError } from '../../core/error.ts';
import { PROGRAM } from '../../version.ts';
import type { Account } from './barrier.ts';

/** What installing a service needs of the machine. */
export interface System {
  readonly isRoot: boolean;
  readonly hasSystemd: boolean;
  /** The folder for the units of the machine's administrator. */
  readonly unitFolder: string;
  /** Whole path of Node. */
  readonly node: string;
  /** Whole path of `main.js`. */
  readonly program: string;
  /** An account, with its groups; `undefined` if there is none. */
  findAccount(name: string): Account | undefined;
  hasGroup(name: string): boolean;
  /** Runs a program of the machine. Throws `option/invalid` with what it says if it fails. */
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

/** What a program prints; `undefined` if it fails or is missing. */
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
