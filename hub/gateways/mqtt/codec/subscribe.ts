import { HubError, quote } from '../../../core/error.ts';
import type { ProtocolVersion, SubscribePacket, Subscription, UnsubscribePacket } from './packet.ts';
import { toQos } from './packet-type.ts';
import { readProperties } from './property-reader.ts';
import type { PacketReader } from './reader.ts';
import { hex, malformed, violation } from './reason-code.ts';
import { hasTooManyLevels } from './topic-names.ts';

const NO_LOCAL = 0x04;
const RETAIN_AS_PUBLISHED = 0x08;

/**
 * Reads a SUBSCRIBE (MQTT 5, 3.8). Its filters are well-formed; the hub decides about each whether it is allowed. Throws `filter/invalid` if one
 * has too many levels.
 */
export function readSubscribe(
  reader: PacketReader,
  version: ProtocolVersion,
  maxLevels: number,
): SubscribePacket {
  const packetIdentifier = reader.packetIdentifier();
  const properties = version === 5 ? readProperties(reader, 'subscribe') : undefined;
  const subscriptions: Subscription[] = [];
  while (reader.remaining > 0) subscriptions.push(readSubscription(reader, version, maxLevels));
  if (subscriptions.length === 0) throw violation('the SUBSCRIBE has no topic filter', 'MQTT-3.8.3-2');
  return { type: 'subscribe', packetIdentifier, subscriptions, properties };
}

function readSubscription(reader: PacketReader, version: ProtocolVersion, maxLevels: number): Subscription {
  const topicFilter = readTopicFilter(reader, version, maxLevels);
  const options = reader.byte('subscription options');
  if (version === 5) checkOptions(options, topicFilter);
  else if (version === 4 && options > 2)
    throw malformed(`the requested QoS is ${hex(options)}`, 'MQTT-3-8.3-4 of 3.1.1');
  else if ((options & 0x03) === 3) throw malformed('the requested QoS is 3', 'MQTT 3.1, 3.8'); // The other bits are reserved.
  const handling = version === 5 ? options >> 4 : 0;
  return {
    topicFilter,
    qos: toQos(options & 0x03),
    noLocal: version === 5 && (options & NO_LOCAL) !== 0,
    retainAsPublished: version === 5 && (options & RETAIN_AS_PUBLISHED) !== 0,
    retainHandling: handling === 2 ? 2 : handling === 1 ? 1 : 0,
  };
}

/** Matches filters with a "#" that is not the last level, or a wildcard that is not a whole level. */
const MISPLACED_WILDCARD = /[^/][+#]|\+[^/]|#./s;

/** Matches `$share/`, a name without wildcards, `/` and a filter. */
const SHARED = /^\$share\/[^/+#]+\/./s;

function readTopicFilter(reader: PacketReader, version: ProtocolVersion, maxLevels: number): string {
  if (hasTooManyLevels(reader, maxLevels)) {
    throw new HubError('filter/invalid', `a topic filter has more than ${maxLevels} levels`);
  }
  const filter = reader.utf8('topic filter'); // [MQTT-3.8.3-1], [MQTT-3.10.3-1]
  if (filter === '') throw violation('a topic filter is empty', 'MQTT-4.7.3-1');
  if (MISPLACED_WILDCARD.test(filter)) {
    const clause = /#./s.test(filter) || /[^/]#/.test(filter) ? 'MQTT-4.7.1-1' : 'MQTT-4.7.1-2';
    throw violation(`the topic filter ${quote(filter)} has a misplaced wildcard`, clause);
  }
  // MQTT 3.1.1 has no shared subscriptions: the hub refuses them.
  if (version === 5 && filter.startsWith('$share/') && !SHARED.test(filter)) {
    throw violation(`${quote(filter)} is not "$share/<name>/<filter>"`, 'MQTT-4.8.2-1');
  }
  return filter;
}

function checkOptions(options: number, topicFilter: string): void {
  if (options >> 6 !== 0) {
    throw malformed(`the subscription options ${hex(options)} have a reserved bit set`, 'MQTT-3.8.3-5');
  }
  if ((options & 0x03) === 3) throw violation('the maximum QoS is 3', 'MQTT 5, 3.8.3.1');
  if (options >> 4 === 3) throw violation('the retain handling is 3', 'MQTT 5, 3.8.3.1');
  if ((options & NO_LOCAL) !== 0 && topicFilter.startsWith('$share/')) {
    throw violation('a shared subscription has No Local', 'MQTT-3.8.3-4');
  }
}

/** Reads an UNSUBSCRIBE (MQTT 5, 3.10). Throws as `readSubscribe`. */
export function readUnsubscribe(
  reader: PacketReader,
  version: ProtocolVersion,
  maxLevels: number,
): UnsubscribePacket {
  const packetIdentifier = reader.packetIdentifier();
  const properties = version === 5 ? readProperties(reader, 'unsubscribe') : undefined;
  const topicFilters: string[] = [];
  while (reader.remaining > 0) topicFilters.push(readTopicFilter(reader, version, maxLevels));
  if (topicFilters.length === 0) throw violation('the UNSUBSCRIBE has no topic filter', 'MQTT-3.10.3-2');
  return { type: 'unsubscribe', packetIdentifier, topicFilters, properties };
}
