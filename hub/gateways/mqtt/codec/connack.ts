import type { Buffer } from 'node:buffer';
import type { ConnackPacket, ProtocolVersion } from './packet.ts';
import { firstByteOf } from './packet-type.ts';
import { PropertyOwner } from './property.ts';
import { readProperties } from './property-reader.ts';
import { writeProperties } from './property-writer.ts';
import type { PacketReader } from './reader.ts';
import {
  hex,
  isReasonCodeOf,
  MqttError,
  malformed,
  reasonCodeFromReturnCode,
  returnCodeFromReasonCode,
  violation,
} from './reason-code.ts';
import { PacketWriter } from './writer.ts';

/** Reads a CONNACK (MQTT 5, 3.2). */
export function readConnack(reader: PacketReader, version: ProtocolVersion): ConnackPacket {
  const flags = reader.byte('connect acknowledge flags');
  if (flags > 1) throw malformed(`the connect acknowledge flags are ${hex(flags)}`, 'MQTT-3.2.2-1');
  const reasonCode = version === 5 ? readReasonCode(reader) : readReturnCode(reader);
  const sessionPresent = flags === 1;
  if (sessionPresent && reasonCode !== 0) throw violation('a refused client has a session', 'MQTT-3.2.2-6');
  const properties = version === 5 ? readProperties(reader, PropertyOwner.Connack) : undefined;
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

/**
 * Writes a CONNACK. Throws `protocol/unsupported` for a reason that MQTT 3.1.1 has no return code for: there the
 * connection is closed without one. [MQTT-3.2.2-6 of 3.1.1]
 */
export function encodeConnack(packet: ConnackPacket, version: ProtocolVersion): Buffer {
  const writer = new PacketWriter();
  writer.byte(packet.sessionPresent ? 1 : 0);
  if (version === 5) {
    writer.byte(packet.reasonCode);
    writeProperties(writer, packet.properties);
  } else writer.byte(returnCodeOf(packet));
  return writer.finish(firstByteOf('connack'));
}

function returnCodeOf({ reasonCode }: ConnackPacket): number {
  const returnCode = returnCodeFromReasonCode(reasonCode);
  if (returnCode !== undefined) return returnCode;
  throw new MqttError('protocol/unsupported', `MQTT 3.1.1 has no return code for ${hex(reasonCode)}`, {
    reasonCode,
  });
}
