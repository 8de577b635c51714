import {
  createPacketParser,
  type Packet,
  type PacketParserOptions,
} from '../../../../../hub/gateways/mqtt/codec/index.ts';
import type { Receiver } from '../../../../../hub/gateways/mqtt/codec/reason-code.ts';
import { ClientParser } from './client-codec.ts';

/** Who reads is the server unless set. */
export type ReadingOptions = PacketParserOptions & { readonly receiver?: Receiver | undefined };

/** Every packet in the bytes. Throws what the parser throws. */
export function readAll(bytes: Uint8Array, options: ReadingOptions = {}): Packet[] {
  return readChunks([bytes], options);
}

/** Every packet in the chunks, which a parser takes one after the other. */
export function readChunks(chunks: Iterable<Uint8Array>, options: ReadingOptions = {}): Packet[] {
  const parser =
    options.receiver === 'client' ? new ClientParser(options.version) : createPacketParser(options);
  const packets: Packet[] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let packet = parser.next(); packet !== undefined; packet = parser.next()) packets.push(packet);
  }
  return packets;
}

/** A packet made fit to compare: fields that are `undefined` left out, bytes of whatever class as hex. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.map(([name, field]) => [name, plain(field)]));
}
