import type { Message } from '../../core/message.ts';
import type { Publisher } from '../../core/subscription.ts';
import type { Room } from './room.ts';

/** A message, when it came, and who published it. */
export interface Received {
  readonly message: Message;
  /** When the message came, milliseconds of the hub's clock; `undefined` for a message that was retained before. */
  readonly at: number | undefined;
  readonly publisher: Publisher | undefined;
}

/** For every so many UTF-16 units of its length, a topic takes the room of one more level: each of its levels may keep the whole topic in memory. */
const LEVEL_LENGTH = 256;

/** A level of the topics, with the counts of all below it. */
export class TopicNode {
  readonly name: string;
  readonly parent: TopicNode | undefined;
  children: Map<string, TopicNode> | undefined;
  /** How many messages exactly this topic had. */
  own = 0;
  /** How many messages this topic and those below it had. */
  messages = 0;
  /** How many topics there are at this level and below. */
  topics = 0;
  isTopic = false;
  /** The last message, if there is room for it. */
  last: Received | undefined;
  /** Some messages directly before the last one, without a gap, the oldest first. */
  earlier: Received[] | undefined;
  /** The length of the last message. */
  lastLength = 0;
  #list: readonly TopicNode[] = [];

  constructor(name: string, parent?: TopicNode) {
    this.name = name;
    this.parent = parent;
  }

  /** The whole topic; empty for the root. */
  get topic(): string {
    return this.parent?.parent ? `${this.parent.topic}/${this.name}` : this.name;
  }

  /** The levels right below, by name. A list never changes: a new level makes a new list. */
  get list(): readonly TopicNode[] {
    if (this.#list.length === (this.children?.size ?? 0)) return this.#list;
    // The sorted part comes first, which makes sorting faster. Nothing is ever removed.
    const added = [...(this.children?.values() ?? [])].slice(this.#list.length);
    this.#list = [...this.#list, ...added].sort(byName);
    return this.#list;
  }
}

function byName(one: TopicNode, other: TopicNode): number {
  return one.name < other.name ? -1 : 1;
}

/** The index of a name in a list of levels; -1 if it is not there. */
export function indexOfName(list: readonly TopicNode[], name: string): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.name ?? '') < name) low = middle + 1;
    else high = middle;
  }
  return list[low]?.name === name ? low : -1;
}

/**
 * Counts the messages of topics, and keeps the last of each. Nothing is ever removed, so a row stays where it is. If there is no room for a
 * topic, its messages count at the levels above it that have room.
 */
export class TopicTree {
  readonly root = new TopicNode('');
  readonly #room: Room;
  /** How many messages before the last one a topic keeps. */
  readonly #mostEarlier: number;
  #nodes = 0;
  /** The room that the levels take: one for each level, and more for long topics. */
  #taken = 0;
  #bytes = 0;
  #uncounted = 0;
  #isFull = false;

  constructor(room: Room, { mostEarlier = 0 }: { readonly mostEarlier?: number } = {}) {
    this.#room = room;
    this.#mostEarlier = mostEarlier;
  }

  /** How many levels there are. */
  get size(): number {
    return this.#nodes;
  }

  /** How many messages came for topics for which there was no room. */
  get uncounted(): number {
    return this.#uncounted;
  }

  /** Whether there was no room for some topic. */
  get isFull(): boolean {
    return this.#isFull;
  }

  find(topic: string): TopicNode | undefined {
    let node: TopicNode | undefined = this.root;
    for (const name of topic.split('/')) node = node?.children?.get(name);
    return node;
  }

  /** Counts a message. */
  count(received: Received): void {
    const { node, isWhole } = this.#grow(received.message.topic);
    addMessages(node, 1);
    if (!isWhole) {
      this.#uncounted++;
      return;
    }
    node.own++;
    this.#mark(node);
    this.#keep(node, received);
  }

  /** Takes in a topic that has a message from before, unless it has had a message meanwhile. */
  recall(message: Message): void {
    const { node, isWhole } = this.#grow(message.topic);
    if (!isWhole || node.isTopic) return;
    this.#mark(node);
    this.#keep(node, { message, at: undefined, publisher: undefined });
  }

  /** Takes over what another tree knows of a topic. This tree may have counted some of those messages itself. */
  adopt(known: TopicNode): void {
    const { node, isWhole } = this.#grow(known.topic);
    if (!isWhole) return;
    addMessages(node, known.own - node.own);
    node.own = known.own;
    this.#mark(node);
    if (known.last) this.#keep(node, known.last);
  }

  /** Iterates over all topics. The tree may grow meanwhile. */
  *topics(): Generator<TopicNode> {
    const way: Iterator<TopicNode>[] = [[this.root].values()];
    for (let branch = way[0]; branch; branch = way.at(-1)) {
      const { done, value: node } = branch.next();
      if (done) {
        way.pop();
        continue;
      }
      if (node.isTopic) yield node;
      if (node.children) way.push(node.children.values());
    }
  }

  /** Gives the room of the tree back. */
  end(): void {
    this.#room.giveBack(this.#taken, this.#bytes);
    this.#nodes = 0;
    this.#taken = 0;
    this.#bytes = 0;
  }

  /** The level of a topic; if there is no room for it, the nearest level above that exists. */
  #grow(topic: string): { node: TopicNode; isWhole: boolean } {
    const names = topic.split('/');
    let node = this.root;
    let depth = 0;
    for (let next = node.children?.get(names[0] ?? ''); next; next = node.children?.get(names[depth] ?? '')) {
      node = next;
      if (++depth === names.length) return { node, isWhole: true };
    }
    const added = names.length - depth;
    const needed = added + Math.floor(topic.length / LEVEL_LENGTH);
    if (!this.#room.takeTopics(needed)) {
      this.#isFull = true;
      return { node, isWhole: false };
    }
    this.#taken += needed;
    this.#nodes += added;
    for (const name of names.slice(depth)) node = addChild(node, name);
    return { node, isWhole: true };
  }

  #mark(node: TopicNode): void {
    if (node.isTopic) return;
    node.isTopic = true;
    for (let up: TopicNode | undefined = node; up; up = up.parent) up.topics++;
  }

  #keep(node: TopicNode, received: Received): void {
    const before = node.last;
    if (before) this.#release(before);
    if (before && this.#mostEarlier > 0) this.#keepEarlier(node, before);
    const { size, length } = received.message;
    const fits = this.#room.takeBytes(size);
    if (fits) this.#bytes += size;
    node.last = fits ? received : undefined;
    node.lastLength = length;
  }

  /** Keeps the message before the last one. Without room the topic drops all earlier messages, so that those it has are without a gap. */
  #keepEarlier(node: TopicNode, received: Received): void {
    node.earlier ??= [];
    const { earlier } = node;
    const oldest = earlier.length === this.#mostEarlier ? earlier.shift() : undefined;
    if (oldest) this.#release(oldest);
    const { size } = received.message;
    if (this.#room.takeEarlierBytes(size)) {
      this.#bytes += size;
      earlier.push(received);
    } else {
      for (const one of earlier) this.#release(one);
      node.earlier = undefined;
    }
  }

  #release({ message: { size } }: Received): void {
    this.#room.giveBack(0, size);
    this.#bytes -= size;
  }
}

function addChild(parent: TopicNode, name: string): TopicNode {
  const child = new TopicNode(name, parent);
  parent.children ??= new Map();
  parent.children.set(name, child);
  return child;
}

function addMessages(node: TopicNode, count: number): void {
  for (let up: TopicNode | undefined = node; up; up = up.parent) up.messages += count;
}
