import { Buffer } from 'node:buffer';

/** RFC 6455, 7.4.1: why a connection is closed. */
export const CloseCode = {
  Normal: 1000,
  ProtocolError: 1002,
  UnsupportedData: 1003,
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

/** A fault of the client's WebSocket, with the code to close it with. */
export class WebSocketFault extends Error {
  override readonly name = 'WebSocketFault';
  readonly closeCode: number;

  constructor(closeCode: number, message: string) {
    super(message);
    this.closeCode = closeCode;
  }
}

/** What comes in between the data. */
interface ControlFrames {
  ping(payload: Buffer): void;
  close(payload: Buffer): void;
}

/**
 * Takes a client's WebSocket frames apart (RFC 6455, 5). MQTT does not care where a message begins or ends [MQTT-6.0.0-2], so nothing
 * is gathered: what a chunk has of data is unmasked and moved together in place, and given on at once. However large a frame says
 * that it is, and however many frames a chunk has, this holds no more than a header and a control frame.
 */
export class WebSocketReader {
  readonly #control: ControlFrames;
  /** What there is of a header that came in pieces. */
  readonly #header = Buffer.alloc(MAX_HEADER_BYTES);
  #headerLength = 0;
  #isInFrame = false;
  #opcode: number = Opcode.Binary;
  #isFinal = true;
  /** Whether a message has begun that is not over. */
  #isInMessage = false;
  /** Bytes of the frame that are still to come. */
  #left = 0;
  readonly #mask = new Uint8Array(MASK_BYTES);
  /** Where in the mask the next byte is. */
  #phase = 0;
  /** The payload of a control frame so far. */
  #payload: number[] = [];

  constructor(control: ControlFrames) {
    this.#control = control;
  }

  /** The data in a chunk, which is overwritten with it. Throws `WebSocketFault`, after which nothing more is to be read. */
  read(chunk: Buffer): Buffer {
    let at = 0;
    let end = 0;
    while (at < chunk.length) {
      if (!this.#isInFrame) at = this.#readHeader(chunk, at);
      const length = Math.min(this.#left, chunk.length - at);
      if (length > 0 && this.#opcode >= CONTROL) this.#keep(chunk, at, length);
      else if (length > 0) {
        this.#unmask(chunk, at, length, end);
        end += length;
      }
      at += length;
      this.#left -= length;
      if (this.#isInFrame && this.#left === 0) this.#endFrame();
    }
    return chunk.subarray(0, end);
  }

  /** Reads a header, or as much as there is of it; the offset behind. */
  #readHeader(chunk: Buffer, start: number): number {
    if (this.#headerLength === 0 && chunk.length - start >= MAX_HEADER_BYTES) {
      return start + this.#beginFrame(chunk, start);
    }
    let at = start;
    while (at < chunk.length && !this.#isInFrame) {
      this.#header[this.#headerLength++] = chunk[at++] ?? 0;
      if (this.#headerLength < 2 || this.#headerLength < lengthOfHeader(this.#header[1] ?? 0)) continue;
      this.#headerLength = 0;
      this.#beginFrame(this.#header, 0);
    }
    return at;
  }

  /** Takes up what a header says; how long it is. */
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
    const maskAt = at + length - MASK_BYTES;
    for (let index = 0; index < MASK_BYTES; index++) this.#mask[index] = bytes[maskAt + index] ?? 0;
    this.#phase = 0;
    this.#isInFrame = true;
    return length;
  }

  /** RFC 6455, 5.5. */
  #checkControl(): void {
    const isKnown = this.#opcode <= Opcode.Pong;
    if (!isKnown || !this.#isFinal || this.#left > MAX_CONTROL_BYTES)
      throw violation('a control frame is wrong');
  }

  /** RFC 6455, 5.4: a message is one frame, or one that is not final and continuations. */
  #checkData(): void {
    if (this.#opcode === Opcode.Text) {
      throw new WebSocketFault(CloseCode.UnsupportedData, 'MQTT comes in binary frames [MQTT-6.0.0-1]');
    }
    const isExpected = this.#isInMessage ? Opcode.Continuation : Opcode.Binary;
    if (this.#opcode !== isExpected) throw violation(`a frame has the opcode ${this.#opcode} out of turn`);
    this.#isInMessage = !this.#isFinal;
  }

  #endFrame(): void {
    this.#isInFrame = false;
    if (this.#opcode < CONTROL) return;
    const payload = Buffer.from(this.#payload);
    this.#payload = [];
    if (this.#opcode === Opcode.Ping) this.#control.ping(payload);
    else if (this.#opcode === Opcode.Close) this.#control.close(payload);
  }

  #keep(chunk: Buffer, start: number, length: number): void {
    this.#unmask(chunk, start, length, start);
    this.#payload.push(...chunk.subarray(start, start + length));
  }

  /** Unmasks bytes on their way to `to`, which is not behind them. (RFC 6455, 5.3) */
  #unmask(chunk: Buffer, from: number, length: number, to: number): void {
    const mask = this.#mask;
    const phase = this.#phase;
    for (let index = 0; index < length; index++) {
      chunk[to + index] = (chunk[from + index] ?? 0) ^ (mask[(phase + index) & 3] ?? 0);
    }
    this.#phase = (phase + length) & 3;
  }
}

/** How long a header is with this second byte; one without a mask, which is a fault, ends where that is seen. */
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
  return new WebSocketFault(CloseCode.ProtocolError, message);
}
