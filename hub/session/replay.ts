import { HubError } from '../core/error.ts';
import type { Message } from '../core/message.ts';
import type { RetainedMessages } from '../core/retained.ts';
import type { Subscription, Terms } from '../core/subscription.ts';
import { SubscriptionTree } from '../core/subscription-tree.ts';
import type { SessionContext } from './context.ts';
import { type Search, SLICE_STEPS } from './search-queue.ts';
import type { SessionRecord } from './store.ts';

/** Nodes of a tree of filters that are visited in one step. */
const STEP_NODES = 20;

/** A retained message for a new subscription. */
export interface Retained {
  readonly message: Message;
  readonly terms: Terms;
}

/** The part of a client that replays need. */
interface Client {
  /** Whether a subscription still exists; otherwise it gets nothing more. [MQTT-3.10.4-2] */
  isCurrent(subscription: Subscription): boolean;
  /** Whether the client has room and nothing else is queued for it: a newer message must not come before an older one of its topic. */
  isReady(): boolean;
  send(retained: Retained): void;
}

/** The retained messages for subscriptions that were made together. */
interface Replay {
  readonly subscriptions: readonly Subscription[];
  readonly steps: Iterator<Retained | undefined>;
  /** Called before the first step, if the client that waits for it is still there. */
  begin: (() => void) | undefined;
  /** Whether the session's record says that this replay is not finished. */
  isNoted: boolean;
}

/** The replays of one client, one after the other, as fast as the client accepts them. */
export class Replays {
  readonly #context: SessionContext;
  readonly #record: SessionRecord;
  readonly #client: Client;
  readonly #waiting: Replay[] = [];
  #isSearching = false;

  constructor(context: SessionContext, record: SessionRecord, client: Client) {
    this.#context = context;
    this.#record = record;
    this.#client = client;
  }

  /** Adds a replay; calls `begin` before its first message. Throws `limit/exceeded` if too many wait already. */
  add(subscriptions: readonly Subscription[], begin?: () => void): void {
    const { hub, limits } = this.#context;
    const count = this.#waiting.length;
    if (count >= limits.subscriptions) {
      throw new HubError('limit/exceeded', `${count} subscriptions wait for retained messages already`);
    }
    const steps = findRetained(hub.retained, subscriptions, this.#client);
    const replay = { subscriptions, steps, begin, isNoted: false };
    this.#waiting.push(replay);
    this.pump();
    if (this.#waiting.includes(replay)) this.#note(replay, { isReplaying: true });
  }

  /** Whether a subscription still lacks retained messages. */
  owes(subscription: Subscription): boolean {
    return (
      subscription.terms.qos > 0 &&
      this.#waiting.some(({ subscriptions }) => subscriptions.includes(subscription))
    );
  }

  pump(): void {
    if (this.#waiting.length === 0) return;
    if (this.#isSearching) return; // The client has answered within the call, and the loop that is running continues.
    const { searches } = this.#context;
    if (searches.has(this.#search)) return; // The search continues by itself.
    if (this.#search()) searches.add(this.#search);
  }

  /** Pauses, as the client has left. Waiting replays continue over its next connection. */
  pause(): void {
    this.#context.searches.delete(this.#search);
    for (const replay of this.#waiting) replay.begin = undefined;
  }

  clear(): void {
    this.#context.searches.delete(this.#search);
    this.#waiting.length = 0;
  }

  /** Takes a slice of steps, and sends what they find; returns whether to continue later. */
  readonly #search: Search = () => {
    this.#isSearching = true;
    try {
      for (let left = SLICE_STEPS; left > 0; left--) if (!this.#takeStep()) return false;
      return true;
    } finally {
      this.#isSearching = false;
    }
  };

  /** Returns false if the client is not ready, or nothing is left. */
  #takeStep(): boolean {
    const replay = this.#waiting[0];
    if (!replay || !this.#client.isReady()) return false;
    const { begin } = replay;
    replay.begin = undefined;
    begin?.();
    const { done, value: retained } = replay.steps.next();
    if (done) this.#finish(replay);
    else if (retained) this.#client.send(retained);
    return true;
  }

  #finish(replay: Replay): void {
    if (this.#waiting[0] !== replay) return;
    this.#waiting.shift();
    if (replay.isNoted) this.#note(replay, { isReplaying: false });
  }

  /** Records whether a replay is unfinished. It is not recorded at QoS 0, as a client that leaves then loses the rest. */
  #note(replay: Replay, { isReplaying }: { isReplaying: boolean }): void {
    replay.isNoted = isReplaying;
    for (const subscription of replay.subscriptions) {
      const isOwed = subscription.terms.qos > 0 && this.#client.isCurrent(subscription);
      if (isOwed) this.#record.subscribe(subscription, isReplaying);
    }
  }
}

/** Finds each retained message once, in small steps that may find nothing. A shared subscription gets none. (MQTT 5, 4.8.2) */
export function findRetained(
  retained: RetainedMessages,
  subscriptions: readonly Subscription[],
  client: Pick<Client, 'isCurrent'>,
): Iterator<Retained | undefined> {
  const plain = subscriptions.filter(({ filter }) => filter.group === undefined);
  const scans = plain.map((subscription) => ({
    subscription,
    messages: retained.scan(subscription.filter.path),
  }));
  return eachOnce(scans, client);
}

interface Scan {
  readonly subscription: Subscription;
  readonly messages: Iterable<Message | undefined>;
}

function* eachOnce(
  scans: readonly Scan[],
  client: Pick<Client, 'isCurrent'>,
): Generator<Retained | undefined> {
  const before = new SubscriptionTree<Subscription>();
  for (const { subscription, messages } of scans) {
    for (const message of messages) {
      if (!client.isCurrent(subscription)) break;
      let isDue = true;
      const visited = message ? before.match(message.topic, () => (isDue = false)) : 0;
      yield message && isDue ? { message, terms: subscription.terms } : undefined;
      // Comes after the retained message, which would be out of date if it waited.
      for (let paid = STEP_NODES; paid < visited; paid += STEP_NODES) yield undefined;
    }
    before.add(subscription.filter.path, subscription);
  }
}
