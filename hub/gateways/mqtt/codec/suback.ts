import type { Buffer } from 'node:buffer';
import { hex, malformed, violation } from './fault.ts';
import type { ProtocolVersion, SubackPacket, UnsubackPacket } from './packet.ts';
import { firstByteOf } from './packet-type.ts';
import { PropertyOwner } from './property.ts';
import { readProperties } from './property-reader.ts';
import { writeProperties } from './property-writer.ts';
import type { PacketReader } from './reader.ts';
import { isReasonCodeOf, ReasonCode } from './reason-code.ts';
import { PacketWriter } from './writer.ts';

/** Reads a SUBACK (MQTT 5, 3.9). */
export function readSuback(reader: PacketReader, version: ProtocolVersion): SubackPacket {
  const packetIdentifier = reader.packetIdentifier();
  const properties = version === 5 ? readProperties(reader, PropertyOwner.Acknowledgement) : undefined;
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

/** MQTT 3.1.1, 3.9.3. */
function isReturnCode(code: number): boolean {
  return code <= 2 || code === ReasonCode.UnspecifiedError;
}

/** Writes a SUBACK; in MQTT 3.1.1 every failure is 0x80. [MQTT-3.9.3-2 of 3.1.1] */
export function encodeSuback(packet: SubackPacket, version: ProtocolVersion): Buffer {
  const writer = new PacketWriter();
  writer.twoByteInteger(packet.packetIdentifier);
  if (version === 5) writeProperties(writer, packet.properties);
  for (const code of packet.reasonCodes) {
    writer.byte(version === 5 ? code : Math.min(code, ReasonCode.UnspecifiedError));
  }
  return writer.finish(firstByteOf('suback'));
}

/** Reads an UNSUBACK (MQTT 5, 3.11). */
export function readUnsuback(reader: PacketReader, version: ProtocolVersion): UnsubackPacket {
  const packetIdentifier = reader.packetIdentifier();
  const properties = version === 5 ? readProperties(reader, PropertyOwner.Acknowledgement) : undefined;
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

/** Writes an UNSUBACK; in MQTT 3.1.1 it has no reason codes. */
export function encodeUnsuback(packet: UnsubackPacket, version: ProtocolVersion): Buffer {
  const writer = new PacketWriter();
  writer.twoByteInteger(packet.packetIdentifier);
  if (version === 5) {
    writeProperties(writer, packet.properties);
    for (const code of packet.reasonCodes) writer.byte(code);
  }
  return writer.finish(firstByteOf('unsuback'));
}
