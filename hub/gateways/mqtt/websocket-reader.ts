import { Buffer } from 'node:buffer';

/** Codes of the reasons for which a connection is closed (RFC 6455, 7.4.1). */
export const CloseCode = {
  Normal: 1000,
  ProtocolError: 1002,
  UnsupportedData: 1003,
  PolicyViolation: 1008,
} as const;

/** RFC 6455, 5.2. */
const Opcode = { Continuation: 0x0, Text: 0x1, Binary: 0x2, Close: 0x8, Ping: 0x9, Pong: 0xa } as const;

const FINAL = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const MASK_BYTES = 4;
const MAX_HEADER_BYTES = 14;
const CONTROL = 0x8;
const MAX_CONTROL_BYTES = 125;
const LENGTH_IN_16_BITS = 126;

/** The most frames that one message may have; `ws` allows as many. */
const MAX_FRAGMENTS = 128 * 1024;

/** The end of a client's stream: its close frame, or a fault. */
export interface StreamEnd {
  /** The payload of the close frame to answer with. */
  readonly closure: Buffer;
  /** The rule that the client broke, if it did. */
  readonly fault?: string;
}

/** What one chunk has brought. */
export interface Reading {
  /** MQTT's bytes. */
  readonly data: Buffer;
  /** The payload of the last ping. */
  readonly ping?: Buffer | undefined;
  /** Present if the stream is over, behind `data`. Nothing more may be read. */
  readonly end?: StreamEnd | undefined;
}

class WebSocketFault extends Error {
  readonly closeCode: number;

  constructor(closeCode: number, message: string) {
    super(message);
    this.closeCode = closeCode;
  }
}

/**
 * Reads a client's WebSocket frames (RFC 6455, 5). MQTT does not care where a message begins or ends [MQTT-6.0.0-2], so messages are not
 * gathered: the data in a chunk is unmasked and moved together in place. However long a frame claims to be, and however many frames a
 * chunk has, the reader keeps no more than a header and one control frame.
 */
export class WebSocketReader {
  /** The part of a header that came at the end of a chunk. Few connections ever need it. */
  #header: Buffer | undefined;
  #headerLength = 0;
  #isInFrame = false;
  #opcode: number = Opcode.Binary;
  #isFinal = true;
  /** Frames of the message that has begun; 0 between messages. */
  #fragments = 0;
  /** How many bytes of the frame's payload are still to come. */
  #left = 0;
  /** Four bytes, big-endian. */
  #mask = 0;
  /** The index in the mask of the next byte. */
  #phase = 0;
  /** The payload of a ping or a close so far. */
  #control: Buffer | undefined;
  #controlLength = 0;
  #ping: Buffer | undefined;
  #end: StreamEnd | undefined;

