import { HubError, quote } from '../core/error.ts';
import type { TopicFilter } from '../core/filter.ts';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import { isFair } from '../core/retained-room.ts';
import { wildcardNodesOf } from '../core/subscription-tree.ts';
import { countLevels } from '../core/topic.ts';
import type { SessionCounters } from './context.ts';
import type { SessionLimits } from './limits.ts';

/** The room that one or more sessions take from the room that all owners share. It starts at zero. */
const NOTHING = {
  sessions: 0,
  /** Memory without messages, bytes. */
  bytes: 0,
  /** Memory of messages that are queued or in flight, bytes. */
  messageBytes: 0,
  /** Nodes of the subscription tree that count against `wildcardNodes`, once per subscription. */
  wildcardNodes: 0,
};

type Usage = typeof NOTHING;

interface Share extends Usage {
  readonly owner: string;
}

/** Counts what each owner uses, so that owners with much do not exclude owners with little. */
export class Shares {
  readonly limits: SessionLimits;
  readonly counters: SessionCounters;
  readonly #makeRoom: (owner: string, bytes: number) => boolean;
  readonly #shares = new Map<string, Share>();

  /** `makeRoom` makes owners with more than this one give up this many bytes; returns whether that was possible. */
  constructor(
    limits: SessionLimits,
    counters: SessionCounters,
    makeRoom: (owner: string, bytes: number) => boolean,
  ) {
    this.limits = limits;
    this.counters = counters;
    this.#makeRoom = makeRoom;
  }

  add(owner: string, usage: Usage): Share {
    const share = this.#shares.get(owner) ?? { owner, ...NOTHING };
    this.#shares.set(owner, share);
    change(share, usage, 1);
    return share;
  }

  remove(share: Share, usage: Usage): void {
    change(share, usage, -1);
    if (share.sessions === 0) this.#shares.delete(share.owner);
  }

