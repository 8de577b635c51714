import { Pause } from '../board/pause.ts';
import type { Program } from '../board/program.ts';
import { Repeat } from '../board/repeat.ts';
import { Sequence } from '../board/sequence.ts';
import type { Wave } from '../board/wave.ts';
import { Failure } from './failure.ts';

const ESCAPE = 255;
const MAX_NESTING = 10;
const MAX_COUNTERS = 20;
/** The number of DMA control blocks reserved for chains. */
const MAX_BLOCKS = 600;

/**
 * Parses the program of a chain as WVCHA sends it: wave identifiers, and commands that begin with 255. Returns pigpio's
 * error number if it is invalid.
 */
export function parseChain(bytes: DataView, waveOf: (id: number) => Wave | undefined): Program | number {
  return new ChainParser(bytes, waveOf).parse();
}

interface Loop {
  readonly parts: Program[];
  /** The number of blocks before the loop. */
  readonly firstBlock: number;
}

/** An error, or `undefined` for success. */
type Outcome = number | undefined;

class ChainParser {
  readonly #bytes: DataView;
  readonly #waveOf: (id: number) => Wave | undefined;
  /** The chain itself, and the open loops. */
  readonly #open: [Loop, ...Loop[]] = [{ parts: [], firstBlock: 0 }];
  #blocks = 1;
  #counters = 0;
  #at = 0;

  constructor(bytes: DataView, waveOf: (id: number) => Wave | undefined) {
    this.#bytes = bytes;
    this.#waveOf = waveOf;
  }

  parse(): Program | number {
    while (this.#at < this.#bytes.byteLength) {
      const id = this.#bytes.getUint8(this.#at);
      const failure = id === ESCAPE ? this.#command() : this.#wave(id);
      if (failure !== undefined) return failure;
      if (this.#blocks > MAX_BLOCKS) return Failure.CHAIN_TOO_BIG;
    }
    // A loop without an end plays once.
    return new Sequence(this.#open.flatMap(({ parts }) => parts));
  }

  #wave(id: number): Outcome {
    const wave = this.#waveOf(id);
    if (!wave) return Failure.BAD_WAVE_ID;
    this.#at += 1;
    this.#add(wave);
    return undefined;
  }

  #command(): Outcome {
    const command = this.#at + 1 < this.#bytes.byteLength ? this.#bytes.getUint8(this.#at + 1) : -1;
    if (command === 0) return this.#beginLoop();
    if (command === 1) return this.#withWord((times) => this.#endLoop(times));
    if (command === 2) return this.#withWord((us) => this.#pause(us));
    if (command === 3) return this.#repeatForever();
    return Failure.BAD_CHAIN_COMMAND;
  }

  #beginLoop(): Outcome {
    if (this.#open.length > MAX_NESTING) return Failure.CHAIN_NESTING;
    this.#at += 2;
    this.#open.push({ parts: [], firstBlock: this.#blocks });
    return undefined;
  }

  #endLoop(times: number): Outcome {
    if (this.#counters >= MAX_COUNTERS) return Failure.TOO_MANY_CHAIN_COUNTERS;
    const loop = this.#closeLoop();
    if (!loop) return Failure.BAD_CHAIN_LOOP;
    this.#add(new Repeat(loop, times));
    if (times > 1) this.#counters++;
    else this.#blocks--;
    return undefined;
  }

  #pause(us: number): Outcome {
    if (us > 0) this.#add(new Pause(us));
    return undefined;
  }

  #repeatForever(): Outcome {
    this.#at += 2;
    const loop = this.#closeLoop();
    if (!loop) return Failure.BAD_CHAIN_LOOP;
    if (this.#at < this.#bytes.byteLength) return Failure.BAD_FOREVER;
    this.#add(new Repeat(loop, Number.POSITIVE_INFINITY));
    return undefined;
  }

  /** Reads a command with a 16-bit argument, low byte first. */
  #withWord(run: (word: number) => Outcome): Outcome {
    if (this.#at + 4 > this.#bytes.byteLength) return Failure.BAD_CHAIN_COMMAND;
    const word = this.#bytes.getUint16(this.#at + 2, true);
    this.#at += 4;
    return run(word);
  }

  /** Ends the innermost loop; `undefined` if no loop is open or it is empty. */
  #closeLoop(): Program | undefined {
    const loop = this.#open.length > 1 ? this.#open.pop() : undefined;
    return loop && loop.firstBlock < this.#blocks ? new Sequence(loop.parts) : undefined;
  }

  #add(part: Program): void {
    this.#open.at(-1)?.parts.push(part);
    this.#blocks++;
  }
}
