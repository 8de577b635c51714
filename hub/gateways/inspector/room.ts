import { isFair } from '../../core/retained-room.ts';

/** The limits of all trees of counts together. */
export type InspectionLimits = {
  /** Levels of topics; a long topic takes the room of several. */
  readonly inspectedTopics: number;
  /** Memory of the last messages of topics, bytes. */
  readonly inspectedBytes: number;
};

/** Levels are about 300 bytes each: a hundred thousand topics, for one inspector with a filter. */
export const DEFAULT_INSPECTION_LIMITS: InspectionLimits = {
  inspectedTopics: 300_000,
  inspectedBytes: 32 * 2 ** 20,
};

/** The memory from which a tree takes its room. */
export interface Room {
  /** Takes room for `count` levels, if there is enough. */
  takeTopics(count: number): boolean;
  takeBytes(count: number): boolean;
  /** Takes room for messages before the last ones. Half of the room is for the last messages alone. */
  takeEarlierBytes(count: number): boolean;
  giveBack(topics: number, bytes: number): void;
}

/** The memory that an owner uses, in all trees together. */
interface Held {
  topics: number;
  bytes: number;
}

/** The room that the trees share. */
export class InspectionRoom implements Room {
  readonly #limits: InspectionLimits;
  #topics = 0;
  #bytes = 0;
  /** The memory in use by owner, without owners that use none. */
  readonly #held = new Map<string, Held>();

  constructor(limits: InspectionLimits) {
    this.#limits = limits;
  }

  /** The memory in use. */
  get taken(): { readonly topics: number; readonly bytes: number } {
    return { topics: this.#topics, bytes: this.#bytes };
  }

  takeTopics(count: number): boolean {
    if (this.#topics + count > this.#limits.inspectedTopics) return false;
    this.#topics += count;
    return true;
  }

  takeBytes(count: number): boolean {
    if (this.#bytes + count > this.#limits.inspectedBytes) return false;
    this.#bytes += count;
    return true;
  }

  takeEarlierBytes(count: number): boolean {
    return this.#bytes + count <= this.#limits.inspectedBytes / 2 && this.takeBytes(count);
  }

  giveBack(topics: number, bytes: number): void {
    this.#topics -= topics;
    this.#bytes -= bytes;
  }

  /** The room as one owner may take it. An owner always leaves some room for others, even before they come. */
  shareOf(owner: string): Room {
    const held = () => this.#held.get(owner) ?? { topics: 0, bytes: 0 };
    const hold = (topics: number, bytes: number) => {
      const now = held();
      const next = { topics: now.topics + topics, bytes: now.bytes + bytes };
      if (next.topics === 0 && next.bytes === 0) this.#held.delete(owner);
      else this.#held.set(owner, next);
    };
    const takeBytes = (count: number, take: (count: number) => boolean) => {
      const free = this.#limits.inspectedBytes - this.#bytes - count;
      if (!isFair(held().bytes + count, free, false) || !take(count)) return false;
      hold(0, count);
      return true;
    };
    return {
      takeTopics: (count) => {
        const free = this.#limits.inspectedTopics - this.#topics - count;
        if (!isFair(held().topics + count, free, false) || !this.takeTopics(count)) return false;
        hold(count, 0);
        return true;
      },
      takeBytes: (count) => takeBytes(count, (some) => this.takeBytes(some)),
      takeEarlierBytes: (count) => takeBytes(count, (some) => this.takeEarlierBytes(some)),
      giveBack: (topics, bytes) => {
        this.giveBack(topics, bytes);
        hold(-topics, -bytes);
      },
    };
  }
}
