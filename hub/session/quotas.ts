import { HubError, quote } from '../core/error.ts';
import { isFair } from '../core/fairness.ts';
import type { TopicFilter } from '../core/filter.ts';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import { wildcardNodesOf } from '../core/subscription-tree.ts';
import { countLevels } from '../core/topic.ts';
import type { SessionCounters, SessionLimits } from './limits.ts';

/** What the sessions of one owner take of what all owners share. */
export interface Share {
  readonly owner: string;
  sessions: number;
  /** Without messages. */
  bytes: number;
  /** Messages that wait, or are in flight. */
  messageBytes: number;
  /** Nodes of the subscription tree that count against `wildcardNodes`, once for each subscription. */
  wildcardNodes: number;
}

export type Shared = 'sessions' | 'bytes';

const NOTHING = { sessions: 0, bytes: 0, messageBytes: 0, wildcardNodes: 0 };

/** How much each owner has, so that those who have much do not keep out those who have little. */
export class Shares {
  readonly #shares = new Map<string, Share>();

  /** An owner's share, to be given back with `release`. */
  claim(owner: string): Share {
    const share = this.#shares.get(owner) ?? { owner, ...NOTHING };
    this.#shares.set(owner, share);
    share.sessions++;
    return share;
  }

  release(share: Share): void {
    share.sessions--;
    if (share.sessions === 0) this.#shares.delete(share.owner);
  }

  /** Whether an owner who holds so much may take some of what is free. */
  isFair(held: number, free: number): boolean {
    return isFair(held, free, this.#shares.size < 2);
  }

  /** The owner who has most, if that is more than `owner` would have with so much more. */
  greedierThan(owner: string, what: Shared, more: number): Share | undefined {
    const has = (this.#shares.get(owner)?.[what] ?? 0) + more;
    let most: Share | undefined;
    for (const share of this.#shares.values()) {
      if (share.owner !== owner && share[what] > Math.max(has, most?.[what] ?? 0)) most = share;
    }
    return most;
  }
}

/**
 * A message of this size or less, bytes, always goes to a client that is there and has nothing in flight. So nobody can stop the values of
 * others by filling all queues. All sessions together can exceed `totalQueuedBytes` by one such message each.
 */
const ALWAYS_SENT_BYTES = 16 * 2 ** 10;

/** What a queue needs of its session's account. */
type MessageAccount = Pick<SessionAccount, 'countMessages' | 'mayHoldMessages'>;

/** Counts the messages that wait for one client or are in flight to it: against its own limits, its owner's share and the hub's limits. */
export class QueueAccount {
  #messages = 0;
  #bytes = 0;
  readonly #limits: SessionLimits;
  readonly #counters: SessionCounters;
  readonly #account: MessageAccount;

  constructor(limits: SessionLimits, counters: SessionCounters, account: MessageAccount) {
    this.#limits = limits;
    this.#counters = counters;
    this.#account = account;
  }

  hasRoomFor({ size }: Message): boolean {
    return (
      this.#messages < this.#limits.queuedMessages &&
      this.#bytes + size <= this.#limits.queuedBytes &&
      this.#hasRoomForAll(size)
    );
  }

  /** Whether a message may be sent to a client that is there, and has so many in flight. */
  hasRoomInFlightFor({ size }: Message, inFlight: number): boolean {
    return (inFlight === 0 && size <= ALWAYS_SENT_BYTES) || this.#hasRoomForAll(size);
  }

  /** A message is in flight now. */
  beginFlight({ size }: Message): void {
    this.#counters.inFlightBytes += size;
    this.#account.countMessages(size);
  }

  endFlight({ size }: Message): void {
    this.#counters.inFlightBytes -= size;
    this.#account.countMessages(-size);
  }

  #hasRoomForAll(size: number): boolean {
    const { queuedBytes, inFlightBytes } = this.#counters;
    const free = this.#limits.totalQueuedBytes - queuedBytes - inFlightBytes;
    return size <= free && this.#account.mayHoldMessages(free);
  }

  add(message: Message): void {
    this.#count(1, message.size);
  }

  remove(message: Message): void {
    this.#count(-1, -message.size);
  }

  #count(messages: number, bytes: number): void {
    this.#messages += messages;
    this.#bytes += bytes;
    this.#counters.queuedMessages += messages;
    this.#counters.queuedBytes += bytes;
    this.#account.countMessages(bytes);
  }
}

/** What all accounts share. */
export interface SessionAccounting {
  readonly limits: Pick<
    SessionLimits,
    'sessionBytes' | 'totalSessionBytes' | 'wildcardLevels' | 'wildcardNodes'
  >;
  readonly counters: SessionCounters;
  readonly shares: Shares;
  /** Makes an owner who has more than this one give up so many bytes; returns whether that was possible. */
  readonly makeRoom: (owner: string, bytes: number) => boolean;
}

/** What a session takes of its owner's share: its identifier, its will, its subscriptions and, counted apart, its messages. */
export class SessionAccount {
  #bytes = 0;
  #messageBytes = 0;
  #wildcardNodes = 0;
  #share: Share;
  readonly #accounting: SessionAccounting;

