import { Buffer } from 'node:buffer';
import { type HubError, toHubError } from '../../../core/error.ts';
import { answeringVersion, readConnect, readProtocol, versionOf } from './connect.ts';
import type { ConnectPacket, Packet, ProtocolVersion } from './packet.ts';
import { type PacketContext, readBody } from './packet-body.ts';
import { checkFirstByte, checkFlags, PacketType } from './packet-type.ts';
import { ownBytes, PacketReader } from './reader.ts';
import { malformed, tooLarge, violation } from './reason-code.ts';
import type { TopicNames } from './topic-names.ts';
import { variableByteIntegerLength } from './writer.ts';

export interface PacketParserOptions {
  /** The longest packet, bytes, fixed header included. */
  readonly maximumPacketSize: number;
  /** The longest packet other than PUBLISH: a CONNECT is not authenticated yet, and a SUBSCRIBE may have many filters. */
  readonly maximumOtherSize: number;
  /** Shared by all parsers of a gateway. */
  readonly topicNames: TopicNames;
}

const NOTHING = Buffer.alloc(0);

/**
 * Turns the bytes of one connection into packets, however they are cut. After each `push` of a chunk, call `next` until it returns `undefined`. If you call it
 * later, pause the source meanwhile. The parser holds the chunk until it has been read. Of a packet that comes in pieces, it holds at most twice the bytes
 * that came.
 */
export class PacketParser {
  readonly #topicNames: TopicNames;
  readonly #maximumPacketSize: number;
  readonly #maximumOtherSize: number;
  #version: ProtocolVersion | undefined;
  /** `undefined` before the CONNECT. */
  #context: PacketContext | undefined;
  #fault: HubError | undefined;
  /** Used only within a call of `next`, so all parsers share one reader. */
  static readonly #reader = new PacketReader(NOTHING, 0, 0);
  /** The unread bytes are from `#at` to `#end`; behind them is room only if a packet came in pieces. */
  #bytes: Buffer = NOTHING;
  #at = 0;
  #end = 0;
  /** The length of the packet that is not complete yet, or 0. */
  #expected = 0;

  constructor({ maximumPacketSize, maximumOtherSize, topicNames }: PacketParserOptions) {
    this.#topicNames = topicNames;
    this.#maximumPacketSize = maximumPacketSize;
    this.#maximumOtherSize = maximumOtherSize;
  }

  /** The version of the CONNECT or, if it was refused, the version in which to answer. `undefined` before. */
  get version(): ProtocolVersion | undefined {
    return this.#version;
  }

  /** Memory of a packet that is not complete yet, bytes. */
  get heldBytes(): number {
    return this.#bytes.length;
  }

