import { parseTopicFilter } from '../core/filter.ts';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import { isReservedTopic } from '../core/rights.ts';
import { PLAIN_TERMS, type Subscriber, type Subscription, type Terms } from '../core/subscription.ts';
import type { LaneWriter } from './fast-lane.ts';
import type { Destination } from './frame-directory.ts';
import { ALL_AWAY } from './interest.ts';

/** The most members of one hub that a shared subscription counts. */
const MAX_SHARE_MEMBERS = 100;

export interface RemoteHubOptions {
  readonly name: string;
  readonly epoch: number;
  /** See `Destination`. */
  readonly mark: number;
  /** This hub. */
  readonly hub: Hub;
  readonly lane: LaneWriter;
  /** The serial of a message in the ledger if the message has its place there but has not come back yet. */
  readonly serialOf: (message: Message) => number | undefined;
  /** Gives a message of QoS 1 or 2, for which this hub was responsible, to a member of the shared subscription there. */
  readonly handOver: (message: Message, share: string) => void;
}

/** Another hub as a subscriber of this one: it gets messages of QoS 0 for its clients' filters. All other messages reach it through the ledger. */
export class RemoteHub implements Subscriber, Destination {
  readonly isElsewhere = true;
  isGone = false;
  readonly #options: RemoteHubOptions;
  readonly #subscriptions = new Map<string, Subscription[]>();
  readonly #away = new AwayMembers(this);

  constructor(options: RemoteHubOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get epoch(): number {
    return this.#options.epoch;
  }

  get mark(): number {
    return this.#options.mark;
  }

  deliver(message: Message, { share }: Terms): boolean {
    if (isReservedTopic(message.topic)) return false;
    const { lane, serialOf } = this.#options;
    if (message.qos === 0) lane.add(message, message.retain ? serialOf(message) : undefined, share);
    else if (share === undefined) return false;
    else this.#options.handOver(message, share);
    return true;
  }

  /** Records how many subscriptions the hub has for a filter. */
  set(filter: string, count: number): void {
    const { hub } = this.#options;
    const [subscriber, wanted] =
      count === ALL_AWAY ? [this.#away, 1] : [this, Math.min(count, MAX_SHARE_MEMBERS)];
    const all = this.#subscriptions.get(filter) ?? [];
    const known = all.filter((one) => one.subscriber === subscriber).slice(0, wanted);
    while (known.length < wanted)
      known.push(hub.subscribe(subscriber, parseTopicFilter(filter), PLAIN_TERMS));
    for (const one of all) if (!known.includes(one)) hub.unsubscribe(one);
    if (known.length === 0) this.#subscriptions.delete(filter);
    else this.#subscriptions.set(filter, known);
  }

  /** Called when the hub has missed the names of topics. */
  spellOut(): void {
    this.#options.lane.spellOut();
  }

  /** Ends all its subscriptions: its filters are no longer known. */
  clear(): void {
    this.isGone = true;
    for (const filter of [...this.#subscriptions.keys()]) this.set(filter, 0);
  }
}

/** Members of a shared subscription at another hub, all of which are offline. */
class AwayMembers implements Subscriber {
  readonly isElsewhere = true;
  readonly isLive = false;
  readonly hub: RemoteHub;

  constructor(hub: RemoteHub) {
    this.hub = hub;
  }

  deliver(message: Message, terms: Terms): boolean {
    return this.hub.deliver(message, terms);
  }
}

/** The hub where a subscriber is; `undefined` if it is this one. */
export function remoteOf(subscriber: Subscriber): RemoteHub | undefined {
  if (subscriber.isElsewhere !== true) return undefined;
  if (subscriber instanceof AwayMembers) return subscriber.hub;
  return subscriber instanceof RemoteHub ? subscriber : undefined;
}
