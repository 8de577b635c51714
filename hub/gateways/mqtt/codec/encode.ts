import { Buffer } from 'node:buffer';
import type {
  AcknowledgementPacket,
  AcknowledgementType,
  AuthPacket,
  ConnackPacket,
  DisconnectPacket,
  ProtocolVersion,
  ServerPacket,
  SubackPacket,
} from './packet.ts';
import { firstByteOf } from './packet-type.ts';
import { type Properties, writeProperties } from './property.ts';
import {
  hex,
  MqttError,
  ReasonCode,
  returnCodeFromReasonCode,
  tooLarge,
  unsupported,
} from './reason-code.ts';
import { PacketWriter, writeTwoByteInteger } from './writer.ts';

/** The limits that the receiver's CONNECT sets. */
export interface EncodeLimits {
  /** The largest packet, bytes; no limit if this is absent. */
  readonly maximumPacketSize?: number | undefined;
  /** `false` after a Request Problem Information of 0. */
  readonly problemInformation?: boolean | undefined;
}

const PINGRESP = Buffer.of(firstByteOf('pingresp'), 0);

/**
 * The bytes of a server's packet. Do not write to them: some are shared. A reason string and user properties that the receiver
 * does not want, or that would make the packet too large for it, are left out. Throws `packet/too-large` if it is too large
 * even so, `packet/malformed` for text or binary data above 65,535 bytes, and `protocol/unsupported` for packets that
 * MQTT 3.1.1 does not have: AUTH, and CONNACK with some reason codes.
 */
export function encode(packet: ServerPacket, version: ProtocolVersion, limits: EncodeLimits = {}): Buffer {
  const bytes = encodeIfFits(packet, version, limits);
  if (bytes) return bytes;
  const { maximumPacketSize } = limits;
  throw tooLarge(
    `a ${packet.type} packet is above the receiver's ${maximumPacketSize} bytes`,
    'MQTT-3.1.2-24',
  );
}

/** Encodes as `encode` does, but returns `undefined` for a packet that is too large for its receiver and so must not be sent. [MQTT-3.1.2-24] */
export function encodeIfFits(
  packet: ServerPacket,
  version: ProtocolVersion,
  limits: EncodeLimits = {},
): Buffer | undefined {
  const maximum = limits.maximumPacketSize ?? Number.POSITIVE_INFINITY;
  for (const form of formsOf(packet, limits)) {
    const bytes = encodeWhole(form, version);
    if (bytes.length <= maximum) return bytes;
  }
  return undefined;
}

function encodeWhole(packet: ServerPacket, version: ProtocolVersion): Buffer {
  switch (packet.type) {
    case 'pingresp':
      return PINGRESP;
    case 'connack':
      return encodeConnack(packet, version);
    case 'suback':
    case 'unsuback':
      return encodeSuback(packet, version);
    case 'disconnect':
      return encodeDisconnect(packet, version);
    case 'auth':
      return encodeAuth(packet, version);
    default:
      return encodeAcknowledgement(packet, version);
  }
}

/** The packets that can explain themselves, by a reason string and user properties. */
type Explaining = Exclude<ServerPacket, { type: 'pingresp' }>;

/** Yields the packet, and then smaller versions to try. See [MQTT-3.2.2-19], [MQTT-3.2.2-20] and the same rules for other packets. */
function* formsOf(packet: ServerPacket, { problemInformation }: EncodeLimits): Generator<ServerPacket> {
  if (packet.type === 'pingresp' || packet.properties === undefined) {
    yield packet;
    return;
  }
  const { type } = packet;
  // CONNACK and DISCONNECT may always explain themselves. [MQTT-3.1.2-29]
  if (problemInformation !== false || type === 'connack' || type === 'disconnect') {
    yield packet;
    yield without(packet, 'userProperties');
  }
  yield without(without(packet, 'userProperties'), 'reasonString');
}

