import { Buffer } from 'node:buffer';
import type { AcknowledgementPacket, AcknowledgementType, ProtocolVersion } from './packet.ts';
import { firstByteOf } from './packet-type.ts';
import { PropertyOwner } from './property.ts';
import { readProperties } from './property-reader.ts';
import { writeProperties } from './property-writer.ts';
import type { PacketReader } from './reader.ts';
import { hex, isReasonCodeOf, violation } from './reason-code.ts';
import { PacketWriter } from './writer.ts';

/** The length of an acknowledgement without a reason code or properties. */
export const ACKNOWLEDGEMENT_LENGTH = 4;

/** Reads a PUBACK, PUBREC, PUBREL or PUBCOMP (MQTT 5, 3.4–3.7). */
export function readAcknowledgement<Type extends AcknowledgementType>(
  type: Type,
  reader: PacketReader,
  version: ProtocolVersion,
): AcknowledgementPacket<Type> {
  const packetIdentifier = reader.packetIdentifier();
  // Both can be left out where the reason is 0x00 and there are no properties. (3.4.2.1)
  const hasReason = version === 5 && reader.remaining > 0;
  const reasonCode = hasReason ? readReasonCode(reader, type) : 0;
  const hasProperties = version === 5 && reader.remaining > 0;
  const properties = hasProperties ? readProperties(reader, PropertyOwner.Acknowledgement) : undefined;
  return { type, packetIdentifier, reasonCode, properties };
}

function readReasonCode(reader: PacketReader, type: AcknowledgementType): number {
  const reasonCode = reader.byte('reason code');
  if (isReasonCodeOf(type, reasonCode, 'server')) return reasonCode;
  throw violation(`${hex(reasonCode)} is no reason code of ${type.toUpperCase()}`, clauses[type]);
}

const clauses: Record<AcknowledgementType, string> = {
  puback: 'MQTT-3.4.2-1',
  pubrec: 'MQTT-3.5.2-1',
  pubrel: 'MQTT-3.6.2-1',
  pubcomp: 'MQTT-3.7.2-1',
};

/** Writes an acknowledgement that all went well into `target`; returns the offset behind it, 4 bytes on. */
export function writeAcknowledgement(
  target: Uint8Array,
  at: number,
  type: AcknowledgementType,
  packetIdentifier: number,
): number {
  target[at] = firstByteOf(type);
  target[at + 1] = 2;
  target[at + 2] = packetIdentifier >> 8;
  target[at + 3] = packetIdentifier & 0xff;
  return at + ACKNOWLEDGEMENT_LENGTH;
}

/** Writes an acknowledgement in as few bytes as its reason and properties allow. */
export function encodeAcknowledgement(packet: AcknowledgementPacket, version: ProtocolVersion): Buffer {
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
