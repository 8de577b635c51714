import type { Frame } from './frame.ts';

/** `begins`: a fence; from here on only frames of its epoch count. `void`: the frame means nothing at any place. */
export type Verdict = 'begins' | 'counts' | 'void';

/** A position in a chain of frames. */
export interface ChainState {
  readonly epoch: number;
  /** The count of the last frame of this epoch that counts. */
  readonly count: number;
}

const START: ChainState = { epoch: 0, count: 0 };

/**
 * Separates frames that count from void ones. All readers of the same log reach the same verdicts: a fence of a later epoch begins that
 * epoch, and in the present epoch exactly the next frame counts. A frame may be void because its writer was fenced before it arrived, because an
 * earlier frame was lost, or because it was sent twice.
 */
export class FrameChain {
  #state: ChainState;

  constructor(state: ChainState = START) {
    this.#state = state;
  }

  get state(): ChainState {
    return this.#state;
  }

  judge({ kind, epoch, count }: Pick<Frame, 'kind' | 'epoch' | 'count'>): Verdict {
    if (kind === 'fence') return epoch > this.#state.epoch ? this.#begin(epoch) : 'void';
    if (epoch !== this.#state.epoch || count !== this.#state.count + 1) return 'void';
    this.#state = { epoch, count };
    return 'counts';
  }

  #begin(epoch: number): Verdict {
    this.#state = { epoch, count: 0 };
    return 'begins';
  }
}
