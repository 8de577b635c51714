import { Buffer } from 'node:buffer';
import { HubError } from '../../../core/error.ts';
import { encodeAcknowledgement } from './acknowledgement.ts';
import { encodeConnack } from './connack.ts';
import { encodeAuth, encodeDisconnect } from './disconnect.ts';
import type { Properties, ProtocolVersion, ServerPacket } from './packet.ts';
import { firstByteOf } from './packet-type.ts';
import { PublishTemplate } from './publish-template.ts';
import { tooLarge } from './reason-code.ts';
import { encodeSuback, encodeUnsuback } from './subscribe.ts';

/** What the client has asked for in its CONNECT. */
export interface EncodeLimits {
  /** Bytes; no limit where it is absent. */
  readonly maximumPacketSize?: number | undefined;
  /** `false` after a Request Problem Information of 0. */
  readonly problemInformation?: boolean | undefined;
}

const PINGRESP = Buffer.of(firstByteOf('pingresp'), 0);

/**
 * The bytes of a server's packet. Some are shared: not to be written to. A reason string and user properties that the receiver
 * does not want, or that would make the packet too large for it, are left out. Throws `packet/too-large` where it is too
 * large even so, `packet/malformed` for text or binary data above 65,535 bytes, and `protocol/unsupported` for what
 * MQTT 3.1.1 cannot say: AUTH, and some reasons of CONNACK.
 */
export function encode(packet: ServerPacket, version: ProtocolVersion, limits: EncodeLimits = {}): Buffer {
  const maximum = limits.maximumPacketSize ?? Number.POSITIVE_INFINITY;
  for (const form of formsOf(packet, limits)) {
    const bytes = encodeWhole(form, version);
    if (bytes.length <= maximum) return bytes;
  }
  throw tooLarge(`a ${packet.type} packet is above the receiver's ${maximum} bytes`, 'MQTT-3.1.2-24');
}

function encodeWhole(packet: ServerPacket, version: ProtocolVersion): Buffer {
  switch (packet.type) {
    case 'publish':
      return new PublishTemplate(packet, version).encode(packet);
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return encodeAcknowledgement(packet, version);
    case 'pingresp':
      return PINGRESP;
    case 'connack':
      return encodeConnack(packet, version);
    case 'suback':
      return encodeSuback(packet, version);
    case 'unsuback':
      return encodeUnsuback(packet, version);
    case 'disconnect':
      return encodeDisconnect(packet, version);
    case 'auth':
      if (version < 5) throw new HubError('protocol/unsupported', 'MQTT 3.1.1 has no AUTH packet');
      return encodeAuth(packet);
  }
}

/** The packets that explain themselves, and can do without. */
type Explaining = Exclude<Extract<ServerPacket, { properties?: unknown }>, { type: 'publish' }>;

/** The packet as it is, and then the leaner ones to try: [MQTT-3.2.2-19], [MQTT-3.2.2-20] and their like in each packet. */
function* formsOf(packet: ServerPacket, limits: EncodeLimits): Generator<ServerPacket> {
  if (!isExplaining(packet) || packet.properties === undefined) {
    yield packet;
    return;
  }
  const bare = without(without(packet, 'userProperties'), 'reasonString');
  if (limits.problemInformation !== false || mayAlwaysExplain(packet)) {
    yield packet;
    yield without(packet, 'userProperties');
  }
  yield bare;
}

function isExplaining(packet: ServerPacket): packet is Explaining {
  switch (packet.type) {
    case 'connack':
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
    case 'suback':
    case 'unsuback':
    case 'disconnect':
    case 'auth':
      return true;
    default:
      return false;
  }
}

/** CONNACK and DISCONNECT may explain themselves even to a client that has not asked for it. [MQTT-3.1.2-29] */
function mayAlwaysExplain(packet: Explaining): boolean {
  return packet.type === 'connack' || packet.type === 'disconnect';
}

function without(packet: Explaining, name: 'userProperties' | 'reasonString'): Explaining {
  const properties: Properties = { ...packet.properties };
  delete properties[name];
  if (Object.keys(properties).length > 0) return { ...packet, properties };
  return { ...packet, properties: undefined };
}
