/** What clients may have retained. Every limit is finite. */
export interface RetainedLimits {
  /** Topics that may have a retained message. */
  readonly retainedMessages: number;
  /** What the retained messages and the levels of their topics may take in memory, bytes. */
  readonly retainedBytes: number;
}

export const DEFAULT_RETAINED_LIMITS: RetainedLimits = {
  retainedMessages: 100_000,
  retainedBytes: 256 * 2 ** 20,
};

/** An owner may hold this many times what is still free, so that there is always something left for others. */
const FAIR_FACTOR = 8;

/** By how much values may grow in a room that was full when the hub started, as a part of it. */
const GROWTH = 1 / 16;

/** What one owner has retained in a room. Messages of unknown owners belong to a holder that is never refused for its share. */
export class Holder {
  readonly room: RetainedRoom;
  readonly #owner: string | undefined;
  #messages = 0;
  #bytes = 0;

  constructor(room: RetainedRoom, owner: string | undefined) {
    this.room = room;
    this.#owner = owner;
  }

  /**
   * Whether this owner may retain so many more bytes, on a topic that is new or not. Beside the limits each owner may hold at most
   * `FAIR_FACTOR` times what is free (Choudhury and Hahne's dynamic thresholds): whoever holds much is refused before whoever holds little.
   */
  fits(bytes: number, isNew: boolean): boolean {
    if (!isNew && bytes <= 0) return true;
    const freeBytes = this.room.freeBytes(isNew);
    const freeMessages = isNew ? this.room.freeMessages : Infinity;
    if (bytes > freeBytes || freeMessages < 1) return false;
    if (this.#owner === undefined) return true;
    return this.#bytes <= freeBytes * FAIR_FACTOR && this.#messages <= freeMessages * FAIR_FACTOR;
  }

  add(bytes: number): void {
    this.#count(1, bytes);
  }

  remove(bytes: number): void {
    this.#count(-1, -bytes);
  }

  describeRefusal(topic: string): string {
    const { retainedMessages, retainedBytes } = this.room.limits;
    const limit = `at most ${retainedMessages} topics and ${retainedBytes} bytes are retained`;
    return `no room to retain ${topic}: ${limit}, and some of that is for those who hold less than you`;
  }

  #count(messages: number, bytes: number): void {
    this.#messages += messages;
    this.#bytes += bytes;
    this.room.count(messages, bytes);
    if (this.#owner !== undefined) this.room.keep(this.#owner, this, this.#messages > 0);
  }
}

/** Room for retained messages that several owners share. */
export class RetainedRoom {
  readonly limits: RetainedLimits;
  messages = 0;
  bytes = 0;
  #ceiling: number;
  readonly #unowned = new Holder(this, undefined);
  readonly #holders = new Map<string, Holder>();

  constructor(limits: RetainedLimits) {
    this.limits = limits;
    this.#ceiling = limits.retainedBytes;
  }

  get freeMessages(): number {
    return this.limits.retainedMessages - this.messages;
  }

  /** A value on a topic that is retained already may use what the ceiling allows. */
  freeBytes(isNew: boolean): number {
    return (isNew ? this.limits.retainedBytes : this.#ceiling) - this.bytes;
  }

  /** Lets what is there now stay and be replaced, even if the limits are lower. New topics have to wait until there is room. */
  acceptPresent(): void {
    this.#ceiling = Math.max(this.#ceiling, this.bytes * (1 + GROWTH));
  }

  holder(owner: string | undefined): Holder {
    if (owner === undefined) return this.#unowned;
    return this.#holders.get(owner) ?? new Holder(this, owner);
  }

  count(messages: number, bytes: number): void {
    this.messages += messages;
    this.bytes += bytes;
  }

  /** Remembers a holder for as long as it holds anything. */
  keep(owner: string, holder: Holder, isHolding: boolean): void {
    if (isHolding) this.#holders.set(owner, holder);
    else this.#holders.delete(owner);
  }
}
