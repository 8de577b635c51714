import type { Board } from '../board/board.ts';
import { Repeat } from '../board/repeat.ts';
import { type Pulse, Wave } from '../board/wave.ts';
import { parseChain } from './chain.ts';
import { Failure } from './failure.ts';
import { durationUs, mergePulses } from './pulses.ts';

/** The most waves at a time. */
const MAX_WAVES = 250;
/** A waveform must stay below these limits. */
const MAX_PULSES = 12_000;
const MAX_MICROS = 1_800_000_000;
/** The numbers of the DMA's control blocks and of level words, and how many of each are reserved for chains. */
const MAX_BLOCKS = 25_016;
const CHAIN_BLOCKS = 1180;
const MAX_WORDS = 16_748;
const CHAIN_WORDS = 790;

/** The answers of WVTAT if no wave is being sent, or an unknown one. */
const NO_WAVE = 9999;
const WAVE_NOT_FOUND = 9998;

/** The size of a waveform, in three measures. */
interface Size {
  readonly micros: number;
  readonly pulses: number;
  readonly blocks: number;
}

/** The DMA memory that a wave takes. */
interface Room {
  readonly blocks: number;
  readonly words: number;
}

interface Slot {
  readonly wave: Wave;
  readonly room: Room;
  isDeleted: boolean;
}

/** The waves of the clients: pulses are collected, turned into a wave with an identifier, and sent. */
export class WaveStore {
  readonly #board: Board;
  #pulses: readonly Pulse[] = [];
  #size: Size = { micros: 0, pulses: 0, blocks: 0 };
  #highest: Size = { micros: 0, pulses: 0, blocks: 0 };
  #slots: Slot[] = [];

  constructor(board: Board) {
    this.#board = board;
  }

  /** WVCLR: deletes all waves and the collected pulses. A wave that is being sent continues. */
  clear(): number {
    this.#slots = [];
    return this.begin();
  }

  /** WVNEW: deletes the collected pulses. */
  begin(): number {
    this.#pulses = [];
    this.#size = { micros: 0, pulses: 0, blocks: 0 };
    return 0;
  }

  /** WVAG, WVAS: merges pulses into the collected ones. Returns their new number. */
  add(pulses: readonly Pulse[]): number {
    const merged = mergePulses(this.#pulses, pulses);
    if (merged.length >= MAX_PULSES) return Failure.TOO_MANY_PULSES;
    this.#pulses = merged;
    this.#size = { micros: durationUs(merged), pulses: merged.length, blocks: roomOf(merged).blocks - 1 };
    this.#highest = {
      micros: Math.max(this.#highest.micros, this.#size.micros),
      pulses: Math.max(this.#highest.pulses, this.#size.pulses),
      blocks: Math.max(this.#highest.blocks, this.#size.blocks),
    };
    return merged.length;
  }

  /** WVCRE: creates a wave from the collected pulses. Returns its identifier. */
  create(): number {
    return this.#create(roomOf(this.#pulses));
  }

  /** WVCAP: creates a wave like WVCRE, but reserves these percentages of the total memory, so that another wave can replace it. */
  createPadded(blocksPercent: number, wordsPercent: number): number {
    if (blocksPercent > 100 || wordsPercent > 100) return Failure.BAD_PARAM;
    const needed = roomOf(this.#pulses);
    const room = {
      blocks: Math.floor(((MAX_BLOCKS - CHAIN_BLOCKS) * blocksPercent) / 100),
      words: Math.floor(((MAX_WORDS - CHAIN_WORDS) * wordsPercent) / 100),
    };
    if (this.#pulses.length > 0 && needed.blocks > room.blocks) return Failure.TOO_MANY_CBS;
    if (this.#pulses.length > 0 && needed.words > room.words) return Failure.TOO_MANY_OOL;
    return this.#create(room);
  }

  /**
   * WVDEL: deletes a wave. Its identifier is reused for a wave of the same size, or once all identifiers above it are
   * free.
   */
  delete(id: number): number {
    const slot = this.#slot(id);
    if (!slot) return Failure.BAD_WAVE_ID;
    slot.isDeleted = true;
    while (this.#slots.at(-1)?.isDeleted) this.#slots.pop();
    return 0;
  }

  /**
   * WVTX, WVTXR, WVTXM: sends a wave once (0), forever (1), or the same after the current one (2, 3). Returns its
   * number of blocks.
   */
  send(id: number, mode: number): number {
    const slot = this.#slot(id);
    if (!slot) return Failure.BAD_WAVE_ID;
    if (mode > 3) return Failure.BAD_WAVE_MODE;
    const program = mode % 2 === 1 ? new Repeat(slot.wave, Number.POSITIVE_INFINITY) : slot.wave;
    if (mode < 2) this.#board.sendWave(program);
    else if (!this.#board.sendWaveNext(program)) return Failure.TOO_MANY_CBS;
    return slot.room.blocks;
  }

  /** WVCHA: stops the current wave and sends a chain. */
  chain(bytes: DataView): number {
    this.#board.stopWave();
    const program = parseChain(bytes, (id) => this.#slot(id)?.wave);
    if (typeof program === 'number') return program;
    this.#board.sendWave(program);
    return 0;
  }

  /** WVTAT: the identifier of the wave that is being sent. */
  current(): number {
    if (!this.#board.isSendingWave) return NO_WAVE;
    const id = this.#board.currentWave;
    return id !== undefined && this.#slot(id) ? id : WAVE_NOT_FOUND;
  }

  /** WVSM, WVSP, WVSC: a measure of the collected pulses (0), of the largest waveform so far (1), or the limit (2). */
  measure(what: keyof Size, which: number): number | undefined {
    const most = { micros: MAX_MICROS, pulses: MAX_PULSES, blocks: MAX_BLOCKS };
    return [this.#size, this.#highest, most][which]?.[what];
  }

  #slot(id: number): Slot | undefined {
    const slot = this.#slots[id];
    return slot?.isDeleted === false ? slot : undefined;
  }

  #create(room: Room): number {
    if (this.#pulses.length === 0) return Failure.EMPTY_WAVEFORM;
    const id = this.#freeSlot(room);
    if (id < 0) return id;
    this.#slots[id] = { wave: new Wave(id, this.#pulses), room, isDeleted: false };
    this.#pulses = [];
    return id;
  }

  #freeSlot(room: Room): number {
    const fitting = this.#slots.findIndex(
      (slot) => slot.isDeleted && slot.room.blocks === room.blocks && slot.room.words === room.words,
    );
    if (fitting >= 0) return fitting;
    const used = (what: keyof Room) => this.#slots.reduce((sum, slot) => sum + slot.room[what], 0);
    if (used('blocks') + room.blocks > MAX_BLOCKS - CHAIN_BLOCKS) return Failure.TOO_MANY_CBS;
    if (used('words') + room.words > MAX_WORDS - CHAIN_WORDS) return Failure.TOO_MANY_OOL;
    return this.#slots.length < MAX_WAVES ? this.#slots.length : Failure.NO_WAVEFORM_ID;
  }
}

/**
 * One block at the start, one for each change of levels and one for each delay; one word for each set and each clear.
 */
function roomOf(pulses: readonly Pulse[]): Room {
  const count = (isCounted: (pulse: Pulse) => boolean) => pulses.filter(isCounted).length;
  return {
    blocks: 1 + count(({ on, off }) => (on | off) !== 0) + count(({ delayUs }) => delayUs > 0),
    words: count(({ on }) => on !== 0) + count(({ off }) => off !== 0),
  };
}
