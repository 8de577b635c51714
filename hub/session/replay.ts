import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import type { Subscription, Terms } from '../core/subscription.ts';
import { SubscriptionTree } from '../core/subscription-tree.ts';

/** How many fruitless steps a search takes in one go: fewer than a millisecond's worth. */
export const SLICE_STEPS = 500;

/** What one turn has for all searches together: slices, and, as a step may cost more than expected, milliseconds. */
const TURN_SLICES = 20;
const TURN_MS = 5;

/** How long to leave the event loop to others between two turns, milliseconds. */
const REST_MS = 1;

/** Takes up to `SLICE_STEPS` fruitless steps; whether there is more to search. */
export type Search = () => boolean;

/** Has long searches go on, slice by slice and each in its turn, while the event loop stays free for all else. */
export class SearchQueue {
  readonly #scheduler: SchedulerLike;
  readonly #now: () => number;
  /** In the order in which they are to go on. */
  readonly #waiting = new Set<Search>();
  #timer: Timer | undefined;

  constructor(scheduler: SchedulerLike, now: () => number) {
    this.#scheduler = scheduler;
    this.#now = now;
  }

  /** Has a search go on in a later turn. It is there once, however often it is added. */
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
  /** Whether a subscription still stands; one that does not gets nothing more. [MQTT-3.10.4-2] */
  readonly isCurrent: (subscription: Subscription) => boolean;
  /** To be called when the replay's turn has come, before its first message. */
  readonly begin?: (() => void) | undefined;
}

/**
 * The retained messages for subscriptions made together, each once, found as they are asked for, in small steps: where none match, the
 * search may be long. A shared subscription gets none (MQTT 5, 4.8.2).
 */
export class Replay {
  readonly subscriptions: readonly Subscription[];
  /** Whether it is in the session's record that this replay is not over. */
  isNoted = false;
  readonly #messages: Iterator<Retained | undefined, undefined>;
  #begin: (() => void) | undefined;

  constructor(options: ReplayOptions) {
    this.subscriptions = options.subscriptions;
    this.#begin = options.begin;
    this.#messages = retainedFor(options);
  }

  /** Goes one step on: to a message, or to `undefined` where this step found none. Done after the last. */
  next(): IteratorResult<Retained | undefined, undefined> {
    const begin = this.#begin;
    this.#begin = undefined;
    begin?.();
    return this.#messages.next();
  }

  /** Goes on without the call to `begin`: there is nobody left to hear of it. */
  forgetBegin(): void {
    this.#begin = undefined;
  }
}

/** What was retained is settled now; what is published from now on reaches the subscriptions by itself. */
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
      const isDue = message !== undefined && !before.hasMatch(message.topic);
      yield isDue ? { message, terms: subscription.terms } : undefined;
    }
    before.add(subscription.filter.path, subscription);
  }
  return undefined;
}
