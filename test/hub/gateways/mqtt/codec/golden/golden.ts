import type { ErrorCode } from '../../../../../../hub/core/error.ts';
import type { Packet, ProtocolVersion } from '../../../../../../hub/gateways/mqtt/codec/index.ts';
import type { Receiver } from '../../../../../../hub/gateways/mqtt/codec/reason-code.ts';

interface Wire {
  readonly title: string;
  /** The version of MQTT. Default: 5. A server that reads a CONNECT does not know the version beforehand. */
  readonly version?: ProtocolVersion;
  /** The side that reads the bytes. Default: the server. */
  readonly receiver?: Receiver;
  /** The bytes as hex and "text", with | anywhere for readability: see `fromWire`. */
  readonly wire: string;
}

/** Bytes that mean a packet, and that the packet is written as. */
export interface GoldenPacket extends Wire {
  readonly packet: Packet;
  /** The reason why the encoder writes the packet differently, if it does. */
  readonly readOnly?: string;
}

/** Bytes that are refused: the code, MQTT 5's reason code, and the clause that the message cites. */
export interface GoldenFault extends Wire {
  readonly fault: readonly [code: ErrorCode, reasonCode: number, clause: string];
}

/** The bytes of a wire notation: `30 05 | 00 03 "a/b"`. */
export function fromWire(wire: string): Buffer {
  const tokens = wire.match(/"[^"]*"|[0-9a-f]{2}|\S/g) ?? [];
  return Buffer.concat(tokens.filter((token) => token !== '|').map(toBytes));
}

function toBytes(token: string): Buffer {
  if (token.startsWith('"')) return Buffer.from(token.slice(1, -1));
  if (/^[0-9a-f]{2}$/.test(token)) return Buffer.from(token, 'hex');
  throw new Error(`"${token}" is neither two hex digits nor text in quotes`);
}

/** Bytes for a packet's binary fields. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export const malformed = (clause: string) => ['packet/malformed', 0x81, clause] as const;
export const violation = (clause: string, reasonCode = 0x82) =>
  ['protocol/violation', reasonCode, clause] as const;
