import type { Disk } from './disk.ts';
import { type Apply, FrameFile } from './frame-file.ts';

import { type StateFile, statePath } from './state-files.ts';

interface LogChainOptions {
  readonly disk: Disk;
  readonly folder: string;
  /** That of the base: its log is the first. */
  readonly generation: number;
  readonly apply: Apply;
}

const NOT_FOLLOWING = 'all of it, as what was done before it is missing';

/**
 * Reads the logs of a base, one after the other, as long as each goes on where the one before it ends. There is more than one where a
 * process ended while it wrote the state anew.
 */
export class LogChain {
  readonly #options: LogChainOptions;
  readonly #damages: Damage[] = [];
  /** How far the last one that was read is whole. */
  #end: number | undefined;
  /** `broken`: what follows cannot be used. `over`: what follows was never promised to anyone. */
  #state: 'beginning' | 'whole' | 'broken' | 'over' = 'beginning';

  constructor(options: LogChainOptions) {
    this.#options = options;
  }

  get damages(): readonly Damage[] {
    return this.#damages;
  }

  /** How far the last log is whole, if all are. */
  get wholeBytes(): number | undefined {
    return this.#state === 'whole' ? this.#end : undefined;
  }

  /** Reads the next log, in the order of their numbers. */
  read(log: StateFile): void {
    if (this.#state === 'over') return;
    if (this.#state === 'beginning' && log.number !== this.#options.generation) this.#missFirst();
    FrameFile.with(this.#options.disk, log, (file) => this.#read(log, file));
  }

  /** To be called when all logs were read. */
  end(): void {
    if (this.#state === 'beginning') this.#missFirst();
  }

  #read(log: StateFile, file: FrameFile): void {
    const header = file.readHeader();
    const isFirst = log.number === this.#options.generation;
    if (header?.kind !== 'log') {
      // The first was safe before its base got its name; of the others one may just have been made.
      if (!isFirst && file.frames.isCutOff) this.#state = 'over';
      else this.#break(log.path, 'all of it, as it does not begin as it should');
    } else if (isFirst) this.#applyAll(file);
    // It was begun because the one before it could not be written any more, and nothing was acknowledged until it had a base.
    else if (header.follows === undefined) this.#state = 'over';
    else if (this.#state === 'broken' || header.follows !== this.#end) this.#break(log.path, NOT_FOLLOWING);
    else this.#applyAll(file);
  }

  #applyAll(file: FrameFile): void {
    const { frames, path } = file;
    for (let content = frames.next(); content; content = frames.next())
      file.apply(this.#options.apply, content);
    this.#state = 'whole';
    this.#end = frames.offset;
    if (!frames.isAtEnd && !frames.isCutOff) this.#break(path, `all behind its first ${frames.offset} bytes`);
  }

  #missFirst(): void {
    const { folder, generation } = this.#options;
    this.#break(statePath(folder, generation, 'log'), 'all of it, as it is gone');
  }

  #break(path: string, what: string): void {
    this.#state = 'broken';
    this.#damages.push({ path, what });
  }
}

/** Something in a file that is not as it was written. */
export interface Damage {
  /** The file, which may be gone. */
  readonly path: string;
  /** What of it is lost. */
  readonly what: string;
}
