import { Buffer } from 'node:buffer';
import {
  type AuthPacket,
  type ConnackPacket,
  type ConnectPacket,
  type Delivery,
  type DisconnectPacket,
  type EncodeLimits,
  type Packet,
  type ProtocolVersion,
  type PublishPacket,
  PublishTemplate,
  type SubackPacket,
  type SubscribePacket,
  type Subscription,
  encode as serverEncode,
  sharedDelivery,
  type UnsubscribePacket,
  type Will,
} from '../../../../../hub/gateways/mqtt/codec/index.ts';
import { readAuthProperties, readBody } from '../../../../../hub/gateways/mqtt/codec/packet-body.ts';
import {
  checkFirstByte,
  checkFlags,
  firstByteOf,
  PacketType,
  toQos,
} from '../../../../../hub/gateways/mqtt/codec/packet-type.ts';
import { writeProperties, writePropertyList } from '../../../../../hub/gateways/mqtt/codec/property.ts';
import { readEach, readProperties } from '../../../../../hub/gateways/mqtt/codec/property-reader.ts';
import { PacketReader } from '../../../../../hub/gateways/mqtt/codec/reader.ts';
import {
  hex,
  isReasonCodeOf,
  malformed,
  ReasonCode,
  violation,
} from '../../../../../hub/gateways/mqtt/codec/reason-code.ts';
import { readTopicName, TopicNames } from '../../../../../hub/gateways/mqtt/codec/topic-names.ts';
import { PacketWriter } from '../../../../../hub/gateways/mqtt/codec/writer.ts';

/** The bytes of any packet: a client's, or a server's as the hub writes it. */
export function encode(packet: Packet, version: ProtocolVersion, limits?: EncodeLimits): Buffer {
  switch (packet.type) {
    case 'connect':
      return encodeConnect(packet);
    case 'subscribe':
      return encodeSubscribe(packet, version);
    case 'unsubscribe':
      return encodeUnsubscribe(packet, version);
    case 'pingreq':
      return Buffer.of(firstByteOf('pingreq'), 0);
    case 'publish':
      return encodePublish(packet, version);
    default:
      return serverEncode(packet, version, limits);
  }
}

/** Writes a PUBLISH, as a template does for its first receiver. */
function encodePublish(packet: PublishPacket, version: ProtocolVersion): Buffer {
  const template = new PublishTemplate(packet, version, packet.messageExpiryInterval);
  const delivery = deliveryOf(packet);
  const bytes = Buffer.alloc(template.byteLength(delivery));
  template.write(bytes, 0, delivery);
  return bytes;
}

/** The delivery that makes a template's message this packet. */
export function deliveryOf(packet: PublishPacket): Delivery {
  const { qos, retain, dup, packetIdentifier, topicAlias, subscriptionIdentifiers } = packet;
  const flags = sharedDelivery({ qos, retain: retain ? 1 : 0, duplicate: dup, packetIdentifier });
  if (topicAlias === undefined && subscriptionIdentifiers === undefined) return flags;
  return { flags, topicAlias, subscriptionIdentifiers };
}

const CLEAN_START = 0x02;
const WILL = 0x04;
const WILL_RETAIN = 0x20;
const PASSWORD = 0x40;
const USER_NAME = 0x80;
const NO_LOCAL = 0x04;
const RETAIN_AS_PUBLISHED = 0x08;

/** Writes a CONNECT; a will's payload, the user name and the password in the order of [MQTT-3.1.3-1]. */
function encodeConnect(packet: ConnectPacket): Buffer {
  const { protocolVersion, will, isBridge = false } = packet;
  const writer = new PacketWriter();
  writer.utf8(protocolVersion === 3 ? 'MQIsdp' : 'MQTT');
  writer.byte(isBridge ? 0x80 | protocolVersion : protocolVersion);
  writer.byte(flagsOf(packet));
  writer.twoByteInteger(packet.keepAlive);
  if (protocolVersion === 5) writeProperties(writer, packet.properties);
  writer.utf8(packet.clientIdentifier);
  if (will) writeWill(writer, will, protocolVersion);
  if (packet.userName !== undefined) writer.utf8(packet.userName);
  if (packet.password !== undefined) writer.binary(packet.password);
  return writer.finish(firstByteOf('connect'));
}

