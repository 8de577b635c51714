import type { TopicFilter } from './filter.ts';
import type { Message, Qos } from './message.ts';

/** A subscriber's terms for messages that match its filter (MQTT 5, 3.8.3.1). */
export interface Terms {
  /** The highest quality of service at which messages come. */
  readonly qos: Qos;
  /** Leaves out the subscriber's own messages. [MQTT-3.8.3-3] */
  readonly noLocal: boolean;
  /** Keeps the retain flag as the publisher set it, rather than clearing it. [MQTT-3.3.1-12], [MQTT-3.3.1-13] */
  readonly retainAsPublished: boolean;
  /** Subscription identifiers that go with each message. [MQTT-3.3.4-3] */
  readonly identifiers: readonly number[];
  /** The shared subscription (`$share/…`) through which the message came, if any. */
  readonly share?: string;
}

/** Terms of a plain subscription: at most once, everything, retain flag cleared. */
export const PLAIN_TERMS: Terms = { qos: 0, noLocal: false, retainAsPublished: false, identifiers: [] };

const QUALITIES: readonly Qos[] = [0, 1, 2];
const EITHER = [false, true];

/** Every combination of terms without identifiers, in the order by which `commonTerms` finds them. */
const COMMON_TERMS: readonly Terms[] = QUALITIES.flatMap((qos) =>
  EITHER.flatMap((noLocal) =>
    EITHER.map((retainAsPublished) => ({ ...PLAIN_TERMS, qos, noLocal, retainAsPublished })),
  ),
);

/** One shared object for equal terms, unless they have identifiers or a share: a client may have thousands of subscriptions on the same terms. */
export function commonTerms(terms: Terms): Terms {
  const { qos, noLocal, retainAsPublished, identifiers, share } = terms;
  if (identifiers.length > 0 || share !== undefined) return terms;
  return COMMON_TERMS[qos * 4 + (noLocal ? 2 : 0) + (retainAsPublished ? 1 : 0)] ?? terms;
}

/** The owner of messages from the hub's own devices and services. */
export const HUB_ITSELF = Symbol('the hub itself');

/** A publisher is known by identity. `owner` says whose room its retained messages take. */
export interface Publisher {
  readonly owner?: string | typeof HUB_ITSELF;
}

/** Receives messages from the hub. */
export interface Subscriber {
  /** Takes one message. Must not block or throw. Returns whether somebody got it, or will. */
  deliver(message: Message, terms: Terms, publisher?: Publisher): boolean;
  /** Whether messages reach it now, not only later. Live members of a shared subscription come first. */
  readonly isLive?: boolean;
  /** Whether it is another hub, for whose clients messages leave this one. */
  readonly isElsewhere?: boolean;
}

/** One subscription of one subscriber, and the handle to end it. */
export interface Subscription {
  readonly subscriber: Subscriber;
  readonly filter: TopicFilter;
  readonly terms: Terms;
}

/** The routes of a message: one per subscriber, however many of its filters match. */
export interface Route {
  readonly subscriber: Subscriber;
  readonly terms: Terms;
  /** The terms for the subscriber's own messages, if some of its filters exclude these and some do not. */
  readonly ownTerms?: Terms;
}

/**
 * Merges matching subscriptions into one route per subscriber, with their highest quality of service and all their identifiers. [MQTT-3.3.5-1], [MQTT-3.3.4-4]
 */
export function mergeRoutes(subscriptions: readonly Subscription[]): readonly Route[] {
  if (subscriptions.length < 2) return subscriptions;
  const bySubscriber = new Map<Subscriber, Subscription | Subscription[]>();
  for (const subscription of subscriptions) {
    const others = bySubscriber.get(subscription.subscriber);
    if (Array.isArray(others)) others.push(subscription);
    else bySubscriber.set(subscription.subscriber, others ? [others, subscription] : subscription);
  }
  if (bySubscriber.size === subscriptions.length) return subscriptions;
  return Array.from(bySubscriber.values(), (one) => (Array.isArray(one) ? merge(one) : one));
}

/** The terms for a message by `publisher` on a route; `undefined` if it does not go there. [MQTT-3.8.3-3] */
export function termsFor(route: Route, publisher: Publisher | undefined): Terms | undefined {
  if (route.subscriber !== publisher) return route.terms;
  return route.terms.noLocal ? undefined : (route.ownTerms ?? route.terms);
}

function merge(subscriptions: readonly Subscription[]): Route {
  const terms = subscriptions.map((subscription) => subscription.terms);
  const own = terms.filter(({ noLocal }) => !noLocal);
  const isMixed = own.length > 0 && own.length < terms.length;
  return {
    subscriber: (subscriptions[0] as Subscription).subscriber,
    terms: mergeTerms(terms),
    ...(isMixed && { ownTerms: mergeTerms(own) }),
  };
}

function mergeTerms(terms: readonly Terms[]): Terms {
  return {
    qos: terms.reduce<Qos>((most, { qos }) => (qos > most ? qos : most), 0),
    noLocal: terms.every(({ noLocal }) => noLocal),
    retainAsPublished: terms.some(({ retainAsPublished }) => retainAsPublished),
    identifiers: terms.flatMap(({ identifiers }) => identifiers),
  };
}
