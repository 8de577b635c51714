import { randomUUID } from 'node:crypto';
import { Message } from '../../core/message.ts';
import { parseTopicName } from '../../core/topic.ts';
import { NEVER_EXPIRES } from '../../session/absences.ts';
import type { OpenedSession } from '../../session/sessions.ts';
import type { Will } from '../../session/will.ts';
import type { ConnackProperties, ConnectPacket, Will as WillFields } from './codec/index.ts';
import type { MqttLimits } from './limits.ts';
import type { Reception } from './link.ts';
import { checkPayloadFormat } from './payload-format.ts';

const MAX_RECEIVE_MAXIMUM = 65_535;

/** What a client wants of the packets that it gets. (MQTT 5, 3.1.2.11) */
export function toReception(
  { protocolVersion, properties = {} }: ConnectPacket,
  limits: MqttLimits,
): Reception {
  return {
    version: protocolVersion,
    receiveMaximum: properties.receiveMaximum ?? MAX_RECEIVE_MAXIMUM,
    maximumPacketSize: properties.maximumPacketSize,
    topicAliases: Math.min(properties.topicAliasMaximum ?? 0, limits.ownTopicAliases),
    problemInformation: properties.requestProblemInformation !== 0,
  };
}

/** How long the session is to be kept, seconds. Without Clean Session, MQTT 3.1.1 means for ever. */
export function sessionExpiryOf({ protocolVersion, cleanStart, properties }: ConnectPacket): number {
  if (protocolVersion === 5) return properties?.sessionExpiryInterval ?? 0;
  return cleanStart ? 0 : NEVER_EXPIRES;
}

/** The keep alive that holds, seconds, 0 for none. MQTT 5 clients can be told of another one. [MQTT-3.1.2-21] */
export function keepAliveOf({ protocolVersion, keepAlive }: ConnectPacket, limits: MqttLimits): number {
  if (protocolVersion < 5) return keepAlive;
  return Math.min(keepAlive || limits.keepAliveSeconds, limits.keepAliveSeconds);
}

/** The client's identifier, or one of the hub's own. [MQTT-3.1.3-6], [MQTT-3.1.3-7] */
export function clientIdentifierOf({ clientIdentifier }: ConnectPacket): string {
  return clientIdentifier === '' ? `mqtt-${randomUUID()}` : clientIdentifier;
}

/** A will as sessions keep it. Throws `topic/invalid`, `payload/invalid`. */
export function toWill(fields: WillFields | undefined, limits: MqttLimits): Will | undefined {
  if (!fields) return undefined;
  const { payload, qos, retain, properties, messageExpiryInterval, willDelayInterval = 0 } = fields;
  const topic = parseTopicName(fields.topic, limits.topicLevels);
  checkPayloadFormat(topic, payload, properties);
  const message = new Message(topic, payload, { qos, retain, properties });
  return { message, delaySeconds: willDelayInterval, expirySeconds: messageExpiryInterval };
}

export interface Welcome {
  readonly connect: ConnectPacket;
  readonly opened: OpenedSession;
  /** The keep alive that holds, seconds. */
  readonly keepAlive: number;
  readonly limits: MqttLimits;
  /** The last word of an exchange; empty where there was none. */
  readonly authenticationData: Uint8Array;
}

/** What an MQTT 5 client is told when it is let in: what it may do, and what differs from what it asked for. (MQTT 5, 3.2.2.3) */
export function connackProperties({
  connect,
  opened,
  keepAlive,
  limits,
  authenticationData,
}: Welcome): ConnackProperties {
  const { properties = {}, clientIdentifier } = connect;
  const { session, expirySeconds } = opened;
  const responseTopic = `response/${encodeURIComponent(session.clientIdentifier)}`;
  return {
    receiveMaximum: limits.receiveMaximum,
    maximumPacketSize: limits.packetBytes,
    topicAliasMaximum: limits.topicAliases,
    ...(expirySeconds !== sessionExpiryOf(connect) && { sessionExpiryInterval: expirySeconds }),
    ...(clientIdentifier === '' && { assignedClientIdentifier: session.clientIdentifier }),
    ...(keepAlive !== connect.keepAlive && { serverKeepAlive: keepAlive }),
    ...(properties.requestResponseInformation === 1 && { responseInformation: responseTopic }),
    ...(properties.authenticationMethod !== undefined && {
      authenticationMethod: properties.authenticationMethod, // [MQTT-4.12.0-5]
      ...(authenticationData.byteLength > 0 && { authenticationData }),
    }),
  };
}
