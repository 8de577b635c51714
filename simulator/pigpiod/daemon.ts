import type { Board } from '../board/board.ts';
import { Notifier } from './notifier.ts';
import { WaveStore } from './wave-store.ts';

/** The drive strength of the pads until it is set, mA. */
const PAD_MA = 8;

export interface DaemonOptions {
  /** Whether NB reports a pin that stands otherwise than the reader was last told. Default true; pigpiod does not. */
  readonly syncsOnBegin?: boolean;
}

/** What all connections of a daemon share. */
export class Daemon {
  readonly board: Board;
  readonly notifier: Notifier;
  readonly waves: WaveStore;
  /** GPIO 0–27, 28–45, 46–53: mA. */
  readonly padsMa: [number, number, number] = [PAD_MA, PAD_MA, PAD_MA];
  /** The GPIO that may be changed, a bit each: 0–31 and 32–53. */
  readonly masks: readonly [number, number];

  constructor(board: Board, { syncsOnBegin = true }: DaemonOptions = {}) {
    this.board = board;
    this.notifier = new Notifier(board, { syncsOnBegin });
    this.waves = new WaveStore(board);
    this.masks = [Number(board.updateMask & 0xffffffffn), Number((board.updateMask >> 32n) & 0x3fffffn)];
  }
}
