import {
  type Packet,
  PacketParser,
  type PacketParserOptions,
  type ProtocolVersion,
  TopicNames,
} from '../../../../../hub/gateways/mqtt/codec/index.ts';
import type { Receiver } from '../../../../../hub/gateways/mqtt/codec/reason-code.ts';
import { ClientParser, encode } from './client-codec.ts';

export interface ParserOptions extends Partial<PacketParserOptions> {
  /** For bytes that follow a CONNECT of this version, which the parser reads first. */
  readonly version?: ProtocolVersion;
}

/** Default receiver: the server. */
export type ReadingOptions = ParserOptions & { readonly receiver?: Receiver | undefined };

/** A server's parser, with large limits unless set. */
export function createParser({ version: protocolVersion, ...options }: ParserOptions = {}): PacketParser {
  const parser = new PacketParser({
    maximumPacketSize: 2 ** 20,
    maximumOtherSize: 2 ** 16,
    topicNames: new TopicNames(),
    ...options,
  });
  if (protocolVersion === undefined) return parser;
  const common = { type: 'connect', cleanStart: true, keepAlive: 0, clientIdentifier: 'c' } as const;
  parser.push(encode({ ...common, protocolVersion }, protocolVersion));
  parser.next();
  return parser;
}

/** Every packet in the bytes. Throws what the parser throws. */
export function readAll(bytes: Uint8Array, options: ReadingOptions = {}): Packet[] {
  return readChunks([bytes], options);
}

/** Every packet in the chunks, which a parser gets one after the other. */
export function readChunks(chunks: Iterable<Uint8Array>, options: ReadingOptions = {}): Packet[] {
  const { receiver, ...parserOptions } = options;
  const parser = receiver === 'client' ? new ClientParser(options.version) : createParser(parserOptions);
  const packets: Packet[] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let packet = parser.next(); packet !== undefined; packet = parser.next()) packets.push(packet);
  }
  return packets;
}

/** A packet for comparison: without `undefined` fields, and with all kinds of bytes as hex. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.map(([name, field]) => [name, plain(field)]));
}
