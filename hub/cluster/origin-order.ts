import type { Codec } from '../storage/engine/table.ts';

/** Which of the frames that a hub has appended to the ledger count: those of its present epoch, one after the other. */
export interface OriginState {
  readonly epoch: number;
  /** The count of its last frame that counts. */
  readonly count: number;
  /** How many entries the frames that count had. */
  readonly serial: number;
  /** Whether this epoch is over: no later frame of it counts. */
  readonly isOver: boolean;
}

const IS_OVER = 1;

/** A place in the ledger: all frames up to a position have been read, and these frames come next. */
export interface LedgerPlace {
  readonly position: number;
  readonly states: readonly (readonly [hub: string, state: OriginState])[];
}

export const LEDGER_PLACE: Codec<LedgerPlace> = {
  write(writer, { position, states }) {
    writer.integer(position);
    writer.integer(states.length);
    for (const [hub, { epoch, count, serial, isOver }] of states) {
      writer.text(hub);
      writer.integer(epoch);
      writer.integer(count);
      writer.integer(serial);
      writer.byte(isOver ? IS_OVER : 0);
    }
  },
  read(reader) {
    const position = reader.integer();
    const states = Array.from({ length: reader.integer() }, () => {
      const hub = reader.text();
      const [epoch, count, serial] = [reader.integer(), reader.integer(), reader.integer()];
      return [hub, { epoch, count, serial, isOver: reader.byte() === IS_OVER }] as const;
    });
    return { position, states };
  },
};

/** `begins`: the first frame of a later epoch, which ends the earlier ones. `missed`: the frame before it was lost and will be sent again. */
export type OriginVerdict = 'begins' | 'counts' | 'missed' | 'void';

/**
 * Judges the frames in the ledger, where each hub may append at any time and frames may be lost or sent twice. All readers of the same ledger reach the same
 * verdicts, so that all see the same entries in the same order.
 */
export class OriginOrder {
  readonly #states: Map<string, OriginState>;

  constructor(states: Iterable<readonly [hub: string, state: OriginState]> = []) {
    this.#states = new Map(states);
  }

  get states(): Iterable<readonly [hub: string, state: OriginState]> {
    return this.#states;
  }

  of(hub: string): OriginState | undefined {
    return this.#states.get(hub);
  }

  /** `entries`: how many are in the frame. The first frame of an epoch has the count 0. */
  judge(hub: string, epoch: number, count: number, entries: number): OriginVerdict {
    const state = this.#states.get(hub);
    if (!state || epoch > state.epoch) return count === 0 ? this.#begin(hub, epoch) : 'void';
    if (epoch < state.epoch || state.isOver || count <= state.count) return 'void';
    if (count > state.count + 1) return 'missed';
    this.#states.set(hub, { ...state, count, serial: state.serial + entries });
    return 'counts';
  }

  /** Ends a hub's epoch and all its earlier epochs. Returns false if they were already over. */
  end(hub: string, epoch: number): boolean {
    const state = this.#states.get(hub);
    if (state && (state.epoch > epoch || (state.epoch === epoch && state.isOver))) return false;
    this.#states.set(hub, { epoch, count: 0, serial: 0, isOver: true });
    return true;
  }

  #begin(hub: string, epoch: number): OriginVerdict {
    this.#states.set(hub, { epoch, count: 0, serial: 0, isOver: false });
    return 'begins';
  }
}
