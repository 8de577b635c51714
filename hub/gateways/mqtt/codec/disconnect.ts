import type { Buffer } from 'node:buffer';
import type { AuthPacket, AuthProperties, DisconnectPacket, ProtocolVersion } from './packet.ts';
import { firstByteOf } from './packet-type.ts';
import { PropertyOwner } from './property.ts';
import { readProperties } from './property-reader.ts';
import { writeProperties } from './property-writer.ts';
import type { PacketReader } from './reader.ts';
import { hex, isReasonCodeOf, ReasonCode, violation } from './reason-code.ts';
import { PacketWriter } from './writer.ts';

/** Reads a DISCONNECT (MQTT 5, 3.14). In MQTT 3.1.1 it has no body and says that all is well. */
export function readDisconnect(reader: PacketReader, version: ProtocolVersion): DisconnectPacket {
  // The reason code can be left out where it is 0x00, and the property length where there are none. (3.14.2)
  const hasReason = version === 5 && reader.remaining > 0;
  const reasonCode = hasReason ? reader.byte('reason code') : ReasonCode.NormalDisconnection;
  if (!isReasonCodeOf('disconnect', reasonCode, 'server')) {
    throw violation(`${hex(reasonCode)} is no reason code of DISCONNECT to a server`, 'MQTT-3.14.2-1');
  }
  const hasProperties = version === 5 && reader.remaining > 0;
  const properties = hasProperties ? readProperties(reader, PropertyOwner.Disconnect) : undefined;
  return { type: 'disconnect', reasonCode, properties };
}

/** Writes a DISCONNECT in as few bytes as its reason and properties allow. */
export function encodeDisconnect(packet: DisconnectPacket, version: ProtocolVersion): Buffer {
  const { reasonCode, properties } = packet;
  const writer = new PacketWriter();
  if (version === 5 && (reasonCode !== 0 || properties !== undefined)) {
    writer.byte(reasonCode);
    if (properties !== undefined) writeProperties(writer, properties);
  }
  return writer.finish(firstByteOf('disconnect'));
}

/** Reads an AUTH (MQTT 5, 3.15). */
export function readAuth(reader: PacketReader): AuthPacket {
  // Nothing at all stands for 0x00 without properties. (3.15.2.1)
  const isEmpty = reader.remaining === 0;
  const reasonCode = isEmpty ? ReasonCode.Success : reader.byte('reason code');
  if (!isReasonCodeOf('auth', reasonCode, 'server')) {
    throw violation(`${hex(reasonCode)} is no reason code of AUTH to a server`, 'MQTT-3.15.2-1');
  }
  const properties = isEmpty ? undefined : readAuthProperties(reader);
  return { type: 'auth', reasonCode, properties };
}

/** The properties of an AUTH, which must name the authentication method. */
export function readAuthProperties(reader: PacketReader): AuthProperties | undefined {
  const properties = readProperties(reader, PropertyOwner.Auth);
  if (properties?.authenticationMethod === undefined) {
    throw violation('the AUTH has no authentication method', 'MQTT 5, 3.15.2.2.2');
  }
  return properties;
}

/** Writes an AUTH. Throws `protocol/unsupported` in MQTT 3.1.1, which has none. */
export function encodeAuth({ reasonCode, properties }: AuthPacket): Buffer {
  const writer = new PacketWriter();
  if (reasonCode !== 0 || properties !== undefined) {
    writer.byte(reasonCode);
    writeProperties(writer, properties);
  }
  return writer.finish(firstByteOf('auth'));
}
