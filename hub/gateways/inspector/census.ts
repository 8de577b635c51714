import { isTopicFilter, matchesFilter, parseTopicFilter } from '../../core/filter.ts';
import type { Hub } from '../../core/hub.ts';
import { Message } from '../../core/message.ts';
import type { Rights } from '../../core/rights.ts';
import type { Subscriber, Subscription } from '../../core/subscription.ts';
import { type SearchQueue, search } from '../../session/search-queue.ts';
import type { Room } from './room.ts';
import { type Received, type TopicNode, TopicTree } from './topic-tree.ts';

/** The filters that are always counted. A leading wildcard does not match topics that begin with `$`. [MQTT-4.7.2-1] */
const ALWAYS = ['#', '$SYS/#'];

/** The most first levels beginning with `$` that are counted. */
const MOST_SYSTEM_LEVELS = 100;

/** How many messages before the last one are kept for each topic, as far as there is room. */
const MOST_EARLIER = 20;

export interface CensusOptions {
  readonly hub: Hub;
  readonly room: Room;
  readonly searches: SearchQueue;
}

/** A tree of counts that is kept up to date until the census ends. */
export interface Census {
  readonly tree: TopicTree;
  /** When the counting began, by the hub's clock. */
  readonly sinceMs: number;
  /** Whether the tree includes everything that was there before the counting began. */
  readonly isComplete: boolean;
  end(): void;
}

/**
 * Counts all messages that a client may read, from now on, and takes in the retained ones. Below a first level that begins with `$` it counts if that is
 * `$SYS`, if something is retained there when the counting begins, or if the level was named.
 */
export class FullCensus implements Census {
  readonly tree: TopicTree;
  readonly sinceMs: number;
  /** Called with each message that was counted. */
  readonly followers = new Set<(received: Received) => void>();
  readonly #hub: Hub;
  readonly #rights: Pick<Rights, 'mayRead' | 'maySubscribe'>;
  readonly #searches: SearchQueue;
  readonly #subscriber: Subscriber;
  /** The subscriptions that count, by filter. */
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #ending = new AbortController();
  /** The number of searches for retained messages that are running. */
  #searching = 0;

  constructor({ hub, room, searches }: CensusOptions, rights: Pick<Rights, 'mayRead' | 'maySubscribe'>) {
    this.#hub = hub;
    this.#rights = rights;
    this.#searches = searches;
    this.tree = new TopicTree(room, { mostEarlier: MOST_EARLIER });
    this.sinceMs = hub.now();
    this.#subscriber = {
      deliver: (message, _terms, publisher) => this.#count({ message, at: hub.now(), publisher }),
    };
    for (const path of ALWAYS) this.#begin(path);
    this.#search(this.#findSystemLevels());
  }

  get isComplete(): boolean {
    return this.#searching === 0;
  }

  /** If a topic or filter begins with `$`, counts below that first level, too. */
  include(path: string): void {
    const [level = ''] = path.split('/', 1);
    // The level after `$share` is a group's name.
    if (level.startsWith('$') && isTopicFilter(`${level}/#`)) this.#begin(`${level}/#`);
  }

  end(): void {
    this.#ending.abort();
    for (const subscription of this.#subscriptions.values()) this.#hub.unsubscribe(subscription);
    this.tree.end();
  }

  #begin(path: string): void {
    const isKnown = this.#subscriptions.has(path);
    const isFull = this.#subscriptions.size > MOST_SYSTEM_LEVELS;
    if (isKnown || isFull || !this.#rights.maySubscribe(path)) return;
    this.#subscriptions.set(path, this.#hub.subscribe(this.#subscriber, parseTopicFilter(path)));
    this.#search(this.#recall(path));
  }

  #count(received: Received): boolean {
    if (!this.#rights.mayRead(received.message.topic)) return false;
    this.tree.count(received);
    for (const follow of this.followers) follow(received);
    return true;
  }

  *#recall(path: string): Generator<undefined, void> {
    for (const message of this.#hub.retained.scan(path)) {
      if (message && this.#rights.mayRead(message.topic)) this.tree.recall(message);
      yield undefined;
    }
  }

  *#findSystemLevels(): Generator<undefined, void> {
    for (const level of this.#hub.retained.systemLevels()) {
      if (level !== undefined) this.include(level);
      yield undefined;
    }
  }

  #search(steps: Generator<undefined, void>): void {
    this.#searching++;
    takeSteps(this.#searches, this.#untilDone(steps), this.#ending.signal);
  }

  *#untilDone(steps: Generator<undefined, void>): Generator<undefined, void> {
    yield* steps;
    this.#searching--;
  }
}

