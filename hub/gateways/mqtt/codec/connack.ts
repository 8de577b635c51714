import type { Buffer } from 'node:buffer';
import type { ConnackPacket, ProtocolVersion } from './packet.ts';
import { firstByteOf } from './packet-type.ts';
import { writeProperties } from './property-writer.ts';
import { hex, MqttError, returnCodeFromReasonCode } from './reason-code.ts';
import { PacketWriter } from './writer.ts';

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
