import { Buffer } from 'node:buffer';

/** WebSocket opcodes of whole data frames (RFC 6455, 5.2). */
const TEXT_FRAME = 0x1;
export const BINARY_FRAME = 0x2;

/** WebSocket opcodes of control frames. */
export const CLOSE_FRAME = 0x8;
export const PONG_FRAME = 0xa;

type Opcode = typeof TEXT_FRAME | typeof BINARY_FRAME | typeof CLOSE_FRAME | typeof PONG_FRAME;

const FINAL = 0x80;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;

/** How many bytes the header of a server's frame takes. */
export function frameHeaderLength(payloadBytes: number): number {
  if (payloadBytes < LENGTH_IN_16_BITS) return 2;
  return payloadBytes <= 0xffff ? 4 : 10;
}

/**
 * Writes the header of a server's frame to `target` at the offset `at`: final, not masked, so that the same frame can go to any number of
 * clients (RFC 6455, 5.1, 5.2). Returns the offset behind it.
 */
export function writeFrameHeader(target: Buffer, at: number, opcode: Opcode, payloadBytes: number): number {
  target[at] = FINAL | opcode;
  if (payloadBytes < LENGTH_IN_16_BITS) {
    target[at + 1] = payloadBytes;
    return at + 2;
  }
  if (payloadBytes <= 0xffff) {
    target[at + 1] = LENGTH_IN_16_BITS;
    return target.writeUInt16BE(payloadBytes, at + 2);
  }
  target[at + 1] = LENGTH_IN_64_BITS;
  target.writeUInt32BE(Math.floor(payloadBytes / 2 ** 32), at + 2);
  return target.writeUInt32BE(payloadBytes % 2 ** 32, at + 6);
}

/** A text as one whole frame. */
export function textFrame(text: string): Buffer {
  const payloadBytes = Buffer.byteLength(text);
  const headerBytes = frameHeaderLength(payloadBytes);
  const frame = Buffer.allocUnsafe(headerBytes + payloadBytes);
  writeFrameHeader(frame, 0, TEXT_FRAME, payloadBytes);
  frame.write(text, headerBytes);
  return frame;
}
