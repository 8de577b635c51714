import { basename, dirname, join } from 'node:path';
import type { Disk } from './disk.ts';

/** `base`: the whole state at the beginning of the generation. `log`: the changes since then. */
type StateFileKind = 'base' | 'log';

/** A file of the state. Each generation has one of each kind. */
export interface StateFile {
  readonly number: number;
  readonly kind: StateFileKind;
  readonly path: string;
}

const NAME = /^state-(\d{1,15})\.(base|log)(\.new)?$/;

export function statePath(folder: string, generation: number, kind: StateFileKind): string {
  return join(folder, `state-${generation}.${kind}`);
}

/** Whether a file name belongs to a state file or to its draft. */
export function isStateFile(name: string): boolean {
  return NAME.test(name);
}

/** The state files in a folder, by generation, without drafts. */
export function listStateFiles(disk: Disk, folder: string): StateFile[] {
  return disk
    .list(folder)
    .flatMap((name): StateFile[] => {
      const [, digits, kind, draft] = NAME.exec(name) ?? [];
      if (digits === undefined || draft !== undefined) return [];
      return [{ number: Number(digits), kind: kind === 'base' ? 'base' : 'log', path: join(folder, name) }];
    })
    .sort((one, other) => one.number - other.number);
}

const DAMAGED = 'damaged-';

/** The path at which a damaged state file is kept. */
export function damagedPath(path: string): string {
  return join(dirname(path), `${DAMAGED}${basename(path)}`);
}

/** The damaged state files in a folder. */
export function listDamagedFiles(disk: Disk, folder: string): string[] {
  const isDamaged = (name: string) => name.startsWith(DAMAGED) && isStateFile(name.slice(DAMAGED.length));
  return disk
    .list(folder)
    .filter(isDamaged)
    .map((name) => join(folder, name));
}

/** Removes the drafts that a process left when it ended: their content is elsewhere too. */
export function removeDrafts(disk: Disk, folder: string): void {
  for (const name of disk.list(folder)) {
    if (isStateFile(name) && name.endsWith('.new')) disk.remove(join(folder, name));
  }
}

/** Removes a file after a failure; a second failure does not hide the first. */
export function removeIfPossible(disk: Disk, path: string): void {
  try {
    disk.remove(path);
  } catch {
    // The next start removes or overwrites it.
  }
}
