import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type StreamEnd, WebSocketReader } from '../../../../hub/gateways/mqtt/websocket-reader.ts';

interface Frame {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly payload: Uint8Array;
  readonly mask: readonly [number, number, number, number];
}

function encode({ opcode, isFinal, payload, mask }: Frame, lengthBytes?: 0 | 2 | 8): Buffer {
  const { length } = payload;
  const extended = lengthBytes ?? (length < 126 ? 0 : length <= 0xffff ? 2 : 8);
  const header = Buffer.alloc(2 + extended);
  header[0] = (isFinal ? 0x80 : 0) | opcode;
  header[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) header.writeUInt16BE(length, 2);
  if (extended === 8) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([
    header,
    Buffer.from(mask),
    payload.map((byte, index) => byte ^ (mask[index & 3] ?? 0)),
  ]);
}

interface Seen {
  readonly data: Buffer;
  /** The payloads of the last ping in each chunk that has one. */
  readonly pings: Buffer[];
  readonly end: StreamEnd | undefined;
}

/** The output of a reader that gets these chunks, up to the end of the stream. */
function read(chunks: readonly Buffer[]): Seen {
  const reader = new WebSocketReader();
  const parts: Buffer[] = [];
  const pings: Buffer[] = [];
  for (const chunk of chunks) {
    const { data, ping, end } = reader.read(Buffer.from(chunk));
    parts.push(Buffer.from(data));
    if (ping) pings.push(ping);
    if (end) return { data: Buffer.concat(parts), pings, end };
  }
  return { data: Buffer.concat(parts), pings, end: undefined };
}

const closeCode = ({ end }: Seen) => end?.closure.readUInt16BE();

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

const byte = fc.integer({ min: 0, max: 255 });
const mask = fc.tuple(byte, byte, byte, byte);
const message = fc
  .tuple(fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 3 }), mask)
  .map(([parts, mask]) =>
    parts.map((payload, index): Frame => {
      const isFinal = index === parts.length - 1;
      return { opcode: index === 0 ? 0x2 : 0x0, isFinal, payload, mask };
    }),
  );
const ping = fc
  .tuple(fc.uint8Array({ maxLength: 125 }), mask)
  .map(([payload, mask]): Frame => ({ opcode: 0x9, isFinal: true, payload, mask }));
/** Messages in one or several frames, with pings in any allowed place. */
const stream = fc
  .array(fc.tuple(message, fc.option(ping, { nil: undefined })), { maxLength: 8 })
  .map((parts) =>
    parts.flatMap(([frames, control]) => {
      const [first, ...others] = frames;
      return first ? [first, ...(control ? [control] : []), ...others] : [];
    }),
  );

const binary = (payload: Uint8Array): Frame => ({ opcode: 0x2, isFinal: true, payload, mask: [1, 2, 3, 4] });

describe('a WebSocket reader', () => {
  test('gives the same data, however frames are cut into chunks', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat()), (frames, places) => {
        const bytes = Buffer.concat(frames.map((frame) => encode(frame)));
        const { data, end } = read(cut(bytes, places));
        expect(data.equals(Buffer.concat(frames.filter(isData).map(({ payload }) => payload)))).toBe(true);
        expect(end).toBeUndefined();
      }),
    );
  });

  test('gives of each chunk the last ping (RFC 6455, 5.5.3)', () => {
    fc.assert(
      fc.property(stream, (frames) => {
        const payloads = frames.filter((frame) => !isData(frame)).map(({ payload }) => Buffer.from(payload));
        const whole = Buffer.concat(frames.map((frame) => encode(frame)));
        expect(read([whole]).pings).toEqual(payloads.slice(-1));
        expect(read(frames.map((frame) => encode(frame))).pings).toEqual(payloads);
      }),
    );
  });

  test.each([0, 125, 126, 65_535, 65_536, 100_000])('reads a payload of %i bytes', (length) => {
    const payload = Buffer.alloc(length).map((_, index) => index & 0xff);
    expect(read([encode(binary(payload))]).data.equals(payload)).toBe(true);
  });

  test('gives what there is of a frame, however large it says that it is', () => {
    const bytes = encode(binary(Buffer.from('0123456789')));
    const endless = Buffer.concat([Buffer.of(0x82, 0xff, 0, 0x10, 0, 0, 0, 0, 0, 0), bytes.subarray(2)]);
    expect(read([endless]).data.toString()).toBe('0123456789');
  });

  test.each([
    ['with its code', Buffer.of(0x03, 0xe8), '03e8'],
    ['with a code of its own', Buffer.from('0fa0', 'hex'), '0fa0'],
    ['without a code', Buffer.alloc(0), ''],
    ['with half a code', Buffer.of(3), '03ea'],
    ['with a code that must not be sent', Buffer.from('03ed', 'hex'), '03ea'],
  ])('ends at a close %s, and gives what came before', (_what, payload, closure) => {
    const close = { opcode: 0x8, isFinal: true, payload, mask: [9, 8, 7, 6] } as const;
    const seen = read([
      Buffer.concat([binary(Buffer.of(1)), close, binary(Buffer.of(2))].map((f) => encode(f))),
    ]);
    expect(seen.data).toEqual(Buffer.of(1));
    expect(seen.end?.closure.toString('hex')).toBe(closure);
  });

  test.each([
    ['a text frame [MQTT-6.0.0-1]', 1003, encode({ ...binary(Buffer.from('a')), opcode: 0x1 })],
    ['a frame without a mask', 1002, Buffer.of(0x82, 0x01, 0x61)],
    ['a reserved bit', 1002, Buffer.of(0xc2, 0x80, 0, 0, 0, 0)],
    ['an unknown opcode', 1002, encode({ ...binary(Buffer.alloc(0)), opcode: 0x3 })],
    ['an unknown control opcode', 1002, encode({ ...binary(Buffer.alloc(0)), opcode: 0xb })],
    ['a continuation of nothing', 1002, encode({ ...binary(Buffer.alloc(0)), opcode: 0x0 })],
    ['a ping that is not whole', 1002, encode({ ...binary(Buffer.alloc(0)), opcode: 0x9, isFinal: false })],
    ['a ping of 126 bytes', 1002, encode({ ...binary(Buffer.alloc(126)), opcode: 0x9 })],
    [
      'a message inside another',
      1002,
      Buffer.concat([encode({ ...binary(Buffer.of(1)), isFinal: false }), encode(binary(Buffer.of(2)))]),
    ],
    ['a message in too many frames', 1008, manyFragments()],
  ])('closes at %s with %i, and gives what came before', (_what, code, bytes) => {
    const seen = read([Buffer.concat([encode(binary(Buffer.from('before'))), bytes])]);
    expect(closeCode(seen)).toBe(code);
    expect(seen.end?.fault).toBeDefined();
    expect(seen.data.subarray(0, 6).toString()).toBe('before');
  });

  test('makes of any bytes data or a fault, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(fc.nat()), (bytes, places) => {
        expect(read(cut(Buffer.from(bytes), places)).data.length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});

function isData({ opcode }: Frame): boolean {
  return opcode < 0x8;
}

function manyFragments(): Buffer {
  const first = encode({ ...binary(Buffer.alloc(0)), isFinal: false });
  const next = encode({ ...binary(Buffer.alloc(0)), opcode: 0x0, isFinal: false });
  return Buffer.concat([first, ...Array(128 * 1024).fill(next)]);
}
