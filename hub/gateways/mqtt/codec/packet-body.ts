import { readAcknowledgement } from './acknowledgement.ts';
import { readAuth, readDisconnect } from './disconnect.ts';
import type { Packet, PublishPacket } from './packet.ts';
import { PacketType } from './packet-type.ts';
import type { PacketContext } from './publish.ts';
import { readPublish } from './publish.ts';
import type { PacketReader } from './reader.ts';
import { malformed, violation } from './reason-code.ts';
import { readSubscribe, readUnsubscribe } from './subscribe.ts';

/** Reads the body of any packet of a client but CONNECT, whose first byte has been checked. */
export function readBody(reader: PacketReader, first: number, context: PacketContext): Packet {
  const { version } = context;
  switch (first >> 4) {
    case PacketType.publish:
      return fromClient(readPublish(reader, first, context));
    case PacketType.puback:
      return readAcknowledgement('puback', reader, version);
    case PacketType.pubrec:
      return readAcknowledgement('pubrec', reader, version);
    case PacketType.pubrel:
      return readAcknowledgement('pubrel', reader, version);
    case PacketType.pubcomp:
      return readAcknowledgement('pubcomp', reader, version);
    case PacketType.pingreq:
      return { type: 'pingreq' };
    case PacketType.subscribe:
      return readSubscribe(reader, version);
    case PacketType.unsubscribe:
      return readUnsubscribe(reader, version);
    case PacketType.disconnect:
      return readDisconnect(reader, version);
    case PacketType.auth:
      return readAuth(reader);
    default:
      throw malformed(`the packet type ${first >> 4} is reserved`, 'MQTT 5, 2.1.2');
  }
}

function fromClient(packet: PublishPacket): PublishPacket {
  if (packet.subscriptionIdentifiers === undefined) return packet;
  throw violation('a client sent a subscription identifier', 'MQTT-3.3.4-6');
}