function flagsOf({ cleanStart, will, userName, password }: ConnectPacket): number {
  let flags = cleanStart ? CLEAN_START : 0;
  if (will) flags |= WILL | (will.qos << 3) | (will.retain ? WILL_RETAIN : 0);
  if (userName !== undefined) flags |= USER_NAME;
  if (password !== undefined) flags |= PASSWORD;
  return flags;
}

function writeWill(writer: PacketWriter, will: Will, version: ProtocolVersion): void {
  if (version === 5) {
    writer.section(() => {
      const { willDelayInterval, messageExpiryInterval, properties } = will;
      writePropertyList(writer, { willDelayInterval, messageExpiryInterval, ...properties });
    });
  }
  writer.utf8(will.topic);
  writer.binary(will.payload);
}

/** Writes a SUBSCRIBE; in MQTT 3.1.1 the QoS is the only option. */
function encodeSubscribe(packet: SubscribePacket, version: ProtocolVersion): Buffer {
  const writer = new PacketWriter();
  writer.twoByteInteger(packet.packetIdentifier);
  if (version === 5) writeProperties(writer, packet.properties);
  for (const subscription of packet.subscriptions) {
    writer.utf8(subscription.topicFilter);
    writer.byte(version === 5 ? optionsOf(subscription) : subscription.qos);
  }
  return writer.finish(firstByteOf('subscribe'));
}

function optionsOf({ qos, noLocal, retainAsPublished, retainHandling }: Subscription): number {
  return (
    qos | (noLocal ? NO_LOCAL : 0) | (retainAsPublished ? RETAIN_AS_PUBLISHED : 0) | (retainHandling << 4)
  );
}

/** Writes an UNSUBSCRIBE. */
function encodeUnsubscribe(packet: UnsubscribePacket, version: ProtocolVersion): Buffer {
  const writer = new PacketWriter();
  writer.twoByteInteger(packet.packetIdentifier);
  if (version === 5) writeProperties(writer, packet.properties);
  for (const filter of packet.topicFilters) writer.utf8(filter);
  return writer.finish(firstByteOf('unsubscribe'));
}

/** Reads what a server sends, in chunks of any size: `next` returns one packet after the other until more has to be pushed. */
export class ClientParser {
  readonly #version: ProtocolVersion;
  #bytes: Buffer = Buffer.alloc(0);
  #fault: unknown;

  constructor(version: ProtocolVersion = 4) {
    this.#version = version;
  }

  push(chunk: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
  }

