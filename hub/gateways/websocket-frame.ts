import { Buffer } from 'node:buffer';

/** WebSocket opcodes of whole data frames (RFC 6455, 5.2). */
const TEXT_FRAME = 0x1;
export const BINARY_FRAME = 0x2;

/** And of control frames. */
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
 * Writes the header of a server's frame at the start of `target`: final, not masked, so that the same frame can go to any number of
 * clients (RFC 6455, 5.1, 5.2).
 */
export function writeFrameHeader(target: Buffer, opcode: Opcode, payloadBytes: number): void {
  target[0] = FINAL | opcode;
  if (payloadBytes < LENGTH_IN_16_BITS) {
    target[1] = payloadBytes;
  } else if (payloadBytes <= 0xffff) {
    target[1] = LENGTH_IN_16_BITS;
    target.writeUInt16BE(payloadBytes, 2);
  } else {
    target[1] = LENGTH_IN_64_BITS;
    target.writeUInt32BE(Math.floor(payloadBytes / 2 ** 32), 2);
    target.writeUInt32BE(payloadBytes % 2 ** 32, 6);
  }
}

/** A text as a whole frame, in one piece: two would be two writes, or one that gathers. */
export function textFrame(text: string): Buffer {
  const payloadBytes = Buffer.byteLength(text);
  const headerBytes = frameHeaderLength(payloadBytes);
  const frame = Buffer.allocUnsafe(headerBytes + payloadBytes);
  writeFrameHeader(frame, TEXT_FRAME, payloadBytes);
  frame.write(text, headerBytes);
  return frame;
}
