import { HubError, quote } from './error.ts';
import { type Journal, NO_JOURNAL } from './journal.ts';
import type { Message } from './message.ts';
import { countLevels } from './topic.ts';

/** What may be retained. Every limit is finite. */
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

interface RetainedOptions {
  /** The present time in milliseconds, against which messages expire. */
  readonly now: () => number;
  readonly limits?: Partial<RetainedLimits>;
  /** Told of all changes. Default: nothing is kept. */
  readonly journal?: Journal;
}

/** What a level of the tree takes in memory, bytes: charged for each level of a topic, as if it shared none. */
const LEVEL_BYTES = 200;

/** The path to all levels, those included that begin with $. */
const EVERYTHING: readonly string[] = ['#'];

class Level {
  message: Message | undefined;
  /** Counts up with every message that is stored, and so tells which were there at a certain moment. */
  storedAs = 0;
  children: Map<string, Level> | undefined;
}

/** The last retained message of each topic, found by filter without looking at topics that do not match. */
export class RetainedMessages {
  readonly #root = new Level();
  readonly #now: () => number;
  readonly #limits: RetainedLimits;
  readonly #journal: Journal;
  #size = 0;
  #bytes = 0;
  #storedCount = 0;
  /** No message expires before this. */
  #earliestExpiry = Number.POSITIVE_INFINITY;

  constructor({ now, limits = {}, journal = NO_JOURNAL }: RetainedOptions) {
    this.#now = now;
    this.#journal = journal;
    this.#limits = { ...DEFAULT_RETAINED_LIMITS, ...limits };
  }

  /** How many topics have a retained message, those included that have expired unseen. */
  get size(): number {
    return this.#size;
  }

  /** What they take in memory, bytes, roughly. */
  get bytes(): number {
    return this.#bytes;
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
   * Keeps a message as its topic's last, or forgets the topic where the payload is empty. [MQTT-3.3.1-5], [MQTT-3.3.1-6]
   * Throws `limit/exceeded` where there is no room; the topic then keeps what it has.
   */
  store(message: Message): void {
    if (message.isEmpty) {
      this.delete(message.topic);
      return;
    }
    this.#makeRoom(message);
    this.#set(message);
    this.#journal.retain(message);
  }

  /** Takes up again what was retained before, without telling and without asking for room. */
  restore(messages: Iterable<Message>): void {
    for (const message of messages) this.#set(message);
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
    this.#bytes -= cost(last.message);
    last.message = undefined;
    this.#size--;
    prune(way, names);
    this.#journal.forget(topic);
  }

  /**
   * The messages whose topics match a filter's path: those that are retained at the time of the call, and still are when their turn
   * comes. Found one by one as they are asked for, so that waiting to go on costs nothing.
   */
  match(path: string): Iterable<Message> {
    return withoutNothing(this.scan(path));
  }

  /**
   * As `match`, step by step: `undefined` for every level that is visited and has nothing to tell, so that a search that finds nothing
   * for long can be interrupted. A step costs the same, however large the tree is.
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

  #find(topic: string): Level | undefined {
    let level: Level | undefined = this.#root;
    for (const name of topic.split('/')) level = level?.children?.get(name);
    return level;
  }

  #set(message: Message): void {
    const level = this.#find(message.topic) ?? this.#addLevels(message.topic);
    if (level.message) this.#bytes -= cost(level.message);
    else this.#size++;
    this.#bytes += cost(message);
    level.message = message;
    level.storedAs = ++this.#storedCount;
    this.#earliestExpiry = Math.min(this.#earliestExpiry, message.expiresAt ?? Number.POSITIVE_INFINITY);
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

  #hasRoom(message: Message): boolean {
    const before = this.#find(message.topic)?.message;
    const size = this.#size + (before ? 0 : 1);
    const bytes = this.#bytes + cost(message) - (before ? cost(before) : 0);
    return size <= this.#limits.retainedMessages && bytes <= this.#limits.retainedBytes;
  }

  #makeRoom(message: Message): void {
    if (this.#hasRoom(message)) return;
    this.#forgetExpired();
    if (this.#hasRoom(message)) return;
    const { retainedMessages, retainedBytes } = this.#limits;
    throw new HubError(
      'limit/exceeded',
      `no room to retain ${quote(message.topic)}: at most ${retainedMessages} topics and ${retainedBytes} bytes are retained`,
    );
  }

  /** Looks at all messages, but only when one at least may have expired. */
  #forgetExpired(): void {
    const now = this.#now();
    if (now < this.#earliestExpiry) return;
    let earliest = Number.POSITIVE_INFINITY;
    for (const level of visit(this.#root, EVERYTHING)) {
      const message = level?.message;
      if (!message) continue;
      if (message.isExpiredAt(now)) this.delete(message.topic);
      else earliest = Math.min(earliest, message.expiresAt ?? earliest);
    }
    this.#earliestExpiry = earliest;
  }
}

function cost(message: Message): number {
  return message.size + countLevels(message.topic) * LEVEL_BYTES;
}

/** Takes away the levels that hold nothing any more, from the last one up. */
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
  const hidesSystem = names !== EVERYTHING && (names[0] === '+' || names[0] === '#');
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
