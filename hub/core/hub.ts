import type { TopicFilter } from './filter.ts';
import type { Message } from './message.ts';
import {
  type Journal,
  NO_JOURNAL,
  type OrderedMessage,
  type Peers,
  type Receipt,
  type SharePick,
} from './ports.ts';
import { RetainedMessages } from './retained.ts';
import type { RetainedLimits } from './retained-room.ts';
import { RouteCache } from './route-cache.ts';
import { ShareGroup } from './share-group.ts';
import {
  commonTerms,
  mergeRoutes,
  PLAIN_TERMS,
  type Publisher,
  type Route,
  type Subscriber,
  type Subscription,
  type Terms,
  termsFor,
} from './subscription.ts';
import { SubscriptionTree } from './subscription-tree.ts';

export interface HubOptions {
  /** The hub's clock, milliseconds, by which messages expire. */
  readonly now: () => number;
  /** The limits of retained messages. */
  readonly limits?: Partial<RetainedLimits>;
  /** Stores everything that must outlive the process. Default: nothing is stored. */
  readonly journal?: Journal;
  /** Other hubs, if this one is not alone. */
  readonly peers?: Peers | undefined;
}

const NO_MEMBERS = { live: 0, away: 0 };

/** A message published while another is being delivered. */
interface Pending {
  readonly message: Message;
  readonly publisher: Publisher | undefined;
  readonly routes: readonly Route[];
}

type Published = Omit<OrderedMessage, 'routes' | 'picks'>;

/** A message that gets a place in the order of all hubs. */
interface Ordered extends Published {
  readonly isEarly: boolean;
}

/** Routes messages to the subscribers whose filters match, within the call, and keeps the retained ones. Knows no connections or protocols. */
export class Hub {
  readonly retained: RetainedMessages;
  readonly now: () => number;
  readonly journal: Journal;
  readonly #tree = new SubscriptionTree<Subscription>();
  /** By filter. */
  readonly #groups = new Map<string, ShareGroup>();
  readonly #routes = new RouteCache();
  readonly #peers: Peers | undefined;
  #searches = 0;
  #subscriptionCount = 0;
  /** Messages that wait until the present one is delivered, so that all subscribers see the same order. */
  readonly #backlog: Pending[] = [];
  #isDelivering = false;

  constructor(options: HubOptions) {
    this.now = options.now;
    this.journal = options.journal ?? NO_JOURNAL;
    this.#peers = options.peers;
    this.retained = new RetainedMessages(options);
  }

  /** How many subscriptions there are; each member of a shared one counts. */
  get subscriptionCount(): number {
    return this.#subscriptionCount;
  }

  /** How many topics had to be looked up among all filters so far, which may take milliseconds each. */
  get searches(): number {
    return this.#searches;
  }

  /**
   * Publishes a message to all whose filter matches its topic, which must be valid. Returns how many matched.
   * Messages of one publisher to one topic arrive in the order in which they were published. [MQTT-4.6.0-6]
   * Throws `limit/exceeded` if it is to be retained and there is no room; then nobody gets it. Never throws for reserved topics.
   * If there are other hubs, each that wants it counts as one, and `receipt` says how it is known again.
   */
  publish(message: Message, publisher?: Publisher, receipt?: Receipt): number {
    return this.#publish({ message, publisher, receipt, isKept: false });
  }

  /**
   * Publishes a will, which nobody would publish again. If there are other hubs, and this one ends before they know of the will, the hub that takes over its
   * state publishes it.
   */
  publishKept(message: Message, publisher?: Publisher): number {
    return this.#publish({ message, publisher, receipt: undefined, isKept: true });
  }

  #publish(published: Published): number {
    const { message, publisher, receipt } = published;
    const ordering = this.#peers?.orderingOf(message) ?? 'none';
    if (this.#peers && ordering !== 'none')
      return this.#order(this.#peers, { ...published, isEarly: ordering === 'early' });
    if (message.retain) this.retained.store(message, publisher?.owner);
    receipt?.onOrdered();
    return this.#route(message, publisher);
  }

  /** Delivers what other hubs know already: to the subscribers here, but to none of a shared subscription. */
  deliverHere(message: Message, publisher?: Publisher): void {
    const all = this.#routesOf(message.topic);
    const routes = all.every(isHere) ? all : all.filter(isHere);
    if (routes.length > 0) this.#deliverOn(message, publisher, routes);
  }

  /** Delivers to one member of each of these shared subscriptions. Returns the subscriptions that have no member here. */
  deliverToShares(message: Message, shares: Iterable<string>, publisher?: Publisher): string[] {
    return Array.from(shares).filter((share) => !this.#groups.get(share)?.deliverHere(message, publisher));
  }

  #route(message: Message, publisher: Publisher | undefined): number {
    const routes = this.#routesOf(message.topic);
    if (routes.length > 0) this.#deliverOn(message, publisher, routes);
    return routes.length;
  }