  /** Reads a chunk, which is overwritten with its data. */
  read(chunk: Buffer): Reading {
    this.#ping = undefined;
    let at = 0;
    let length = 0;
    try {
      while (at < chunk.length && !this.#end) {
        if (!this.#isInFrame) at = this.#readHeader(chunk, at);
        const part = Math.min(this.#left, chunk.length - at);
        if (part > 0 && this.#opcode >= CONTROL) this.#keep(chunk, at, part);
        else if (part > 0) {
          this.#unmask(chunk, at, part, length);
          length += part;
        }
        at += part;
        this.#left -= part;
        if (this.#isInFrame && this.#left === 0) this.#endFrame();
      }
    } catch (error) {
      if (!(error instanceof WebSocketFault)) throw error;
      this.#end = { closure: closureOf(error.closeCode), fault: error.message };
    }
    return { data: chunk.subarray(0, length), ping: this.#ping, end: this.#end };
  }

  /** Reads a header, or as much of it as has come; returns the offset behind it. */
  #readHeader(chunk: Buffer, at: number): number {
    const left = chunk.length - at;
    const isWhole = left >= 2 && left >= lengthOfHeader(chunk[at + 1] ?? 0);
    return isWhole && this.#headerLength === 0
      ? at + this.#beginFrame(chunk, at)
      : this.#gatherHeader(chunk, at);
  }

  #gatherHeader(chunk: Buffer, start: number): number {
    this.#header ??= Buffer.alloc(MAX_HEADER_BYTES);
    const header = this.#header;
    let at = start;
    while (at < chunk.length && !this.#isInFrame) {
      header[this.#headerLength++] = chunk[at++] ?? 0;
      if (this.#headerLength < 2 || this.#headerLength < lengthOfHeader(header[1] ?? 0)) continue;
      this.#headerLength = 0;
      this.#beginFrame(header, 0);
    }
    return at;
  }

  /** Begins the frame that a header announces; returns the header's length. */
  #beginFrame(bytes: Buffer, at: number): number {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const length = lengthOfHeader(second);
    this.#opcode = first & 0x0f;
    this.#isFinal = (first & FINAL) !== 0;
    if ((first & RESERVED) !== 0) throw violation('a reserved bit is set'); // 5.2: no extension was agreed on.
    if ((second & MASKED) === 0) throw violation('a frame is not masked'); // 5.1
    this.#left = payloadLength(bytes, at);
    if (this.#opcode >= CONTROL) this.#checkControl();
    else this.#checkData();
    this.#mask = bytes.readInt32BE(at + length - MASK_BYTES);
    this.#phase = 0;
    this.#isInFrame = true;
    return length;
  }

  /** RFC 6455, 5.5. */
  #checkControl(): void {
    const isKnown = this.#opcode <= Opcode.Pong;
    if (!isKnown || !this.#isFinal || this.#left > MAX_CONTROL_BYTES)
      throw violation('a control frame is invalid');
  }

  /** RFC 6455, 5.4: a message is one frame, or one that is not final and continuations. */
  #checkData(): void {
    if (this.#opcode === Opcode.Text) {
      throw new WebSocketFault(CloseCode.UnsupportedData, 'MQTT comes in binary frames [MQTT-6.0.0-1]');
    }
    const isExpected = this.#fragments > 0 ? Opcode.Continuation : Opcode.Binary;
    if (this.#opcode !== isExpected) throw violation(`a frame has the opcode ${this.#opcode} out of turn`);
    this.#fragments = this.#isFinal ? 0 : this.#fragments + 1;
    if (this.#fragments > MAX_FRAGMENTS) {
      throw new WebSocketFault(CloseCode.PolicyViolation, `a message has more than ${MAX_FRAGMENTS} frames`);
    }
  }

  #endFrame(): void {
    this.#isInFrame = false;
    if (this.#opcode < CONTROL) return;
    if (this.#opcode === Opcode.Pong) return;
    const payload = Buffer.from(this.#control?.subarray(0, this.#controlLength) ?? []);
    this.#controlLength = 0;
    if (this.#opcode === Opcode.Ping) this.#ping = payload;
    else this.#end = answerTo(payload);
  }

  #keep(chunk: Buffer, start: number, length: number): void {
    if (this.#opcode === Opcode.Pong) return;
    this.#unmask(chunk, start, length, start);
    this.#control ??= Buffer.alloc(MAX_CONTROL_BYTES);
    this.#controlLength += chunk.copy(this.#control, this.#controlLength, start, start + length);
  }

  /** Unmasks bytes and moves them to the offset `to`, which is not above `from`. (RFC 6455, 5.3) */
  #unmask(chunk: Buffer, from: number, length: number, to: number): void {
    const mask = this.#mask;
    const phase = this.#phase;
    for (let index = 0; index < length; index++) {
      // The first byte of the mask is the highest; storing keeps the low eight bits.
      chunk[to + index] = (chunk[from + index] ?? 0) ^ (mask >> (24 - ((phase + index) & 3) * 8));
    }
    this.#phase = (phase + length) & 3;
  }
}

/** The length of a header with this second byte; one without a mask, which is a fault, counts as two bytes. */
function lengthOfHeader(second: number): number {
  if ((second & MASKED) === 0) return 2;
  const length = second & 0x7f;
  if (length < LENGTH_IN_16_BITS) return 2 + MASK_BYTES;
  return (length === LENGTH_IN_16_BITS ? 4 : 10) + MASK_BYTES;
}

function payloadLength(bytes: Buffer, at: number): number {
  const length = (bytes[at + 1] ?? 0) & 0x7f;
  if (length < LENGTH_IN_16_BITS) return length;
  if (length === LENGTH_IN_16_BITS) return bytes.readUInt16BE(at + 2);
  return bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
}

function violation(message: string): WebSocketFault {
  return new WebSocketFault(CloseCode.ProtocolError, `${message} [RFC 6455, 5]`);
}

/** The answer to a close frame: one with the same code. (RFC 6455, 5.5.1) */
function answerTo(payload: Buffer): StreamEnd {
  if (payload.length === 0) return { closure: payload };
  const code = payload.length === 1 ? 0 : payload.readUInt16BE();
  if (isCloseCode(code)) return { closure: payload.subarray(0, 2) };
  return {
    closure: closureOf(CloseCode.ProtocolError),
    fault: 'a close frame has no valid code [RFC 6455, 7.4]',
  };
}

/** Whether a code may stand in a close frame. (RFC 6455, 7.4) */
function isCloseCode(code: number): boolean {
  if (code >= 3000) return code < 5000;
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}

/** A close code as the payload of a close frame. */
export function closureOf(code: number): Buffer {
  return Buffer.of(code >> 8, code & 0xff);
}
