import { shownUser } from '../shown-user.ts';
import { abbreviate, type TracedPacket } from '../traces.ts';
import type { ConnackPacket, ConnectPacket, Packet, PublishPacket } from './codec/index.ts';

type Details = TracedPacket['details'];

/** How many filters of a packet a trace shows. */
const SHOWN_FILTERS = 20;

/** A packet as a trace shows it: without password and authentication data, and with the beginning of its payload. */
export function describePacket(packet: Packet): Details {
  switch (packet.type) {
    case 'connect':
      return describeConnect(packet);
    case 'connack':
      return describeConnack(packet);
    case 'publish':
      return describePublish(packet);
    case 'subscribe':
      return {
        packetIdentifier: packet.packetIdentifier,
        filters: packet.subscriptions.slice(0, SHOWN_FILTERS).map(({ topicFilter, qos }) => ({
          filter: topicFilter,
          qos,
        })),
        count: packet.subscriptions.length,
      };
    case 'unsubscribe': {
      const { packetIdentifier, topicFilters } = packet;
      return {
        packetIdentifier,
        filters: topicFilters.slice(0, SHOWN_FILTERS),
        count: topicFilters.length,
      };
    }
    case 'suback':
    case 'unsuback': {
      const { packetIdentifier, reasonCodes } = packet;
      return { packetIdentifier, reasonCodes: reasonCodes.slice(0, SHOWN_FILTERS) };
    }
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp': {
      const { packetIdentifier, reasonCode } = packet;
      return { packetIdentifier, reasonCode };
    }
    case 'disconnect': {
      const { reasonCode, properties } = packet;
      return { reasonCode, reason: properties?.reasonString };
    }
    case 'auth':
      return { reasonCode: packet.reasonCode, method: packet.properties?.authenticationMethod };
    case 'pingreq':
    case 'pingresp':
      return {};
  }
}

function describeConnect(packet: ConnectPacket): Details {
  const { protocolVersion, cleanStart, keepAlive, clientIdentifier, will, userName, password } = packet;
  return {
    protocolVersion,
    cleanStart,
    keepAlive,
    clientIdentifier,
    userName: shownUser(userName),
    hasPassword: password !== undefined,
    sessionExpiry: packet.properties?.sessionExpiryInterval,
    method: packet.properties?.authenticationMethod,
    will: will && { topic: will.topic, qos: will.qos, retain: will.retain, ...abbreviate(will.payload) },
  };
}

function describeConnack({ sessionPresent, reasonCode, properties }: ConnackPacket): Details {
  return {
    sessionPresent,
    reasonCode,
    reason: properties?.reasonString,
    assignedClientIdentifier: properties?.assignedClientIdentifier,
  };
}

function describePublish({ topic, qos, retain, dup, packetIdentifier, ...rest }: PublishPacket): Details {
  return {
    topic,
    topicAlias: rest.topicAlias,
    qos,
    retain,
    ...(dup && { dup }),
    ...(qos > 0 && { packetIdentifier }),
    ...abbreviate(rest.payload),
  };
}