  /** Takes a chunk, which nobody may write to afterwards. After a fault it is ignored. */
  push(chunk: Uint8Array): void {
    if (this.#fault !== undefined) return;
    if (this.#at !== this.#end) this.#append(chunk);
    else {
      this.#bytes = asBuffer(chunk);
      this.#at = 0;
      this.#end = chunk.byteLength;
    }
  }

  /**
   * The next packet, or `undefined` until more is pushed. The first packet must be a CONNECT, and no other may be. From the first fault on, throws a `HubError`
   * with the reason code for the answer: `packet/malformed`, `packet/too-large`, `protocol/violation`, `protocol/unsupported`, and `topic/invalid` and
   * `filter/invalid` for too many levels.
   */
  next(): Packet | undefined {
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#at === this.#end) return undefined;
    try {
      return this.#next(this.#bytes, this.#at);
    } catch (error) {
      this.#fault = toHubError(error);
      this.#release();
      throw this.#fault;
    }
  }

  #next(bytes: Buffer, start: number): Packet | undefined {
    const first = bytes[start] ?? 0;
    this.#checkFirstByte(first);
    const bodyAt = this.#bodyAt(start);
    if (bodyAt === 0) return this.#wait(0);
    const length = remainingLength(bytes, start + 1, bodyAt);
    const end = bodyAt + length;
    this.#checkSize(first, end - start);
    if (end > this.#end) return this.#wait(end - start);
    this.#at = end;
    this.#expected = 0;
    const packet = this.#readPacket(first, bodyAt, end);
    if (this.#version === 5 && bodyAt - start - 1 > variableByteIntegerLength(length)) {
      throw malformed('the remaining length has an unnecessary byte', 'MQTT-1.5.5-1');
    }
    if (this.#at === this.#end) this.#release();
    return packet;
  }

  #readPacket(first: number, start: number, end: number): Packet {
    const reader = PacketParser.#reader;
    reader.reset(this.#bytes, start, end);
    const packet = this.#context ? readBody(reader, first, this.#context) : this.#readConnect(reader, first);
    if (reader.remaining === 0) return packet;
    throw malformed(`there are bytes after the end of the ${packet.type}`, 'MQTT 5, 2.1.4');
  }

  #checkFirstByte(first: number): void {
    const isConnect = first >> 4 === PacketType.connect;
    if (this.#context === undefined && !isConnect) {
      throw violation('the first packet is not a CONNECT', 'MQTT-3.1.0-1');
    }
    if (this.#context !== undefined && isConnect) {
      throw violation('there is a second CONNECT', 'MQTT-3.1.0-2');
    }
    checkFirstByte(first, this.#version);
  }

  /** The offset behind the fixed header, or 0 if it is not complete. */
  #bodyAt(start: number): number {
    for (let at = start + 1; at <= start + 4; at++) {
      if (at >= this.#end) return 0;
      if ((this.#bytes[at] ?? 0) < 0x80) return at + 1;
    }
    throw malformed('the remaining length has more than four bytes', 'MQTT 5, 1.5.5');
  }

  /** Called before the body is complete, so that the bytes of a packet that will be refused are not kept. */
  #checkSize(first: number, size: number): void {
    const maximum = this.#maximumSizeOf(first);
    if (size <= maximum) return;
    throw tooLarge(`a packet of ${size} bytes is above the ${maximum} allowed`, 'MQTT-3.2.2-15');
  }

  #maximumSizeOf(first: number): number {
    if (first >> 4 === PacketType.publish) return this.#maximumPacketSize;
    if (!this.#context) return this.#maximumOtherSize;
    return Math.min(this.#maximumPacketSize, this.#maximumOtherSize);
  }

  #readConnect(reader: PacketReader, first: number): ConnectPacket {
    const protocol = readProtocol(reader);
    this.#version = answeringVersion(protocol);
    const version = versionOf(protocol);
    checkFlags(first, version);
    const packet = readConnect(reader, protocol);
    this.#version = version;
    this.#context = { version, topicNames: this.#topicNames };
    return packet;
  }

  /** Releases the chunk. */
  #release(): void {
    this.#bytes = NOTHING;
    this.#at = 0;
    this.#end = 0;
    PacketParser.#reader.reset(NOTHING, 0, 0);
  }

  /** Keeps the first part of a packet, and releases the chunk that it came in. */
  #wait(expected: number): undefined {
    this.#expected = expected;
    const hasRoom = this.#end < this.#bytes.length;
    if (hasRoom) return;
    this.#bytes = asBuffer(ownBytes(this.#bytes.subarray(this.#at)));
    this.#at = 0;
    this.#end = this.#bytes.length;
    PacketParser.#reader.reset(NOTHING, 0, 0);
  }

  #append(chunk: Uint8Array): void {
    if (this.#end + chunk.byteLength > this.#bytes.length) this.#makeRoom(chunk.byteLength);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.byteLength;
  }

  /** Doubles if many small chunks may come, so that bytes are copied twice in all, not with each chunk. */
  #makeRoom(length: number): void {
    const kept = this.#end - this.#at;
    const needed = kept + length;
    const desired = kept > length ? 2 * needed : needed;
    // Never room for all of a long packet at once: claiming a length costs the sender nothing.
    const room = this.#expected >= needed ? Math.min(desired, this.#expected) : desired;
    const larger = Buffer.allocUnsafeSlow(room);
    this.#end = this.#bytes.copy(larger, 0, this.#at, this.#end);
    this.#at = 0;
    this.#bytes = larger;
  }
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** The value of a Variable Byte Integer that is known to be from `at` to `end`. */
function remainingLength(bytes: Buffer, at: number, end: number): number {
  let value = 0;
  for (let index = end - 1; index >= at; index--) value = (value << 7) | ((bytes[index] ?? 0) & 0x7f);
  return value;
}
