/** An owner may hold this many times the free room. */
const FAIR_FACTOR = 8;

/**
 * Whether an owner may take more of what several share: as long as it holds at most `FAIR_FACTOR` times the free room, so that something is
 * always left for owners who hold little (Choudhury and Hahne's dynamic thresholds). A sole owner is exempt.
 */
export function isFair(held: number, free: number, isSole: boolean): boolean {
  return isSole || held <= free * FAIR_FACTOR;
}

/** The limits of retained messages. Every limit is finite. */
export const DEFAULT_RETAINED_LIMITS = {
  /** Topics that may have a retained message. */
  retainedMessages: 100_000,
  /** Memory of the retained messages and the levels of their topics, bytes. */
  retainedBytes: 128 * 2 ** 20,
};

export type RetainedLimits = Readonly<typeof DEFAULT_RETAINED_LIMITS>;

/** How much values may grow in a room that was full when the hub started, as a fraction of it. */
const GROWTH = 1 / 16;

/**
 * A message of this size or less, bytes, may replace another whatever its owner holds: `offline` replaces `online`, `10` replaces `9`. The
 * message counts, not its growth, so that many small steps do not add up.
 */
const SMALL_BYTES = 1_024;

/** A message that asks for room. */
interface Request {
  /** Its size without the levels of its topic, bytes. */
  readonly size: number;
  /** How many more bytes it takes than the message that it replaces. */
  readonly added: number;
  /** Whether its topic has no retained message yet. */
  readonly isNew: boolean;
}

/** The share of one owner in a room. */
export interface Holder {
  readonly room: RetainedRoom;
  /** `undefined` for messages without an owner, which are never refused for their share. */
  readonly owner: string | undefined;
  messages: number;
  bytes: number;
}

/** Room for retained messages that several owners share. */
export class RetainedRoom {
  messages = 0;
  bytes = 0;
  readonly #limits: RetainedLimits;
  /** The most bytes in the room after one value has replaced another. */
  #ceiling: number;
  /** The share of each owner that holds anything. */
  readonly #holders = new Map<string | undefined, Holder>();

  constructor(limits: RetainedLimits) {
    this.#limits = limits;
    this.#ceiling = limits.retainedBytes;
  }

  holder(owner: string | undefined): Holder {
    return this.#holders.get(owner) ?? { room: this, owner, messages: 0, bytes: 0 };
  }

  /** Whether there is room for a message, and its owner may take it. */
  fits({ owner, messages, bytes }: Holder, { size, added, isNew }: Request): boolean {
    if (!isNew && added <= 0) return true;
    const freeBytes = (isNew ? this.#limits.retainedBytes : this.#ceiling) - this.bytes;
    const freeMessages = isNew ? this.#limits.retainedMessages - this.messages : Infinity;
    if (added > freeBytes || freeMessages < 1) return false;
    if (owner === undefined || (!isNew && size <= SMALL_BYTES)) return true;
    const isSole = this.#isSole(owner);
    return isFair(bytes, freeBytes, isSole) && isFair(messages, freeMessages, isSole);
  }

  /** Counts messages that a holder has retained; fewer if negative. */
  count(holder: Holder, messages: number, bytes: number): void {
    holder.messages += messages;
    holder.bytes += bytes;
    this.messages += messages;
    this.bytes += bytes;
    if (holder.messages === 0) this.#holders.delete(holder.owner);
    else if (holder.messages === messages) this.#holders.set(holder.owner, holder);
  }

  /** Keeps the present messages, which may still be replaced, even if the limits are lower. New topics wait until there is room. */
  acceptPresent(): void {
    this.#ceiling = Math.max(this.#ceiling, this.bytes * (1 + GROWTH));
  }

  describeRefusal(topic: string): string {
    const { retainedMessages, retainedBytes } = this.#limits;
    const limit = `at most ${retainedMessages} topics and ${retainedBytes} bytes are retained`;
    return `no room to retain ${topic}: ${limit}, and some of that is for those who hold less than you`;
  }

  /**
   * Whether this owner can shut out nobody. Below the limits new owners may come, and need some room. Above them, as after a restart under
   * lower limits, no topic can be added, so that only owners who hold something count.
   */
  #isSole(owner: string): boolean {
    const others =
      this.#holders.size - Number(this.#holders.has(owner)) - Number(this.#holders.has(undefined));
    return others === 0 && this.bytes > this.#limits.retainedBytes;
  }
}