  constructor(owner: string, accounting: SessionAccounting) {
    this.#accounting = accounting;
    this.#share = accounting.shares.claim(owner);
  }

  get owner(): string {
    return this.#share.owner;
  }

  /** Counts a subscription, if there is room for it and for what it may add to the cost of a match. Throws `limit/exceeded`. */
  takeFilter(filter: TopicFilter, tree: Pick<Hub, 'wildcardNodes' | 'newWildcardNodes'>): void {
    const { limits, shares } = this.#accounting;
    const what = quote(filter.filter);
    if (countWildcards(filter.path) > limits.wildcardLevels) {
      throw noRoom(what, `a filter may have ${limits.wildcardLevels} "+" (wildcardLevels)`);
    }
    const added = tree.newWildcardNodes(filter);
    const free = limits.wildcardNodes - tree.wildcardNodes;
    if (added > 0 && !(added <= free && shares.isFair(this.#share.wildcardNodes, free))) {
      throw noRoom(
        what,
        `levels from the third "+" on are limited to ${limits.wildcardNodes} (wildcardNodes)`,
      );
    }
    this.take(subscriptionBytes(filter.filter), what);
    this.#countWildcardNodes(wildcardNodesOf(filter.path));
  }

  /** Counts a subscription that was there before. */
  restoreFilter({ filter, path }: TopicFilter): void {
    this.restore(subscriptionBytes(filter));
    this.#countWildcardNodes(wildcardNodesOf(path));
  }

  freeFilter({ filter, path }: TopicFilter): void {
    this.free(subscriptionBytes(filter));
    this.#countWildcardNodes(-wildcardNodesOf(path));
  }

  #countWildcardNodes(nodes: number): void {
    this.#wildcardNodes += nodes;
    this.#share.wildcardNodes += nodes;
  }

  /** Whether the owner may hold more messages while so many bytes are free for those of all. */
  mayHoldMessages(freeBytes: number): boolean {
    return this.#accounting.shares.isFair(this.#share.messageBytes, freeBytes);
  }

  /** Counts bytes of messages that wait or are in flight, or are gone if negative. */
  countMessages(bytes: number): void {
    this.#messageBytes += bytes;
    this.#share.messageBytes += bytes;
  }

  /** Counts bytes if there is room. Throws `limit/exceeded`, which names what has no room. */
  take(bytes: number, what: string): void {
    const { limits } = this.#accounting;
    if (this.#bytes + bytes > limits.sessionBytes) {
      throw noRoom(what, `a session may take ${limits.sessionBytes} bytes`);
    }
    ensureRoom(bytes, what, this.#share.owner, this.#accounting);
    this.restore(bytes);
  }

  /** Counts bytes that were there before. */
  restore(bytes: number): void {
    this.#bytes += bytes;
    this.#share.bytes += bytes;
    this.#accounting.counters.sessionBytes += bytes;
  }

  free(bytes: number): void {
    this.restore(-bytes);
  }

  /** The session belongs to another owner from now on. */
  moveTo(owner: string): void {
    if (owner === this.#share.owner) return;
    const { shares } = this.#accounting;
    const share = shares.claim(owner);
    this.#share.bytes -= this.#bytes;
    share.bytes += this.#bytes;
    this.#share.messageBytes -= this.#messageBytes;
    share.messageBytes += this.#messageBytes;
    this.#share.wildcardNodes -= this.#wildcardNodes;
    share.wildcardNodes += this.#wildcardNodes;
    shares.release(this.#share);
    this.#share = share;
  }

  /** The session is over. */
  close(): void {
    this.free(this.#bytes);
    this.#countWildcardNodes(-this.#wildcardNodes);
    this.#accounting.shares.release(this.#share);
  }
}

/** Throws `limit/exceeded`, which names what has no room. */
export function ensureRoom(
  bytes: number,
  what: string,
  owner: string,
  { limits, counters, makeRoom }: SessionAccounting,
): void {
  const excess = counters.sessionBytes + bytes - limits.totalSessionBytes;
  if (excess <= 0 || makeRoom(owner, excess)) return;
  throw noRoom(what, `all sessions together may take ${limits.totalSessionBytes} bytes`);
}

function noRoom(what: string, limit: string): HubError {
  return new HubError('limit/exceeded', `no room for ${what}: ${limit}`);
}

/** Memory of a session by itself, bytes. */
const SESSION_BYTES = 1_000;
/** Memory of a subscription beside its filter, in its session and in the tree. */
const SUBSCRIPTION_BYTES = 500;
/** Memory of a tree node. */
const LEVEL_BYTES = 100;
const BYTES_PER_UNIT = 2;

export function sessionBytes(clientIdentifier: string): number {
  return SESSION_BYTES + clientIdentifier.length * BYTES_PER_UNIT;
}

function countWildcards(path: string): number {
  return path.split('/').filter((level) => level === '+').length;
}

function subscriptionBytes(filter: string): number {
  return SUBSCRIPTION_BYTES + filter.length * BYTES_PER_UNIT + countLevels(filter) * LEVEL_BYTES;
}
