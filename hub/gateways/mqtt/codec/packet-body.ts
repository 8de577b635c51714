import { readAcknowledgement } from './acknowledgement.ts';
import { readConnack } from './connack.ts';
import { readAuth, readDisconnect } from './disconnect.ts';
import type { Packet } from './packet.ts';
import { PacketType } from './packet-type.ts';
import type { PacketContext } from './publish.ts';
import { readPublish } from './publish.ts';
import type { PacketReader } from './reader.ts';
import { malformed } from './reason-code.ts';
import { readSuback, readSubscribe, readUnsuback, readUnsubscribe } from './subscribe.ts';

/** Reads the body of any packet but CONNECT, whose first byte has been checked. */
export function readBody(reader: PacketReader, first: number, context: PacketContext): Packet {
  const { version, receiver } = context;
  switch (first >> 4) {
    case PacketType.publish:
      return readPublish(reader, first, context);
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
    case PacketType.pingresp:
      return { type: 'pingresp' };
    case PacketType.subscribe:
      return readSubscribe(reader, version);
    case PacketType.suback:
      return readSuback(reader, version);
    case PacketType.unsubscribe:
      return readUnsubscribe(reader, version);
    case PacketType.unsuback:
      return readUnsuback(reader, version);
    case PacketType.disconnect:
      return readDisconnect(reader, version, receiver);
    case PacketType.connack:
      return readConnack(reader, version);
    case PacketType.auth:
      return readAuth(reader, receiver);
    default:
      throw malformed(`the packet type ${first >> 4} is reserved`, 'MQTT 5, 2.1.2');
  }
}
