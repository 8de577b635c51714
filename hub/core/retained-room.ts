import { isFair } from './fairness.ts';

/** What clients may have retained. Every limit is finite. */
export interface RetainedLimits {
  /** Topics that may have a retained message. */
  readonly retainedMessages: number;
  /** Memory of the retained messages and the levels of their topics, bytes. */
  readonly retainedBytes: number;
}

export const DEFAULT_RETAINED_LIMITS: RetainedLimits = {
  retainedMessages: 100_000,
  retainedBytes: 256 * 2 ** 20,
};

/** How much values may grow in a room that was full when the hub started, as a fraction of it. */
const GROWTH = 1 / 16;

/**
 * A message of this size or less, bytes, may replace one whatever its owner holds: `offline` replaces `online`, `10` replaces `9`. The
 * message counts, not its growth, so that many small steps do not add up.
 */
const SMALL_BYTES = 1_024;

/** A message that asks for room. */
interface Wish {
  /** Its size without the levels of its topic, bytes. */
  readonly size: number;
  /** How many more bytes it takes than what it replaces. */
  readonly added: number;
  /** Whether its topic has no retained message yet. */
  readonly isNew: boolean;
}

/** What one owner has retained in a room. Messages without an owner belong to a holder that is never refused for its share. */
export class Holder {
  readonly room: RetainedRoom;
  readonly #owner: string | undefined;
  #messages = 0;
  #bytes = 0;

  constructor(room: RetainedRoom, owner: string | undefined) {
    this.room = room;
    this.#owner = owner;
  }

  /** Whether there is room for this message, and its owner may take it. */
  fits({ size, added, isNew }: Wish): boolean {
    if (!isNew && added <= 0) return true;
    const freeBytes = this.room.freeBytes(isNew);
    const freeMessages = isNew ? this.room.freeMessages : Infinity;
    if (added > freeBytes || freeMessages < 1) return false;
    if (this.#owner === undefined || (!isNew && size <= SMALL_BYTES)) return true;
    const isSole = this.room.isSole(this.#owner);
    return isFair(this.#bytes, freeBytes, isSole) && isFair(this.#messages, freeMessages, isSole);
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

  /**
   * Whether this owner can shut out nobody. Below the limits new owners may come, and need some room. Above them, as after a restart under
   * lower limits, no topic can be added, so that only owners who hold something count.
   */
  isSole(owner: string): boolean {
    const others = this.#holders.size - (this.#holders.has(owner) ? 1 : 0);
    return others === 0 && this.bytes > this.limits.retainedBytes;
  }

  /** A value may use what the ceiling allows if it replaces another. */
  freeBytes(isNew: boolean): number {
    return (isNew ? this.limits.retainedBytes : this.#ceiling) - this.bytes;
  }

  /** Lets the present messages stay and be replaced, even if the limits are lower. New topics wait until there is room. */
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

  /** Remembers a holder while it holds anything. */
  keep(owner: string, holder: Holder, isHolding: boolean): void {
    if (isHolding) this.#holders.set(owner, holder);
    else this.#holders.delete(owner);
  }
}
