import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import type { Subscription, Terms } from '../core/subscription.ts';
import { SubscriptionTree } from '../core/subscription-tree.ts';

/** How many steps a search takes in one go, whether they find something or not: about a millisecond's worth. */
export const SLICE_STEPS = 500;

/** Nodes of a tree of filters that are looked at in one step. */
const STEP_NODES = 20;

/** What one turn has for all searches together: slices, and milliseconds in case a step costs more than expected. */
const TURN_SLICES = 20;
const TURN_MS = 5;

/** How long the event loop is left to others between two turns, milliseconds. */
const REST_MS = 1;

/** Takes up to `SLICE_STEPS` steps; whether there is more to search. */
export type Search = () => boolean;

/** Runs long searches slice by slice, each in its turn, so that the event loop stays free for everything else. */
export class SearchQueue {
  readonly #scheduler: SchedulerLike;
  readonly #now: () => number;
  /** In the order of their turns. */
  readonly #waiting = new Set<Search>();
  #timer: Timer | undefined;

  constructor(scheduler: SchedulerLike, now: () => number) {
    this.#scheduler = scheduler;
    this.#now = now;
  }

  /** Continues a search in a later turn. Adding it again changes nothing. */
  add(search: Search): void {
    this.#waiting.add(search);
    this.#timer ??= this.#scheduler.schedule(() => this.#takeTurn(), REST_MS);
  }

  has(search: Search): boolean {
    return this.#waiting.has(search);
  }

  delete(search: Search): void {
    this.#waiting.delete(search);
    if (this.#waiting.size > 0) return;
    this.#timer?.unsubscribe();
    this.#timer = undefined;
  }

  #takeTurn(): void {
    this.#timer = undefined;
    const endsAt = this.#now() + TURN_MS;
    try {
      for (let slices = 0; slices < TURN_SLICES && this.#now() < endsAt; slices++) {
        const [search] = this.#waiting;
        if (!search) return;
        this.#waiting.delete(search);
        if (search()) this.#waiting.add(search);
      }
    } finally {
      const [next] = this.#waiting;
      if (next) this.add(next);
    }
  }
}

/** A retained message that is due to a new subscription. */
export interface Retained {
  readonly message: Message;
  readonly terms: Terms;
}

interface ReplayOptions {
  readonly hub: Hub;
  readonly subscriptions: readonly Subscription[];
  /** Whether a subscription still stands; otherwise it gets nothing more. [MQTT-3.10.4-2] */
  readonly isCurrent: (subscription: Subscription) => boolean;
  /** Called when the replay's turn has come, before its first message. */
  readonly begin?: (() => void) | undefined;
}

/**
 * The retained messages for subscriptions made together, each once. It finds them on demand and in small steps, as a search that finds
 * nothing may be long. A shared subscription gets none (MQTT 5, 4.8.2).
 */
export class Replay {
  readonly subscriptions: readonly Subscription[];
  /** Whether the session's record says that this replay is not over. */
  isNoted = false;
  readonly #messages: Iterator<Retained | undefined, undefined>;
  #begin: (() => void) | undefined;

  constructor(options: ReplayOptions) {
    this.subscriptions = options.subscriptions;
    this.#begin = options.begin;
    this.#messages = retainedFor(options);
  }

  /** Goes one step on: to a message, or to `undefined` if this step found none. Done after the last. */
  next(): IteratorResult<Retained | undefined, undefined> {
    const begin = this.#begin;
    this.#begin = undefined;
    begin?.();
    return this.#messages.next();
  }

  /** Goes on without calling `begin`: the client that waited for it is gone. */
  forgetBegin(): void {
    this.#begin = undefined;
  }
}

/** Only what is retained now: what is published from now on reaches the subscriptions by itself. */
function retainedFor({
  hub,
  subscriptions,
  isCurrent,
}: ReplayOptions): Iterator<Retained | undefined, undefined> {
  const plain = subscriptions.filter(({ filter }) => filter.group === undefined);
  const found = plain.map((subscription) => ({
    subscription,
    messages: hub.scanRetainedFor(subscription.filter),
  }));
  return eachOnce(found, isCurrent);
}

interface Found {
  readonly subscription: Subscription;
  readonly messages: Iterable<Message | undefined>;
}

function* eachOnce(
  found: readonly Found[],
  isCurrent: (subscription: Subscription) => boolean,
): Generator<Retained | undefined, undefined> {
  const before = new SubscriptionTree<Subscription>();
  for (const { subscription, messages } of found) {
    for (const message of messages) {
      if (!isCurrent(subscription)) break;
      let isDue = true;
      const visited = message ? before.match(message.topic, () => (isDue = false)) : 0;
      yield message && isDue ? { message, terms: subscription.terms } : undefined;
      // After the message, which would be out of date if it waited.
      for (let paid = STEP_NODES; paid < visited; paid += STEP_NODES) yield undefined;
    }
    before.add(subscription.filter.path, subscription);
  }
  return undefined;
}
