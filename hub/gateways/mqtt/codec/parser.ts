import { Buffer } from 'node:buffer';
import { type HubError, toHubError } from '../../../core/error.ts';
import { answeringVersion, readConnect, readProtocol, versionOf } from './connect.ts';
import type { ConnectPacket, Packet, ProtocolVersion } from './packet.ts';
import { readBody } from './packet-body.ts';
import { checkFirstByte, checkFlags, PacketType } from './packet-type.ts';
import type { PacketContext } from './publish.ts';
import { PacketReader } from './reader.ts';
import { malformed, tooLarge, violation } from './reason-code.ts';
import type { TopicNames } from './topic-names.ts';
import { ownBytes } from './utf8.ts';
import { variableByteIntegerLength } from './writer.ts';

export interface PacketParserOptions {
  /** For a parser that sees no CONNECT. Else it wants one, first and once, and learns the version from it. */
  readonly version?: ProtocolVersion;
  /** The most bytes that a packet may have, fixed header and all: 1 MiB unless set. */
  readonly maximumPacketSize?: number;
  /** The same for packets that are no PUBLISH: a CONNECT comes from a stranger, and a SUBSCRIBE may name many filters. 64 KiB unless set. */
  readonly maximumOtherSize?: number;
  /** Shared by all parsers of a gateway, to know topic names from the last time. Without it each is read anew. */
  readonly topicNames?: TopicNames;
}

/**
 * Turns the bytes of one connection, however they are cut, into packets: `push` takes a chunk, `next` gives one packet
 * after the other until it gives `undefined`. Who is busy with one packet asks for the next one later, and stops the
 * source meanwhile. What is held is the chunk until it has been read, and of a packet in pieces at most twice what came.
 */
export interface PacketParser {
  /** Named by the CONNECT. Where it was refused, the version in whose form to say so. `undefined` before. */
  readonly version: ProtocolVersion | undefined;
  /** What is kept of a packet that is not all there yet, bytes. */
  readonly heldBytes: number;
  /** Takes a chunk with any number of packets, or a part of one. Nobody may write to it afterwards. Not taken after a fault. */
  push(chunk: Uint8Array): void;
  /**
   * The next packet, or `undefined` until more is pushed. At the first fault, and ever after, throws a `HubError` with
   * the reason code to answer: `packet/malformed`, `packet/too-large`, `protocol/violation`, `protocol/unsupported`.
   */
  next(): Packet | undefined;
}

/** A parser for one connection. */
export function createPacketParser(options: PacketParserOptions = {}): PacketParser {
  return new StreamParser(options);
}

const DEFAULT_MAXIMUM_PACKET_SIZE = 1_048_576;
const DEFAULT_MAXIMUM_OTHER_SIZE = 65_536;
const NOTHING = Buffer.alloc(0);

class StreamParser implements PacketParser {
  readonly #topicNames: TopicNames | undefined;
  readonly #maximumPacketSize: number;
  readonly #maximumOtherSize: number;
  #version: ProtocolVersion | undefined;
  /** `undefined` while the parser waits for the CONNECT. */
  #context: PacketContext | undefined;
  #fault: HubError | undefined;
  readonly #reader = new PacketReader(NOTHING, 0, 0);
  /** What has not been read is from `#at` to `#end`; behind it is room only where a packet came in pieces. */
  #bytes: Buffer = NOTHING;
  #at = 0;
  #end = 0;
  /** The length of the packet that is not all there yet, or 0. */
  #expected = 0;

  constructor(options: PacketParserOptions) {
    this.#topicNames = options.topicNames;
    this.#maximumPacketSize = options.maximumPacketSize ?? DEFAULT_MAXIMUM_PACKET_SIZE;
    this.#maximumOtherSize = options.maximumOtherSize ?? DEFAULT_MAXIMUM_OTHER_SIZE;
    if (options.version !== undefined) this.#speak(options.version);
  }

  get version(): ProtocolVersion | undefined {
    return this.#version;
  }

  get heldBytes(): number {
    return this.#bytes.length;
  }

  push(chunk: Uint8Array): void {
    if (this.#fault !== undefined) return;
    if (this.#at !== this.#end) this.#append(chunk);
    else {
      this.#bytes = asBuffer(chunk);
      this.#at = 0;
      this.#end = chunk.byteLength;
    }
  }

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
      throw malformed('the remaining length has a byte too many', 'MQTT-1.5.5-1');
    }
    if (this.#at === this.#end) this.#release();
    return packet;
  }

  #readPacket(first: number, start: number, end: number): Packet {
    const reader = this.#reader;
    reader.reset(this.#bytes, start, end);
    const packet = this.#context ? readBody(reader, first, this.#context) : this.#readConnect(reader, first);
    if (reader.remaining === 0) return packet;
    throw malformed(`there are bytes behind the end of the ${packet.type}`, 'MQTT 5, 2.1.4');
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

  /** Where the fixed header ends, or 0 where it is not all there. */
  #bodyAt(start: number): number {
    for (let at = start + 1; at <= start + 4; at++) {
      if (at >= this.#end) return 0;
      if ((this.#bytes[at] ?? 0) < 0x80) return at + 1;
    }
    throw malformed('the remaining length has more than four bytes', 'MQTT 5, 1.5.5');
  }

  /** Called before the body is there: nobody keeps bytes of what will be refused. */
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
    const packet = readConnect(reader, version);
    this.#speak(version);
    return packet;
  }

  #speak(version: ProtocolVersion): void {
    this.#version = version;
    this.#context = { version, topicNames: this.#topicNames };
  }

  /** Lets go of the chunk. */
  #release(): void {
    this.#bytes = NOTHING;
    this.#at = 0;
    this.#end = 0;
    this.#reader.reset(NOTHING, 0, 0);
  }

  /** Keeps what there is of a packet, but not the chunk that it is the end of. */
  #wait(expected: number): undefined {
    this.#expected = expected;
    const hasRoom = this.#end < this.#bytes.length;
    if (hasRoom) return;
    this.#bytes = asBuffer(ownBytes(this.#bytes.subarray(this.#at)));
    this.#at = 0;
    this.#end = this.#bytes.length;
    this.#reader.reset(NOTHING, 0, 0);
  }

  #append(chunk: Uint8Array): void {
    if (this.#end + chunk.byteLength > this.#bytes.length) this.#makeRoom(chunk.byteLength);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.byteLength;
  }

  /** Doubles where many small chunks may come: bytes are then copied twice on the way, not each time that one comes. */
  #makeRoom(length: number): void {
    const kept = this.#end - this.#at;
    const needed = kept + length;
    const wished = kept > length ? 2 * needed : needed;
    // Room for the packet at most, and never all of it at once: its length is a claim, and costs the sender nothing.
    const room = this.#expected >= needed ? Math.min(wished, this.#expected) : wished;
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
