import { HubError, quote } from './error.ts';
import { type Expiring, ExpiryHeap } from './expiry-heap.ts';
import { type Journal, NO_JOURNAL } from './journal.ts';
import type { Message } from './message.ts';
import { DEFAULT_RETAINED_LIMITS, type Holder, type RetainedLimits, RetainedRoom } from './retained-room.ts';
import { isReservedTopic } from './rights.ts';
import { HUB_ITSELF, type Publisher } from './subscription.ts';
import { countLevels } from './topic.ts';

interface RetainedOptions {
  /** The hub's clock, milliseconds. */
  readonly now: () => number;
  readonly limits?: Partial<RetainedLimits>;
  /** Told of all changes. Default: nobody. */
  readonly journal?: Journal;
}

/** What a level of the tree takes in memory, bytes: charged for each level of a topic, as if it shared none. */
const LEVEL_BYTES = 200;

class Level implements Expiring {
  message: Message | undefined;
  holder: Holder | undefined;
  /** Counts up with every message that is stored, so that a search leaves out those that came after it began. */
  storedAs = 0;
  heapIndex = -1;
  children: Map<string, Level> | undefined;

  get expiresAt(): number {
    return this.message?.expiresAt ?? Number.POSITIVE_INFINITY;
  }
}

/**
 * The last retained message of each topic, found by filter without looking at topics that do not match. Clients share the room that the
 * limits give; what the hub itself publishes has a room of its own, and reserved topics (`$SYS`) need none.
 */
export class RetainedMessages {
  readonly #root = new Level();
  readonly #expiring = new ExpiryHeap<Level>();
  readonly #now: () => number;
  readonly #journal: Journal;
  readonly #clients: RetainedRoom;
  readonly #own = new RetainedRoom(DEFAULT_RETAINED_LIMITS);
  readonly #reserved = new RetainedRoom({ retainedMessages: Infinity, retainedBytes: Infinity });
  #storedCount = 0;

  constructor({ now, limits = {}, journal = NO_JOURNAL }: RetainedOptions) {
    this.#now = now;
    this.#journal = journal;
    this.#clients = new RetainedRoom({ ...DEFAULT_RETAINED_LIMITS, ...limits });
  }

  /** How many topics have a retained message, expired ones that nobody came across included. */
  get size(): number {
    return this.#clients.messages + this.#own.messages + this.#reserved.messages;
  }

  /** What they take in memory, bytes, roughly. */
  get bytes(): number {
    return this.#clients.bytes + this.#own.bytes + this.#reserved.bytes;
  }

