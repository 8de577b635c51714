import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A user of the machine, for the permissions of files. */
export interface Account {
  readonly uid: number;
  readonly gids: readonly number[];
}

/** A user that does not exist yet, and may do what everybody may. */
export const NOBODY: Account = { uid: -1, gids: [] };

const READ = 4;
const WRITE = 2;
const ENTER = 1;

/**
 * The first folder, or the file itself, that keeps an account from reading a file or entering a folder; `undefined` if nothing does.
 * With `toWrite` it is about changing the folder. Looks at mode bits alone. Throws if there is no such file.
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

/** All folders of a path, the root first. */
function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [...foldersAbove(folder), folder];
}

function permits(path: string, { uid, gids }: Account, needed: number): boolean {
  const { mode, uid: owner, gid: group } = statSync(path);
  const shift = owner === uid ? 6 : gids.includes(group) ? 3 : 0;
  return ((mode >> shift) & needed) === needed;
}
