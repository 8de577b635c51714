import type { Publisher, Subscriber, Subscription, Terms } from './subscription.ts';

/** Where a message goes: one entry a subscriber, however many of its filters match. */
export interface Route {
  readonly subscriber: Subscriber;
  readonly terms: Terms;
  /** The terms for what the subscriber itself has published, where some of its filters leave that out and some do not. */
  readonly ownTerms?: Terms;
}

/**
 * Merges matching subscriptions into one route for each subscriber, at the highest of their qualities of service
 * and with all their identifiers. [MQTT-3.3.5-1], [MQTT-3.3.4-4]
 */
export function mergeRoutes(subscriptions: readonly Subscription[]): readonly Route[] {
  if (subscriptions.length < 2) return subscriptions;
  const routes = new Map<Subscriber, Route>();
  for (const subscription of subscriptions) {
    const other = routes.get(subscription.subscriber);
    routes.set(subscription.subscriber, other ? merge(other, subscription) : subscription);
  }
  return routes.size === subscriptions.length ? subscriptions : [...routes.values()];
}

/** The terms on which a message by `publisher` goes along a route; `undefined` where it does not. [MQTT-3.8.3-3] */
export function termsFor(route: Route, publisher: Publisher | undefined): Terms | undefined {
  if (route.subscriber !== publisher) return route.terms;
  return route.terms.noLocal ? undefined : (route.ownTerms ?? route.terms);
}

function merge(one: Route, { subscriber, terms }: Route): Route {
  const own = [one.ownTerms ?? one.terms, terms].filter(({ noLocal }) => !noLocal);
  const [first, ...rest] = own;
  return {
    subscriber,
    terms: mergeTerms(one.terms, terms),
    ...(first && { ownTerms: rest.reduce(mergeTerms, first) }),
  };
}

function mergeTerms(one: Terms, other: Terms): Terms {
  return {
    qos: one.qos > other.qos ? one.qos : other.qos,
    noLocal: one.noLocal && other.noLocal,
    retainAsPublished: one.retainAsPublished || other.retainAsPublished,
    identifiers: [...one.identifiers, ...other.identifiers],
  };
}
