import { HubError, quote } from './error.ts';
import { type Expiring, ExpiryHeap } from './expiry-heap.ts';
import type { Message } from './message.ts';
import { type Journal, NO_JOURNAL } from './ports.ts';
import { DEFAULT_RETAINED_LIMITS, type Holder, type RetainedLimits, RetainedRoom } from './retained-room.ts';
import { isReservedTopic } from './rights.ts';
import { HUB_ITSELF, type Publisher } from './subscription.ts';
import { countLevels } from './topic.ts';

interface RetainedOptions {
  /** The hub's clock, milliseconds. */
  readonly now: () => number;
  readonly limits?: Partial<RetainedLimits>;
  /** Receives all changes. Default: nobody does. */
  readonly journal?: Journal;
}

/** Memory of a level of the tree, bytes. Each level of a topic is charged as if no other topic shared it. */
const LEVEL_BYTES = 200;

/** A node of the tree of topics. */
class Level implements Expiring {
  readonly name: string;
  readonly parent: Level | undefined;
  children: Map<string, Level> | undefined;
  message: Message | undefined;
  holder: Holder | undefined;
  /** Counts up with every message that is stored, so that a search leaves out messages that came after it began. */
  storedAs = 0;
  heapIndex = -1;

  constructor(name: string, parent?: Level) {
    this.name = name;
    this.parent = parent;
  }

  get expiresAt(): number {
    return this.message?.expiresAt ?? Number.POSITIVE_INFINITY;
  }

  /** The child of this name; makes it if there is none. */
  grow(name: string): Level {
    const known = this.children?.get(name);
    if (known) return known;
    const child = new Level(name, this);
    this.children ??= new Map();
    this.children.set(name, child);
    return child;
  }

  /** Removes the level, and those above, as far as they hold nothing. */
  prune(): void {
    if (this.message || (this.children?.size ?? 0) > 0) return;
    this.parent?.children?.delete(this.name);
    this.parent?.prune();
  }
}

/**
 * The last retained message of each topic, found by filter without looking at topics that do not match. Clients share the room that the
 * limits give; what the hub itself publishes has a room of its own, and reserved topics (`$SYS`) need none.
 */
export class RetainedMessages {
  readonly #root = new Level('');
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

  /** Memory of the messages, bytes, roughly. */
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

  /** Throws as `store` would. Changes nothing, except that it forgets expired messages. */
  checkRoom(message: Message, owner?: Publisher['owner']): void {
    if (!message.isEmpty) this.#makeRoom(message, this.#holderOf(message.topic, owner));
  }

  /** Keeps what another hub has accepted, whatever the limits are here. It is not recorded in the journal. */
  accept(message: Message): void {
    if (message.isEmpty) this.#remove(message.topic);
    else this.#set(message, this.#holderOf(message.topic, undefined));
  }

  /** Takes back what was retained before the hub ended, whatever the limits are now. The journal knows it already. */
  restore(messages: Iterable<Message>): void {
    for (const message of messages) this.#set(message, this.#holderOf(message.topic, undefined));
    this.#clients.acceptPresent();
  }

  delete(topic: string): void {
    if (this.#remove(topic)) this.#journal.forget(topic);
  }

  #remove(topic: string): boolean {
    const level = this.#find(topic);
    if (!level?.message) return false;
    this.#clear(level);
    level.prune();
    return true;
  }

  /** The messages that a filter's path matches when the iteration begins, except the ones that are replaced or expire meanwhile. Allows changes. */
  *match(path: string): Iterable<Message> {
    for (const message of this.scan(path)) if (message) yield message;
  }

  /** As `match` from now on, in steps of constant cost, to interrupt a long search: `undefined` for a level without a message to report. */
  scan(path: string): Iterable<Message | undefined> {
    return this.#scan(path.split('/'), this.#storedCount);
  }

  /**
   * The first levels that begin with `$`: no filter with a leading wildcard finds what is below them. [MQTT-4.7.2-1] In steps of constant cost:
   * `undefined` for every other first level.
   */
  *systemLevels(): Generator<string | undefined> {
    for (const name of this.#root.children?.keys() ?? []) yield name.startsWith('$') ? name : undefined;
  }

  *#scan(names: readonly string[], until: number): Generator<Message | undefined> {
    for (const level of visit(this.#root, names)) {
      const message = level && level.storedAs <= until ? level.message : undefined;
      const isExpired = message?.isExpiredAt(this.#now()) === true;
      if (isExpired) this.delete(message.topic);
      yield isExpired ? undefined : message;
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
    let level = this.#root;
    for (const name of message.topic.split('/')) level = level.grow(name);
    this.#clear(level);
    holder.room.count(holder, 1, cost(message));
    level.message = message;
    level.holder = holder;
    level.storedAs = ++this.#storedCount;
    if (message.expiresAt !== undefined) this.#expiring.add(level);
  }

  #clear(level: Level): void {
    const { message, holder } = level;
    this.#expiring.remove(level);
    if (message) holder?.room.count(holder, -1, -cost(message));
    level.message = undefined;
    level.holder = undefined;
  }

  /** Forgets messages that have expired, as far as needed. */
  #makeRoom(message: Message, holder: Holder): void {
    while (!this.#fits(message, holder)) {
      const expired = this.#expiring.expiredAt(this.#now())?.message;
      if (!expired) throw new HubError('limit/exceeded', holder.room.describeRefusal(quote(message.topic)));
      this.delete(expired.topic);
    }
  }

  #fits(message: Message, holder: Holder): boolean {
    const level = this.#find(message.topic);
    const replaced = level?.holder?.room === holder.room ? level.message : undefined;
    const added = cost(message) - (replaced ? cost(replaced) : 0);
    return holder.room.fits(holder, { size: message.size, added, isNew: !replaced });
  }
}

function cost(message: Message): number {
  return message.size + countLevels(message.topic) * LEVEL_BYTES;
}

/**
 * Visits the levels that a path leads to and those on the way, one after the other: yields a level where the path ends, `undefined` for
 * all others. `#` also means the level that it follows: "sport/#" finds "sport".
 */
function* visit(root: Level, names: readonly string[]): Generator<Level | undefined> {
  const isDeep = names[names.length - 1] === '#';
  const end = isDeep ? names.length - 1 : names.length;
  // [MQTT-4.7.2-1]: a leading wildcard does not find topics that begin with $.
  const hidesSystem = names[0] === '+' || names[0] === '#';
  /** On each level, the levels below that are still to be visited. */
  const way: Iterator<Level>[] = [[root].values()];
  for (let branch = way[0]; branch; branch = way[way.length - 1]) {
    const { done, value: level } = branch.next();
    if (done) {
      way.pop();
      continue;
    }
    const depth = way.length - 1;
    const isHidden = depth === 1 && hidesSystem && level.name.startsWith('$');
    yield isHidden || depth < end ? undefined : level;
    const goesOn = !isHidden && (depth < end || isDeep);
    if (goesOn && level.children) way.push(branchOf(level.children, names[depth]));
  }
}

/** The children that a path's name means; beyond the path's end, all. */
function branchOf(children: ReadonlyMap<string, Level>, name = '#'): Iterator<Level> {
  if (name === '+' || name === '#') return children.values();
  const child = children.get(name);
  return (child ? [child] : []).values();
}