  /** Throws a `HubError` at the first fault, and at every call after that. */
  next(): Packet | undefined {
    if (this.#fault !== undefined) throw this.#fault;
    try {
      return this.#next();
    } catch (error) {
      this.#fault = error;
      throw error;
    }
  }

  #next(): Packet | undefined {
    const bytes = this.#bytes;
    const [first] = bytes;
    if (first === undefined) return undefined;
    checkFirst(first, this.#version);
    const lengthEnd = bytes.subarray(1, 5).findIndex((byte) => byte < 0x80) + 2;
    if (lengthEnd === 1 && bytes.length < 5) return undefined;
    const header = new PacketReader(bytes, 1, bytes.length);
    const end = header.variableByteInteger('remaining length') + header.at;
    if (end > bytes.length) return undefined;
    this.#bytes = bytes.subarray(end);
    const reader = new PacketReader(bytes, header.at, end);
    const packet = readPacket(reader, first, this.#version);
    if (reader.remaining === 0) return packet;
    throw malformed(`there are bytes after the end of the ${packet.type}`, 'MQTT 5, 2.1.4');
  }
}

/** The packets that only a client sends, and those that only a server sends. (MQTT 5, table 2-1) */
const foreign: readonly number[] = [
  PacketType.connect,
  PacketType.subscribe,
  PacketType.unsubscribe,
  PacketType.pingreq,
];
const own: readonly number[] = [
  PacketType.connack,
  PacketType.suback,
  PacketType.unsuback,
  PacketType.pingresp,
];

function checkFirst(first: number, version: ProtocolVersion): void {
  const type = first >> 4;
  if (foreign.includes(type))
    throw violation(`a client is not sent packets of type ${type}`, 'MQTT 5, 2.1.2');
  if (own.includes(type)) checkFlags(first, version);
  else checkFirstByte(first, version);
}

function readPacket(reader: PacketReader, first: number, version: ProtocolVersion): Packet {
  switch (first >> 4) {
    case PacketType.connack:
      return readConnack(reader, version);
    case PacketType.publish:
      return readPublish(reader, first, version);
    case PacketType.suback:
      return readSuback(reader, version);
    case PacketType.unsuback:
      return readUnsuback(reader, version);
    case PacketType.pingresp:
      return { type: 'pingresp' };
    case PacketType.disconnect:
      return readDisconnect(reader, version);
    case PacketType.auth:
      return readAuth(reader);
    default:
      return readBody(reader, first, { version, topicNames: new TopicNames() });
  }
}

/** Reads a PUBLISH (MQTT 5, 3.3), which from a server may have subscription identifiers. */
function readPublish(reader: PacketReader, first: number, version: ProtocolVersion): PublishPacket {
  const qos = toQos((first >> 1) & 0x03);
  const topic = readTopicName(reader, 'topic name');
  const packetIdentifier = qos === 0 ? 0 : reader.packetIdentifier();
  const delivery = version === 5 ? readDelivery(reader) : {};
  if (topic === '' && delivery.topicAlias === undefined) {
    throw violation('there is neither a topic name nor a topic alias', 'MQTT 5, 3.3.2.1');
  }
  const flags = { retain: (first & 0x01) !== 0, dup: (first & 0x08) !== 0 };
  return { type: 'publish', topic, qos, ...flags, packetIdentifier, ...delivery, payload: reader.rest() };
}

type DeliveryFields = Pick<
  PublishPacket,
  'properties' | 'messageExpiryInterval' | 'topicAlias' | 'subscriptionIdentifiers'
>;

function readDelivery(reader: PacketReader): DeliveryFields {
  const identifiers: number[] = [];
  const target: DeliveryFields & { subscriptionIdentifier: number } = {
    set subscriptionIdentifier(value: number) {
      identifiers.push(value);
    },
  };
  readEach(reader, 'publish', target);
  const { properties, messageExpiryInterval, topicAlias } = target;
  const subscriptionIdentifiers = identifiers.length > 0 ? identifiers : undefined;
  return { properties, messageExpiryInterval, topicAlias, subscriptionIdentifiers };
}

/** Reads a CONNACK (MQTT 5, 3.2). */
function readConnack(reader: PacketReader, version: ProtocolVersion): ConnackPacket {
  const flags = reader.byte('connect acknowledge flags');
  if (flags > 1) throw malformed(`the connect acknowledge flags are ${hex(flags)}`, 'MQTT-3.2.2-1');
  const reasonCode = version === 5 ? readReasonCode(reader) : readReturnCode(reader);
  const sessionPresent = flags === 1;
  if (sessionPresent && reasonCode !== 0) throw violation('a refused client has a session', 'MQTT-3.2.2-6');
  const properties = version === 5 ? readProperties(reader, 'connack') : undefined;
  return { type: 'connack', sessionPresent, reasonCode, properties };
}

function readReasonCode(reader: PacketReader): number {
  const reasonCode = reader.byte('reason code');
  if (isReasonCodeOf('connack', reasonCode, 'client')) return reasonCode;
  throw violation(`${hex(reasonCode)} is no reason code of CONNACK`, 'MQTT-3.2.2-8');
}

function readReturnCode(reader: PacketReader): number {
  const returnCode = reader.byte('return code');
  const reasonCode = reasonCodeFromReturnCode(returnCode);
  if (reasonCode !== undefined) return reasonCode;
  throw violation(`the return code ${returnCode} is reserved`, 'MQTT 3.1.1, 3.2.2.3');
}

/** Reads a SUBACK (MQTT 5, 3.9). */
function readSuback(reader: PacketReader, version: ProtocolVersion): SubackPacket {
  const packetIdentifier = reader.packetIdentifier();
  const properties = version === 5 ? readProperties(reader, 'acknowledgement') : undefined;
  const reasonCodes: number[] = [];
  while (reader.remaining > 0) reasonCodes.push(readSubackReason(reader, version));
  if (reasonCodes.length === 0) throw malformed('the SUBACK has no reason code', 'MQTT-3.9.3-1');
  return { type: 'suback', packetIdentifier, reasonCodes, properties };
}

function readSubackReason(reader: PacketReader, version: ProtocolVersion): number {
  const code = reader.byte('reason code');
  const isKnown = version === 5 ? isReasonCodeOf('suback', code, 'client') : isReturnCode(code);
  if (isKnown) return code;
  throw violation(`${hex(code)} is no reason code of SUBACK`, 'MQTT-3.9.3-2');
}

/** Whether a code is a return code of SUBACK in MQTT 3.1.1 (3.9.3). */
function isReturnCode(code: number): boolean {
  return code <= 2 || code === ReasonCode.UnspecifiedError;
}

/** Reads an UNSUBACK (MQTT 5, 3.11). */
function readUnsuback(reader: PacketReader, version: ProtocolVersion): SubackPacket {
  const packetIdentifier = reader.packetIdentifier();
  const properties = version === 5 ? readProperties(reader, 'acknowledgement') : undefined;
  const reasonCodes = version === 5 ? readUnsubackReasons(reader) : [];
  return { type: 'unsuback', packetIdentifier, reasonCodes, properties };
}

function readUnsubackReasons(reader: PacketReader): number[] {
  const codes: number[] = [];
  while (reader.remaining > 0) {
    const code = reader.byte('reason code');
    if (!isReasonCodeOf('unsuback', code, 'client')) {
      throw violation(`${hex(code)} is no reason code of UNSUBACK`, 'MQTT-3.11.3-2');
    }
    codes.push(code);
  }
  if (codes.length === 0) throw malformed('the UNSUBACK has no reason code', 'MQTT-3.11.3-1');
  return codes;
}

/** Reads a DISCONNECT (MQTT 5, 3.14). In MQTT 3.1.1 it has no body and means a normal disconnection. */
function readDisconnect(reader: PacketReader, version: ProtocolVersion): DisconnectPacket {
  // The reason code can be omitted if it is 0x00, and the property length if there are no properties. (3.14.2)
  const hasReason = version === 5 && reader.remaining > 0;
  const reasonCode = hasReason ? reader.byte('reason code') : ReasonCode.NormalDisconnection;
  if (!isReasonCodeOf('disconnect', reasonCode, 'client')) {
    throw violation(`${hex(reasonCode)} is no reason code of DISCONNECT to a client`, 'MQTT-3.14.2-1');
  }
  const hasProperties = version === 5 && reader.remaining > 0;
  const properties = hasProperties ? readProperties(reader, 'disconnect') : undefined;
  if (properties?.sessionExpiryInterval !== undefined) {
    throw violation('a server sent a session expiry interval', 'MQTT-3.14.2-2');
  }
  return { type: 'disconnect', reasonCode, properties };
}

/** Reads an AUTH (MQTT 5, 3.15). */
function readAuth(reader: PacketReader): AuthPacket {
  // An empty body stands for 0x00 without properties. (3.15.2.1)
  const isEmpty = reader.remaining === 0;
  const reasonCode = isEmpty ? ReasonCode.Success : reader.byte('reason code');
  if (!isReasonCodeOf('auth', reasonCode, 'client')) {
    throw violation(`${hex(reasonCode)} is no reason code of AUTH to a client`, 'MQTT-3.15.2-1');
  }
  const properties = isEmpty ? undefined : readAuthProperties(reader);
  return { type: 'auth', reasonCode, properties };
}

/** The MQTT 5 codes for CONNACK's return codes 0–5 of MQTT 3.1.1 (table 3.1); the others are reserved. */
const reasonCodes: readonly number[] = [0x00, 0x84, 0x85, 0x88, 0x86, 0x87];

export function reasonCodeFromReturnCode(returnCode: number): number | undefined {
  return reasonCodes[returnCode];
}
