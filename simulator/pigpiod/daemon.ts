import type { Board } from '../board/board.ts';
import { Notifier } from './notifier.ts';
import { WaveStore } from './wave-store.ts';

/** The default drive strength of the pads, mA. */
const PAD_MA = 8;

export interface DaemonOptions {
  /**
   * Whether NB reports a pin whose level differs from the last one sent to the reader. Default true; pigpiod does not.
   */
  readonly syncsOnBegin?: boolean;
}

/** The state that all connections of a daemon share. */
export class Daemon {
  readonly board: Board;
  readonly notifier: Notifier;
  readonly waves: WaveStore;
  /** The pad strengths of GPIO 0–27, 28–45, 46–53, mA. */
  readonly padsMa: [number, number, number] = [PAD_MA, PAD_MA, PAD_MA];
  /** The GPIO that may be changed, one bit each: 0–31 and 32–53. */
  readonly masks: readonly [number, number];

  constructor(board: Board, { syncsOnBegin = true }: DaemonOptions = {}) {
    this.board = board;
    this.notifier = new Notifier(board, { syncsOnBegin });
    this.waves = new WaveStore(board);
    this.masks = [Number(board.updateMask & 0xffffffffn), Number((board.updateMask >> 32n) & 0x3fffffn)];
  }
}
