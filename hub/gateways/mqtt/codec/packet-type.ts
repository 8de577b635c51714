import type { Qos } from '../../../core/message.ts';
import type { Packet, ProtocolVersion } from './packet.ts';
import { hex, malformed, violation } from './reason-code.ts';

/** The number of each packet type, the high half of a packet's first byte (MQTT 5, table 2-1). */
export const PacketType = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
  auth: 15,
} as const satisfies Record<Packet['type'], number>;

const { connect, connack, publish, pubrel, subscribe, suback, unsubscribe, unsuback } = PacketType;
const { pingresp, auth } = PacketType;

/** The types that only a server sends (MQTT 5, table 2-1, "direction of flow"). */
const serverOnly = bits(connack, suback, unsuback, pingresp);

/** The types whose flags are 0010; all others but PUBLISH have 0000. [MQTT-2.1.3-1] */
const flagged = bits(pubrel, subscribe, unsubscribe);

const QOS_BITS = 0x06;

/** The first byte of a packet whose flags are fixed. */
export function firstByteOf(type: Exclude<Packet['type'], 'publish'>): number {
  const number = PacketType[type];
  return (number << 4) | fixedFlags(number);
}

/** Checks the first byte of a client's packet, before its body has come. */
export function checkFirstByte(first: number, version: ProtocolVersion | undefined): void {
  const type = first >> 4;
  if (type === publish) {
    checkPublishFlags(first, version);
    return;
  }
  if (type === 0 || (type === auth && version !== undefined && version < 5)) {
    throw malformed(`the packet type ${type} is reserved`, 'MQTT 5, 2.1.2');
  }
  if ((serverOnly & (1 << type)) !== 0) {
    throw violation(`a server does not receive packets of type ${type}`, 'MQTT 5, 2.1.2');
  }
  if (type !== connect) checkFlags(first, version); // The version is not known before the CONNECT.
}

/** Checks the flags of any packet but PUBLISH. MQTT 3.1 uses only the QoS, in packets that are acknowledged. (MQTT 3.1, 2.1) */
export function checkFlags(first: number, version: ProtocolVersion | undefined): void {
  const wanted = fixedFlags(first >> 4);
  const used = version === 3 ? wanted && QOS_BITS : 0x0f;
  if ((first & used) !== wanted) {
    throw malformed(`the first byte ${hex(first)} has wrong flags`, 'MQTT-2.1.3-1');
  }
}

function checkPublishFlags(first: number, version: ProtocolVersion | undefined): void {
  const qos = (first >> 1) & 0x03;
  if (qos === 3) throw malformed('the QoS of a PUBLISH is 3', 'MQTT-3.3.1-4');
  if (version !== 3 && qos === 0 && (first & 0x08) !== 0)
    throw malformed('DUP is set with QoS 0', 'MQTT-3.3.1-2');
}

function fixedFlags(type: number): number {
  return (flagged & (1 << type)) === 0 ? 0 : 0x02;
}

function bits(...numbers: number[]): number {
  return numbers.reduce((all, number) => all | (1 << number), 0);
}

/** The quality of service for two bits that are not 3. */
export function toQos(bits: number): Qos {
  if (bits === 0) return 0;
  return bits === 1 ? 1 : 2;
}
