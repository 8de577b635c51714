import type { Disk } from './disk.ts';
import { type Apply, FrameFile, unrecognisable } from './frame-file.ts';
import type { Damage } from './log-chain.ts';
import { LogChain } from './log-chain.ts';
import { listStateFiles, type StateFile, statePath } from './state-files.ts';

export interface Recovered {
  /** The last generation of which there are files. */
  readonly generation: number;
  /** The version in which it was written. */
  readonly version: number;
  /** How long the base is, bytes. */
  readonly baseBytes: number;
  /** How far the log is whole, bytes; `undefined` where it is to be begun anew, with a new base. */
  readonly logBytes: number | undefined;
  readonly damages: readonly Damage[];
}

/**
 * Reads the state in a folder: the last base, and what was done since. `applyOf` is asked for the version in which it was written. Returns
 * `undefined` where nothing was ever kept. Of a base all is used that can be recognised, of logs what was done before the first damage: what
 * came after it may be about things that it made. The rest is told of in `damages`. Throws `store/damaged` where nothing can be recognised.
 */
export function recover(
  disk: Disk,
  folder: string,
  applyOf: (version: number) => Apply,
): Recovered | undefined {
  const files = listStateFiles(disk, folder);
  const base = files.findLast(({ kind }) => kind === 'base');
  const last = files.at(-1);
  if (!last) return undefined;
  if (!base) {
    if (last.number === 1) return undefined; // The first start ended before there was anything to keep.
    throw unrecognisable(statePath(folder, last.number, 'base'), 'it is gone');
  }
  const { version, baseBytes, apply, damages } = readBase(disk, base, applyOf);
  const logs = files.filter(({ kind, number }) => kind === 'log' && number >= base.number);
  const chain = new LogChain({ disk, folder, generation: base.number, apply });
  for (const log of logs) chain.read(log);
  chain.end();
  return {
    generation: last.number,
    version,
    baseBytes,
    // Only one that stands alone can be gone on with: of several, the earlier ones may not outlive a power cut, without which the last is nothing.
    logBytes: logs.length === 1 ? chain.wholeBytes : undefined,
    damages: [...damages, ...chain.damages],
  };
}

function readBase(disk: Disk, base: StateFile, applyOf: (version: number) => Apply) {
  return FrameFile.with(disk, base, (file) => {
    const header = file.readHeader();
    if (header?.kind !== 'base') throw unrecognisable(base.path, 'it does not begin as it should');
    const apply = applyOf(header.version);
    const damages = applyBase(file, apply).map((what) => ({ path: base.path, what }));
    return { version: header.version, baseBytes: file.frames.offset, apply, damages };
  });
}

/** What of a base could not be used. */
function applyBase(file: FrameFile, apply: Apply): string[] {
  const { frames } = file;
  let gaps = 0;
  const lost = () => (gaps === 0 ? [] : [`what was in ${gaps} of its parts`]);
  for (;;) {
    const content = frames.next();
    if (content && file.toHeader(content)?.kind === 'end') return lost();
    if (content) file.apply(apply, content);
    else if (frames.skip()) gaps++;
    else return [...lost(), `all behind its first ${frames.offset} bytes`];
  }
}