  /** Gives a message its place in the order of all hubs; an early message has its effect here before. */
  #order(peers: Peers, { isEarly, ...ordered }: Ordered): number {
    const { message, publisher } = ordered;
    if (message.retain) this.retained.checkRoom(message, publisher?.owner);
    const routes = this.#routesOf(message.topic);
    const picks = isEarly ? [] : this.#pick(routes, publisher);
    peers.order({ ...ordered, routes, picks });
    if (!isEarly) return routes.length;
    if (message.retain) this.retained.store(message, publisher?.owner);
    return this.#route(message, publisher);
  }

  #pick(routes: readonly Route[], publisher: Publisher | undefined): SharePick[] {
    if (this.#groups.size === 0) return [];
    return routes.flatMap(({ subscriber: group }) => {
      const subscriber = group instanceof ShareGroup ? group.pick(publisher) : undefined;
      return subscriber && group instanceof ShareGroup
        ? [{ share: group.subscription.filter.filter, subscriber }]
        : [];
    });
  }

  #routesOf(topic: string): readonly Route[] {
    return this.#routes.get(topic) ?? this.#findRoutes(topic);
  }

  #deliverOn(message: Message, publisher: Publisher | undefined, routes: readonly Route[]): void {
    if (this.#isDelivering) this.#backlog.push({ message, publisher, routes });
    else this.#deliver(message, publisher, routes);
  }

  /** Nodes of the subscription tree that count against `wildcardNodes`, and how many a filter would add. */
  get wildcardNodes(): number {
    return this.#tree.wildcardNodes;
  }

  newWildcardNodes({ path }: TopicFilter): number {
    return this.#tree.newWildcardNodes(path);
  }

  /** Begins a subscription. Retained messages are not delivered: ask `retained`. */
  subscribe(subscriber: Subscriber, filter: TopicFilter, given: Terms = PLAIN_TERMS): Subscription {
    const isShared = filter.group !== undefined;
    const terms = isShared ? { ...given, share: filter.filter } : commonTerms(given);
    const subscription: Subscription = { subscriber, filter, terms };
    if (isShared) this.#groupOf(filter).join(subscription);
    else this.#addToTree(subscription);
    if (subscriber.isElsewhere === true) return subscription;
    this.#subscriptionCount++;
    if (isShared) this.#tellShare(filter);
    else this.#peers?.subscribed(filter);
    return subscription;
  }

  /** Ends a subscription: nothing published from now on is delivered for it. Does nothing if it has ended already. */
  unsubscribe(subscription: Subscription): void {
    const isShared = subscription.filter.group !== undefined;
    const wasThere = isShared ? this.#leaveGroup(subscription) : this.#removeFromTree(subscription);
    if (!wasThere || subscription.subscriber.isElsewhere === true) return;
    this.#subscriptionCount--;
    if (isShared) this.#tellShare(subscription.filter);
    else this.#peers?.unsubscribed(subscription.filter);
  }

  /** Takes note that a subscriber with these subscriptions has become live, or is no longer live. */
  noteLiveness(subscriptions: Iterable<Subscription>): void {
    if (!this.#peers) return;
    for (const { filter } of subscriptions) if (filter.group !== undefined) this.#tellShare(filter);
  }

  #tellShare(filter: TopicFilter): void {
    this.#peers?.shared(filter, this.#groups.get(filter.filter)?.own ?? NO_MEMBERS);
  }

  /** Hands a message of a shared subscription on when its first receiver is gone: to a live member, or to any. Returns whether one took it. */
  redeliver(share: string, message: Message, to: 'live' | 'any'): boolean {
    const group = this.#groups.get(share);
    if (!group) return false;
    return to === 'live' ? group.deliverTo('live', message) : group.deliver(message, PLAIN_TERMS);
  }

  #deliver(message: Message, publisher: Publisher | undefined, routes: readonly Route[]): void {
    this.#isDelivering = true;
    try {
      deliver(message, publisher, routes);
      if (this.#backlog.length > 0) this.#deliverBacklog();
    } finally {
      this.#isDelivering = false;
    }
  }

  #deliverBacklog(): void {
    try {
      // Including entries that are added meanwhile.
      for (const { message, publisher, routes } of this.#backlog) deliver(message, publisher, routes);
    } finally {
      this.#backlog.length = 0;
    }
  }

  #findRoutes(topic: string): readonly Route[] {
    this.#searches++;
    const matching: Subscription[] = [];
    this.#tree.match(topic, (subscription) => matching.push(subscription));
    const routes = mergeRoutes(matching);
    this.#routes.set(topic, routes);
    return routes;
  }

  #addToTree(subscription: Subscription): void {
    const { path } = subscription.filter;
    this.#tree.add(path, subscription);
    this.#routes.forget(path);
  }

  #removeFromTree(subscription: Subscription): boolean {
    const { path } = subscription.filter;
    this.#routes.forget(path);
    return this.#tree.remove(path, subscription);
  }

  #groupOf(filter: TopicFilter): ShareGroup {
    const known = this.#groups.get(filter.filter);
    if (known) return known;
    const group = new ShareGroup(filter);
    this.#groups.set(filter.filter, group);
    this.#addToTree(group.subscription);
    return group;
  }

  #leaveGroup(member: Subscription): boolean {
    const group = this.#groups.get(member.filter.filter);
    if (!group?.leave(member)) return false;
    if (!group.isEmpty) return true;
    this.#groups.delete(member.filter.filter);
    return this.#removeFromTree(group.subscription);
  }
}

/** Whether a route leads to one subscriber of this hub. */
function isHere({ subscriber }: Route): boolean {
  return subscriber.isElsewhere !== true && !(subscriber instanceof ShareGroup);
}

function deliver(message: Message, publisher: Publisher | undefined, routes: readonly Route[]): void {
  for (const route of routes) {
    const terms = termsFor(route, publisher);
    if (terms) route.subscriber.deliver(message, terms, publisher);
  }
}