  /** Whether nothing is held, not even a level of a topic. */
  get isEmpty(): boolean {
    return (this.#root.children?.size ?? 0) === 0;
  }

  /** A topic's retained message, if it has one that has not expired. */
  get(topic: string): Message | undefined {
    const message = this.#find(topic)?.message;
    if (!message?.isExpiredAt(this.#now())) return message;
    this.delete(topic);
    return undefined;
  }

  /**
   * Keeps a message as its topic's last, or forgets the topic if the payload is empty. [MQTT-3.3.1-5], [MQTT-3.3.1-6]
   * Throws `limit/exceeded` if there is no room for what this owner has retained; the topic then keeps what it has.
   */
  store(message: Message, owner?: Publisher['owner']): void {
    if (message.isEmpty) {
      this.delete(message.topic);
      return;
    }
    const holder = this.#holderOf(message.topic, owner);
    this.#makeRoom(message, holder);
    this.#set(message, holder);
    this.#journal.retain(message);
  }

  /** Takes back what was retained before the hub ended, whatever the limits are now. The journal knows it already. */
  restore(messages: Iterable<Message>): void {
    for (const message of messages) this.#set(message, this.#holderOf(message.topic, undefined));
    this.#clients.acceptPresent();
  }

  delete(topic: string): void {
    const names = topic.split('/');
    const way = [this.#root];
    for (const name of names) {
      const next = way[way.length - 1]?.children?.get(name);
      if (!next) return;
      way.push(next);
    }
    const last = way[way.length - 1];
    if (!last?.message) return;
    last.holder?.remove(cost(last.message));
    this.#expiring.remove(last);
    last.message = undefined;
    last.holder = undefined;
    prune(way, names);
    this.#journal.forget(topic);
  }

  /**
   * The messages that a filter's path matches, as they are when the iteration begins, but for those replaced or expired meanwhile. Changes
   * during the iteration are allowed.
   */
  match(path: string): Iterable<Message> {
    return withoutNothing(this.scan(path));
  }

  /**
   * As `match`, step by step: `undefined` for every level visited without a message to report, so that a long search can be interrupted. A
   * step costs the same however large the tree is.
   */
  scan(path: string): Iterable<Message | undefined> {
    return this.#scan(path.split('/'), this.#storedCount);
  }

  *#scan(names: readonly string[], until: number): Generator<Message | undefined> {
    for (const level of visit(this.#root, names)) {
      const message = level && level.storedAs <= until ? level.message : undefined;
      if (!message?.isExpiredAt(this.#now())) yield message;
      else {
        this.delete(message.topic);
        yield undefined;
      }
    }
  }

  #holderOf(topic: string, owner: Publisher['owner']): Holder {
    if (isReservedTopic(topic)) return this.#reserved.holder('');
    return owner === HUB_ITSELF ? this.#own.holder('') : this.#clients.holder(owner);
  }

  #find(topic: string): Level | undefined {
    let level: Level | undefined = this.#root;
    for (const name of topic.split('/')) level = level?.children?.get(name);
    return level;
  }

  #set(message: Message, holder: Holder): void {
    const level = this.#find(message.topic) ?? this.#addLevels(message.topic);
    this.#expiring.remove(level);
    if (level.message) level.holder?.remove(cost(level.message));
    holder.add(cost(message));
    level.message = message;
    level.holder = holder;
    level.storedAs = ++this.#storedCount;
    if (message.expiresAt !== undefined) this.#expiring.add(level);
  }

  #addLevels(topic: string): Level {
    let level = this.#root;
    for (const name of topic.split('/')) {
      level.children ??= new Map();
      let next = level.children.get(name);
      if (!next) {
        next = new Level();
        level.children.set(name, next);
      }
      level = next;
    }
    return level;
  }

  /** Forgets messages that have expired, as far as needed. */
  #makeRoom(message: Message, holder: Holder): void {
    while (!this.#fits(message, holder)) {
      const expired = this.#expiring.expiredAt(this.#now())?.message;
      if (!expired) throw new HubError('limit/exceeded', holder.describeRefusal(quote(message.topic)));
      this.delete(expired.topic);
    }
  }

  #fits(message: Message, holder: Holder): boolean {
    const level = this.#find(message.topic);
    const replaced = level?.holder?.room === holder.room ? level.message : undefined;
    const added = cost(message) - (replaced ? cost(replaced) : 0);
    return holder.fits({ size: message.size, added, isNew: !replaced });
  }
}

function cost(message: Message): number {
  return message.size + countLevels(message.topic) * LEVEL_BYTES;
}

/** Removes the levels that hold nothing, from the last one up. */
function prune(way: readonly Level[], names: readonly string[]): void {
  for (let depth = names.length; depth > 0; depth--) {
    const level = way[depth];
    if (!level || level.message || (level.children?.size ?? 0) > 0) return;
    way[depth - 1]?.children?.delete(names[depth - 1] ?? '');
  }
}

function* withoutNothing<T>(found: Iterable<T | undefined>): Generator<T> {
  for (const one of found) if (one !== undefined) yield one;
}

/** Levels by name, those below a level that are still to be visited. */
type Branch = Iterator<readonly [name: string, level: Level]>;

const NO_BRANCH: readonly [string, Level][] = [];

/**
 * Visits the levels that a path leads to and those on the way, one after the other: yields a level where the path ends, `undefined` for
 * all others. `#` also means the level that it follows: "sport/#" finds "sport".
 */
function* visit(root: Level, names: readonly string[]): Generator<Level | undefined> {
  const isDeep = names[names.length - 1] === '#';
  const end = isDeep ? names.length - 1 : names.length;
  // [MQTT-4.7.2-1]: a leading wildcard does not find topics that begin with $.
  const hidesSystem = names[0] === '+' || names[0] === '#';
  const way: Branch[] = [[['', root] as const].values()];
  for (let branch = way[0]; branch; branch = way[way.length - 1]) {
    const { done, value } = branch.next();
    if (done) {
      way.pop();
      continue;
    }
    const [name, level] = value;
    const depth = way.length - 1;
    if (depth === 1 && hidesSystem && name.startsWith('$')) {
      yield undefined;
      continue;
    }
    yield depth < end ? undefined : level;
    if (level.children && (depth < end || isDeep)) way.push(branchOf(level.children, names[depth]));
  }
}

/** The children that a path's name means; beyond the path's end, all. */
function branchOf(children: ReadonlyMap<string, Level>, name = '#'): Branch {
  if (name === '+' || name === '#') return children.entries();
  const child = children.get(name);
  return (child ? [[name, child] as const] : NO_BRANCH).values();
}