  /** Whether an owner that uses this much may take some of the free room. */
  isFair(used: number, free: number): boolean {
    return isFair(used, free, this.#shares.size < 2);
  }

  /** The share of the owner with the most, if that is more than `owner` would have with this much more. */
  greedierThan(owner: string, what: 'sessions' | 'bytes', more: number): Share | undefined {
    const has = (this.#shares.get(owner)?.[what] ?? 0) + more;
    let most: Share | undefined;
    for (const share of this.#shares.values()) {
      if (share.owner !== owner && share[what] > Math.max(has, most?.[what] ?? 0)) most = share;
    }
    return most;
  }

  /** Makes room for bytes in a session that uses this much. Throws `limit/exceeded`, which names what has no room. */
  ensureRoom(bytes: number, what: string, { owner, used }: { owner: string; used: number }): void {
    const { sessionBytes: most, totalSessionBytes } = this.limits;
    if (used + bytes > most) throw noRoom(what, `a session may take ${most} bytes`);
    const excess = this.counters.sessionBytes + bytes - totalSessionBytes;
    if (excess <= 0 || this.#makeRoom(owner, excess)) return;
    throw noRoom(what, `all sessions together may take ${totalSessionBytes} bytes`);
  }
}

function change(share: Share, usage: Usage, sign: 1 | -1): void {
  share.sessions += sign * usage.sessions;
  share.bytes += sign * usage.bytes;
  share.messageBytes += sign * usage.messageBytes;
  share.wildcardNodes += sign * usage.wildcardNodes;
}

/** A message of at most this size, bytes, always goes to a client with nothing in flight: others cannot stop it by filling all queues. */
const ALWAYS_SENT_BYTES = 16 * 2 ** 10;

/** The room that one session uses: its identifier, will, subscriptions and messages, counted against its own, its owner's and the hub's limits. */
export class SessionAccount {
  readonly #usage: Usage = { ...NOTHING, sessions: 1 };
  readonly #shares: Shares;
  readonly #limits: SessionLimits;
  readonly #counters: SessionCounters;
  #share: Share;
  #queuedMessages = 0;
  #queuedBytes = 0;

  /** `bytes`: the room that the session uses from the beginning; it counts even if there is none left. */
  constructor(owner: string, shares: Shares, bytes: number) {
    this.#shares = shares;
    this.#limits = shares.limits;
    this.#counters = shares.counters;
    this.#share = shares.add(owner, this.#usage);
    this.count(bytes);
  }

  get owner(): string {
    return this.#share.owner;
  }

  hasRoomInQueue({ size }: Message): boolean {
    return (
      this.#queuedMessages < this.#limits.queuedMessages &&
      this.#queuedBytes + size <= this.#limits.queuedBytes &&
      this.#hasRoomForAll(size)
    );
  }

  /** Whether a message may be sent to a connected client that has this many in flight. */
  hasRoomInFlight({ size }: Message, inFlight: number): boolean {
    return (inFlight === 0 && size <= ALWAYS_SENT_BYTES) || this.#hasRoomForAll(size);
  }

  #hasRoomForAll(size: number): boolean {
    const { queuedBytes, inFlightBytes } = this.#counters;
    const free = this.#limits.totalQueuedBytes - queuedBytes - inFlightBytes;
    return size <= free && this.#shares.isFair(this.#share.messageBytes, free);
  }

  /** Counts a message in flight, or with -1 its end. */
  countInFlight({ size }: Message, sign: 1 | -1): void {
    const bytes = sign * size;
    this.#counters.inFlightBytes += bytes;
    this.#countMessageBytes(bytes);
  }

  /** Counts a queued message, or with -1 its end. */
  countQueued({ size }: Message, messages: 1 | -1): void {
    const bytes = messages * size;
    this.#queuedMessages += messages;
    this.#queuedBytes += bytes;
    this.#counters.queuedMessages += messages;
    this.#counters.queuedBytes += bytes;
    this.#countMessageBytes(bytes);
  }

  #countMessageBytes(bytes: number): void {
    this.#usage.messageBytes += bytes;
    this.#share.messageBytes += bytes;
  }

  /** Counts a subscription, if there is room for it and for what it may add to the cost of a match. Throws `limit/exceeded`. */
  takeFilter(filter: TopicFilter, tree: Pick<Hub, 'wildcardNodes' | 'newWildcardNodes'>): void {
    const { wildcardLevels, wildcardNodes } = this.#limits;
    const what = quote(filter.filter);
    if (countWildcards(filter.path) > wildcardLevels) {
      throw noRoom(what, `a filter may have ${wildcardLevels} "+" (wildcardLevels)`);
    }
    const added = tree.newWildcardNodes(filter);
    const free = wildcardNodes - tree.wildcardNodes;
    if (added > 0 && !(added <= free && this.#shares.isFair(this.#share.wildcardNodes, free))) {
      throw noRoom(what, `levels from the third "+" on are limited to ${wildcardNodes} (wildcardNodes)`);
    }
    const used = { owner: this.owner, used: this.#usage.bytes };
    this.#shares.ensureRoom(subscriptionBytes(filter.filter), what, used);
    this.countFilter(filter, 1);
  }

  /** Counts a subscription, or with -1 its end, even if there is no room. */
  countFilter({ filter, path }: TopicFilter, sign: 1 | -1): void {
    const nodes = sign * wildcardNodesOf(path);
    this.#usage.wildcardNodes += nodes;
    this.#share.wildcardNodes += nodes;
    this.count(sign * subscriptionBytes(filter));
  }

  /** Counts bytes, even if there is no room; negative to subtract. */
  count(bytes: number): void {
    this.#usage.bytes += bytes;
    this.#share.bytes += bytes;
    this.#counters.sessionBytes += bytes;
  }

  moveTo(owner: string): void {
    if (owner === this.owner) return;
    const share = this.#shares.add(owner, this.#usage);
    this.#shares.remove(this.#share, this.#usage);
    this.#share = share;
  }

  close(): void {
    this.count(-this.#usage.bytes);
    this.#shares.remove(this.#share, this.#usage);
  }
}

function noRoom(what: string, limit: string): HubError {
  return new HubError('limit/exceeded', `no room for ${what}: ${limit}`);
}

/** Memory of a session without its contents, bytes. */
const SESSION_BYTES = 1_000;
/** Memory of a subscription without its filter, in its session and in the tree, bytes. */
const SUBSCRIPTION_BYTES = 250;
/** Memory of a tree node, bytes. */
const LEVEL_BYTES = 100;
/** Bytes of a UTF-16 unit. */
const UNIT_BYTES = 2;

/** Memory of an empty session, bytes. */
export function sessionBytes(clientIdentifier: string): number {
  return SESSION_BYTES + clientIdentifier.length * UNIT_BYTES;
}

function subscriptionBytes(filter: string): number {
  return SUBSCRIPTION_BYTES + filter.length * UNIT_BYTES + countLevels(filter) * LEVEL_BYTES;
}

function countWildcards(path: string): number {
  return path.split('/').filter((level) => level === '+').length;
}
