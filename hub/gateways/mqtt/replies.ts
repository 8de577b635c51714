import { Buffer } from 'node:buffer';
import { BINARY_FRAME, frameHeaderLength, writeFrameHeader } from '../websocket-frame.ts';
import {
  ACKNOWLEDGEMENT_LENGTH,
  type AcknowledgementType,
  firstByteOf,
  type ServerPacket,
  writeAcknowledgement,
} from './codec/index.ts';
import type { Transport } from './transport.ts';

const TYPES = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const satisfies readonly AcknowledgementType[];
const IDENTIFIER_BITS = 16;

/** Shared by all clients without a reply due. Nothing is ever added. */
const NONE: (number | Buffer)[] = [];

/** The packets that answer a client, mostly acknowledgements, in order. */
export class Replies {
  readonly #isFramed: boolean;
  /** The replies. A number is a plain acknowledgement: its type in the high bits, its packet identifier in the low bits. */
  #entries = NONE;
  #byteLength = 0;

  constructor(form: Transport['form']) {
    this.#isFramed = form === 'frames';
  }

  get count(): number {
    return this.#entries.length;
  }

  /** The length of all packets without frames, bytes. */
  get byteLength(): number {
    return this.#byteLength;
  }

  add(packet: Buffer): void {
    this.#push(packet, packet.byteLength);
  }

  /** Adds an acknowledgement of success. */
  acknowledge(type: AcknowledgementType, packetIdentifier: number): void {
    this.#push((TYPES.indexOf(type) << IDENTIFIER_BITS) | packetIdentifier, ACKNOWLEDGEMENT_LENGTH);
  }

  clear(): void {
    this.#entries = NONE;
    this.#byteLength = 0;
  }

  /** Whether a packet of this type is among those added. */
  has(type: Exclude<ServerPacket['type'], 'publish'>): boolean {
    return this.#entries.some((entry) => isOfType(entry, type));
  }

  /** Removes the replies of one type; returns them. */
  takeOut(type: 'pingresp'): Replies {
    const taken = new Replies(this.#isFramed ? 'frames' : 'bytes');
    for (const entry of this.#entries) if (isOfType(entry, type)) taken.add(entry);
    if (taken.count === 0) return taken;
    this.#entries = this.#entries.filter((entry) => !isOfType(entry, type));
    this.#byteLength -= taken.byteLength;
    return taken;
  }

  /** All replies in the transport's form, and `messages` behind them, to be sent in one write. Afterwards there are none. */
  take(messages?: Buffer): Buffer {
    const headerRoom = this.#isFramed ? this.count * frameHeaderLength(this.#byteLength) : 0;
    const room = this.#byteLength + headerRoom + (messages?.byteLength ?? 0);
    const target = Buffer.allocUnsafe(room);
    let at = 0;
    for (const entry of this.#entries) at = this.#write(target, at, entry);
    if (messages) at = append(target, at, messages);
    this.clear();
    return at === room ? target : target.subarray(0, at);
  }

  #push(entry: number | Buffer, byteLength: number): void {
    if (this.#entries === NONE) this.#entries = [];
    this.#entries.push(entry);
    this.#byteLength += byteLength;
  }

  #write(target: Buffer, start: number, entry: number | Buffer): number {
    const length = typeof entry === 'number' ? ACKNOWLEDGEMENT_LENGTH : entry.byteLength;
    const at = this.#isFramed ? writeFrameHeader(target, start, BINARY_FRAME, length) : start;
    if (typeof entry !== 'number') return append(target, at, entry);
    const type = TYPES[entry >> IDENTIFIER_BITS] ?? 'puback';
    return writeAcknowledgement(target, at, type, entry & 0xffff);
  }
}

function isOfType(entry: number | Buffer, type: Exclude<ServerPacket['type'], 'publish'>): entry is Buffer {
  return typeof entry !== 'number' && entry[0] === firstByteOf(type);
}

function append(target: Buffer, at: number, bytes: Buffer): number {
  target.set(bytes, at);
  return at + bytes.byteLength;
}
