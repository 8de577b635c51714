import { HubError } from '../../core/error.ts';
import { parseTopicFilter } from '../../core/filter.ts';
import type { Subscription as HubSubscription } from '../../core/subscription.ts';
import {
  ReasonCode,
  type SubscribePacket,
  type Subscription,
  type UnsubscribePacket,
} from './codec/index.ts';
import { noteRefusal, reasonCodeFor } from './refusal.ts';
import type { Client, Services } from './services.ts';

const NO_IDENTIFIERS: readonly number[] = [];

/** Handles a SUBSCRIBE: acknowledges it, filter by filter, and then sends retained messages. (MQTT 5, 3.8.4) */
export function subscribe(client: Client, packet: SubscribePacket, services: Services): void {
  const { packetIdentifier, subscriptions, properties } = packet;
  const identifier = properties?.subscriptionIdentifier;
  const identifiers = identifier === undefined ? NO_IDENTIFIERS : [identifier];
  const most = services.sessions.limits.filtersAtOnce;
  const outcomes = subscriptions.map((wanted, index) =>
    index < most ? subscribeOne(client, wanted, identifiers, services) : oneTooMany(services),
  );
  const reasonCodes = outcomes.map(({ reasonCode }) => reasonCode); // [MQTT-3.8.4-6], [MQTT-3.9.3-1]
  client.link.reply({ type: 'suback', packetIdentifier, reasonCodes });
  for (const { replayed } of outcomes) if (replayed) client.session.replay([replayed]);
}

interface Outcome {
  readonly reasonCode: number;
  /** The subscription whose retained messages must be sent. */
  readonly replayed?: HubSubscription | undefined;
}

function subscribeOne(
  client: Client,
  { topicFilter, qos, noLocal, retainAsPublished, retainHandling }: Subscription,
  identifiers: readonly number[],
  services: Services,
): Outcome {
  const { events } = services;
  try {
    const filter = parseTopicFilter(topicFilter);
    const { isBridge } = client.link;
    const terms = {
      qos,
      noLocal: noLocal || isBridge,
      retainAsPublished: retainAsPublished || isBridge,
      identifiers,
    };
    const { subscription, isNew } = client.session.subscribe(filter, terms);
    events.subscribed$.next({ client, filter: topicFilter, qos });
    // [MQTT-3.3.1-9], [MQTT-3.3.1-10], [MQTT-3.3.1-11]
    const isReplayed = retainHandling === 0 || (retainHandling === 1 && isNew);
    return { reasonCode: qos, replayed: isReplayed ? subscription : undefined };
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    noteRefusal(client, error, services);
    return { reasonCode: reasonCodeFor('suback', error) };
  }
}

/** Refuses a filter past the most at a time without parsing it. [MQTT-3.9.3-1] */
function oneTooMany({ counters }: Services): Outcome {
  counters.refused++;
  return { reasonCode: ReasonCode.QuotaExceeded };
}

/** Handles an UNSUBSCRIBE. (MQTT 5, 3.10.4) */
export function unsubscribe(client: Client, packet: UnsubscribePacket, { events }: Services): void {
  const { session, link } = client;
  const { packetIdentifier, topicFilters } = packet;
  const reasonCodes = topicFilters.map((filter) => {
    if (!session.unsubscribe(filter)) return ReasonCode.NoSubscriptionExisted;
    events.unsubscribed$.next({ client, filter });
    return ReasonCode.Success;
  });
  link.reply({ type: 'unsuback', packetIdentifier, reasonCodes });
}