function without(packet: Explaining, name: 'userProperties' | 'reasonString'): Explaining {
  const { [name]: _, ...rest }: Properties = packet.properties ?? {};
  const properties: Properties = rest;
  return { ...packet, properties: Object.keys(properties).length > 0 ? properties : undefined };
}

/** A refusal without a return code in MQTT 3.1.1 closes the connection without a CONNACK. [MQTT-3.2.2-6 of 3.1.1] */
function encodeConnack(packet: ConnackPacket, version: ProtocolVersion): Buffer {
  const { sessionPresent, reasonCode, properties } = packet;
  const writer = new PacketWriter();
  writer.byte(sessionPresent ? 1 : 0);
  writer.byte(version === 5 ? reasonCode : returnCodeOf(reasonCode));
  if (version === 5) writeProperties(writer, properties);
  return writer.finish(firstByteOf('connack'));
}

function returnCodeOf(reasonCode: number): number {
  const returnCode = returnCodeFromReasonCode(reasonCode);
  if (returnCode !== undefined) return returnCode;
  throw new MqttError(
    'protocol/unsupported',
    `MQTT 3.1.1 has no return code for ${hex(reasonCode)}`,
    reasonCode,
  );
}

/** The length of an acknowledgement without a reason code or properties. */
export const ACKNOWLEDGEMENT_LENGTH = 4;

/** Writes an acknowledgement of success into `target`; returns the offset behind it, 4 bytes on. */
export function writeAcknowledgement(
  target: Uint8Array,
  at: number,
  type: AcknowledgementType,
  packetIdentifier: number,
): number {
  target[at] = firstByteOf(type);
  target[at + 1] = 2;
  return writeTwoByteInteger(target, at + 2, packetIdentifier);
}

/** An acknowledgement in as few bytes as its reason and properties allow. */
function encodeAcknowledgement(packet: AcknowledgementPacket, version: ProtocolVersion): Buffer {
  const { type, packetIdentifier, reasonCode, properties } = packet;
  if (version < 5 || (reasonCode === 0 && properties === undefined)) {
    const bytes = Buffer.allocUnsafe(ACKNOWLEDGEMENT_LENGTH);
    writeAcknowledgement(bytes, 0, type, packetIdentifier);
    return bytes;
  }
  const writer = new PacketWriter();
  writer.twoByteInteger(packetIdentifier);
  writer.byte(reasonCode);
  if (properties !== undefined) writeProperties(writer, properties);
  return writer.finish(firstByteOf(type));
}

/** In MQTT 3.1.1 every failure of a SUBACK is 0x80 [MQTT-3.9.3-2 of 3.1.1], and UNSUBACK has no reason codes. */
function encodeSuback(packet: SubackPacket, version: ProtocolVersion): Buffer {
  const { type, packetIdentifier, reasonCodes, properties } = packet;
  const writer = new PacketWriter();
  writer.twoByteInteger(packetIdentifier);
  if (version === 5) writeProperties(writer, properties);
  for (const code of version === 5 || type === 'suback' ? reasonCodes : []) {
    writer.byte(version === 5 ? code : Math.min(code, ReasonCode.UnspecifiedError));
  }
  return writer.finish(firstByteOf(type));
}

/** A DISCONNECT in as few bytes as its reason and properties allow. */
function encodeDisconnect({ reasonCode, properties }: DisconnectPacket, version: ProtocolVersion): Buffer {
  const writer = new PacketWriter();
  if (version === 5 && (reasonCode !== 0 || properties !== undefined)) {
    writer.byte(reasonCode);
    if (properties !== undefined) writeProperties(writer, properties);
  }
  return writer.finish(firstByteOf('disconnect'));
}

function encodeAuth({ reasonCode, properties }: AuthPacket, version: ProtocolVersion): Buffer {
  if (version < 5) throw unsupported('MQTT 3.1.1 has no AUTH packet', 'MQTT 5, 3.15');
  const writer = new PacketWriter();
  if (reasonCode !== 0 || properties !== undefined) {
    writer.byte(reasonCode);
    writeProperties(writer, properties);
  }
  return writer.finish(firstByteOf('auth'));
}
