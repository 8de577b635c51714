import type { ConnectPacket, ProtocolVersion, Will } from './packet.ts';
import { toQos } from './packet-type.ts';
import type { PropertiesOf } from './property.ts';
import { NO_PROPERTIES, readMessageProperties, readProperties } from './property-reader.ts';
import type { PacketReader } from './reader.ts';
import { malformed, ReasonCode, unsupported, violation } from './reason-code.ts';
import { readTopicName } from './topic-names.ts';

const RESERVED = 0x01;
const CLEAN_START = 0x02;
const WILL = 0x04;
const WILL_RETAIN = 0x20;
const PASSWORD = 0x40;
const USER_NAME = 0x80;

/** The first two fields of a CONNECT (MQTT 5, 3.1.2.1 and 3.1.2.2). */
export interface Protocol {
  readonly name: string;
  readonly level: number;
}

/** Reads the protocol name and level, whether or not the hub speaks that protocol. */
export function readProtocol(reader: PacketReader): Protocol {
  return { name: reader.utf8('protocol name'), level: reader.byte('protocol version') };
}

/** Mosquitto's bridges set the high bit of the level: `try_private` in mosquitto.conf(5). */
const BRIDGE = 0x80;

/** Whether a client is another broker. MQTT 5 has options of subscriptions for what that means. */
export function isBridge({ level }: Protocol): boolean {
  return level === (4 | BRIDGE) || level === (3 | BRIDGE);
}

/** The version of a protocol. Throws `protocol/unsupported` if the hub does not speak it. */
export function versionOf(protocol: Protocol): ProtocolVersion {
  const { name, level: given } = protocol;
  const level = isBridge(protocol) ? given & ~BRIDGE : given;
  if (name === 'MQTT' && (level === 4 || level === 5)) return level;
  if (name === 'MQIsdp' && level === 3) return level;
  const isNameKnown = name === 'MQTT' || name === 'MQIsdp';
  // The name is not repeated: it may be 64 KiB of anything.
  if (!isNameKnown) throw unsupported('the protocol name is not "MQTT"', 'MQTT-3.1.2-1');
  throw unsupported(`${name} with protocol version ${level} is not supported`, 'MQTT-3.1.2-2');
}

/** The version of MQTT in which a client of this protocol understands a CONNACK, whether or not the hub speaks the protocol. */
export function answeringVersion({ level }: Protocol): ProtocolVersion {
  const plainLevel = level & ~BRIDGE;
  if (plainLevel === 3) return 3;
  return plainLevel < 5 ? 4 : 5;
}

/** Reads the part of a CONNECT behind its protocol level. Throws also as `versionOf`. */
export function readConnect(reader: PacketReader, protocol: Protocol): ConnectPacket {
  const protocolVersion = versionOf(protocol);
  const flags = reader.byte('connect flags');
  checkFlags(flags, protocolVersion);
  const keepAlive = reader.twoByteInteger('keep alive');
  const properties = protocolVersion === 5 ? readConnectProperties(reader) : undefined;
  const cleanStart = (flags & CLEAN_START) !== 0;
  const clientIdentifier = reader.utf8('client identifier'); // [MQTT-3.1.3-4]
  checkClientIdentifier(clientIdentifier, cleanStart, protocolVersion);
  const will = (flags & WILL) === 0 ? undefined : readWill(reader, flags, protocolVersion);
  const userName = (flags & USER_NAME) === 0 ? undefined : reader.utf8('user name'); // [MQTT-3.1.3-12]
  const password = (flags & PASSWORD) === 0 ? undefined : reader.binary('password');
  return {
    type: 'connect',
    protocolVersion,
    cleanStart,
    keepAlive,
    clientIdentifier,
    will,
    userName,
    password,
    properties,
    ...(isBridge(protocol) && { isBridge: true }),
  };
}

function checkFlags(flags: number, version: ProtocolVersion): void {
  if (version > 3 && (flags & RESERVED) !== 0)
    throw malformed('the reserved connect flag is set', 'MQTT-3.1.2-3');
  if (willQos(flags) === 3 && (version > 3 || (flags & WILL) !== 0))
    throw malformed('the will QoS is 3', 'MQTT-3.1.2-12');
  if (version > 3 && (flags & WILL) === 0) {
    if (willQos(flags) !== 0) throw malformed('there is a will QoS without a will', 'MQTT-3.1.2-11');
    if ((flags & WILL_RETAIN) !== 0)
      throw malformed('there is a will retain without a will', 'MQTT-3.1.2-13');
  }
  // MQTT 5 allows a password alone: it may be a token.
  if (version < 5 && (flags & PASSWORD) !== 0 && (flags & USER_NAME) === 0) {
    throw violation('there is a password without a user name', 'MQTT-3.1.2-22 of 3.1.1');
  }
}

/** Refuses a client of MQTT 3.1.1 that has no identifier but wants to keep its session. The answer is return code 2. */
function checkClientIdentifier(identifier: string, cleanStart: boolean, version: ProtocolVersion): void {
  if (identifier !== '' || version === 5 || (version === 4 && cleanStart)) return;
  throw violation(
    'the client identifier is empty, and the session is to be kept',
    'MQTT-3.1.3-8 of 3.1.1',
    ReasonCode.ClientIdentifierNotValid,
  );
}

function readConnectProperties(reader: PacketReader): PropertiesOf<'connect'> | undefined {
  const properties = readProperties(reader, 'connect');
  if (properties?.authenticationData !== undefined && properties.authenticationMethod === undefined) {
    throw violation('there is authentication data without a method', 'MQTT 5, 3.1.2.11.10');
  }
  return properties;
}

function readWill(reader: PacketReader, flags: number, version: ProtocolVersion): Will {
  const { properties, messageExpiryInterval, willDelayInterval } =
    version === 5 ? readMessageProperties(reader, 'will') : NO_PROPERTIES;
  const topic = readTopicName(reader, 'will topic'); // [MQTT-3.1.3-11]
  if (topic === '') throw violation('the will topic is empty', 'MQTT-4.7.3-1');
  const payload = reader.binary('will payload');
  const qos = toQos(willQos(flags));
  const retain = (flags & WILL_RETAIN) !== 0;
  return { topic, payload, qos, retain, properties, messageExpiryInterval, willDelayInterval };
}

function willQos(flags: number): number {
  return (flags >> 3) & 0x03;
}