/** A choice of topics. */
export interface Search {
  /** The path of an MQTT filter that topics must match. */
  readonly path?: string | undefined;
  /** A text that the topic or its value must contain. */
  readonly text?: string | undefined;
}

/**
 * Counts those topics of another census that pass a search, with the counts that they have there. A topic that has passed stays, whatever its later values
 * are.
 */
export class FilteredCensus implements Census {
  readonly tree: TopicTree;
  readonly #source: FullCensus;
  readonly #isWanted: (message: Message) => boolean;
  readonly #ending = new AbortController();
  #isCopied = false;

  constructor(source: FullCensus, search: Search, { room, searches }: CensusOptions) {
    this.#source = source;
    this.#isWanted = matchesSearch(search);
    this.tree = new TopicTree(room);
    source.followers.add(this.#follow);
    takeSteps(searches, this.#adoptAll(), this.#ending.signal);
  }

  get sinceMs(): number {
    return this.#source.sinceMs;
  }

  get isComplete(): boolean {
    return this.#isCopied && this.#source.isComplete;
  }

  end(): void {
    this.#ending.abort();
    this.#source.followers.delete(this.#follow);
    this.tree.end();
  }

  readonly #follow = (received: Received): void => {
    const { message } = received;
    if (this.tree.find(message.topic)?.isTopic) this.tree.count(received);
    else if (this.#isWanted(message)) this.#begin(received);
  };

  /** The source has counted the message already, unless it had no room for the topic. */
  #begin(received: Received): void {
    const known = this.#source.tree.find(received.message.topic);
    if (known?.isTopic) this.tree.adopt(known);
    else this.tree.count(received);
  }

  /** Topics that the source adds meanwhile are found as well: its tree only grows. */
  *#adoptAll(): Generator<undefined, void> {
    for (let isLast = false; !isLast; ) {
      isLast = this.#source.isComplete;
      for (const node of this.#source.tree.topics()) {
        if (this.#isWantedTopic(node)) this.tree.adopt(node);
        yield undefined;
      }
      yield undefined;
    }
    this.#isCopied = true;
  }

  /** Without room for its last message, a topic is judged by its name alone. */
  #isWantedTopic({ topic, last }: TopicNode): boolean {
    return this.#isWanted(last?.message ?? new Message(topic, ''));
  }
}

/** How much of a value is searched for a text: bytes, or UTF-16 units if the value is text. */
const SEARCHED_LENGTH = 4_096;

const decoder = new TextDecoder();

/**
 * Returns a test of messages. A message passes if its topic matches the filter and the text is in the topic or in the beginning of the value. Upper and lower
 * case count as the same.
 */
export function matchesSearch({ path, text = '' }: Search): (message: Message) => boolean {
  const wanted = text.toLowerCase();
  const contains = (one: string) => one.toLowerCase().includes(wanted);
  return (message) =>
    (path === undefined || matchesFilter(path, message.topic)) &&
    (wanted === '' || contains(message.topic) || contains(beginningOf(message)));
}

/** The part of a value that is searched. `Message.text` is not used, as it would keep the whole payload a second time. */
function beginningOf({ payload }: Message): string {
  if (typeof payload === 'string') return payload.slice(0, SEARCHED_LENGTH);
  return decoder.decode(payload.subarray(0, SEARCHED_LENGTH));
}

/** Takes steps, but ends early if nobody needs their result any more. */
function takeSteps(searches: SearchQueue, steps: Iterator<unknown, void>, signal: AbortSignal): void {
  search(searches, steps, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
