import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameParser } from '../../../../devices/pins/rgpiod/frame-parser.ts';
import { decodeChipLabel, decodeLineInfo } from '../../../../devices/pins/rgpiod/info.ts';
import { COMMAND_NUMBERS, RGPIOD } from '../../../../devices/pins/rgpiod/protocol.ts';

interface Frame {
  readonly status: number;
  readonly command: number;
  readonly data: Uint8Array;
}

function encodeAnswer({ status, command, data }: Frame): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(status, 0);
  header.writeUInt32LE(data.length, 4);
  header.writeUInt16LE(command, 8);
  return Buffer.concat([header, data]);
}

function decodeFrame(view: DataView): Frame {
  const data = new Uint8Array(view.buffer, view.byteOffset + 16, view.byteLength - 16);
  return { status: view.getInt32(0, true), command: view.getUint16(8, true), data: Uint8Array.from(data) };
}

const frames = fc.array(
  fc.record({
    status: fc.integer({ min: -110, max: 100_000 }),
    command: fc.nat(0xffff),
    data: fc.uint8Array({ maxLength: 80 }),
  }),
  { maxLength: 8 },
);

describe('the parser of answers', () => {
  test('gives the same answers however the stream is cut, each as soon as its last byte has come', () => {
    const law = fc.property(frames, fc.array(fc.nat(), { maxLength: 12 }), (all, cuts) => {
      const stream = Buffer.concat(all.map(encodeAnswer));
      const ends = all.map((_, index) => Buffer.concat(all.slice(0, index + 1).map(encodeAnswer)).length);
      const places = cuts.map((cut) => cut % (stream.length + 1)).sort((one, other) => one - other);
      const parser = new FrameParser();
      const parsed: Frame[] = [];
      let from = 0;
      for (const to of [...places, stream.length]) {
        parsed.push(...parser.push(stream.subarray(from, to)).map(decodeFrame));
        expect(parsed).toHaveLength(ends.filter((end) => end <= to).length);
        from = to;
      }
      expect(parsed).toEqual(all);
    });
    fc.assert(law);
  });

  test('does not wait for an answer that is longer than any', () => {
    const header = encodeAnswer({ status: 0, command: 31, data: new Uint8Array(0) });
    header.writeUInt32LE(0x0a0d_0a0d, 4);
    expect(() => new FrameParser().push(header)).toThrow('this is not rgpiod');
  });
});

describe('a request', () => {
  // As Python's struct packs them in lg's own client: IIHHHH and the parameters.
  test.each([
    [['NOIB'], '6d64676c 00000000 7500 0000 0000 0000'],
    [['GO', 4], '6d64676c 04000000 0a00 0000 0100 0000 04000000'],
    [
      ['PX', 1, 21, 100_000, 30_000, 0, 0],
      '6d64676c 18000000 1800 0000 0600 0000 01000000 15000000 a0860100 30750000 00000000 00000000',
    ],
  ] as const)('%j is the bytes of lg', (request, hex) => {
    expect(Buffer.from(RGPIOD.encode([request])).toString('hex')).toBe(hex.replaceAll(' ', ''));
  });

  test('follows another without a gap', () => {
    const both = RGPIOD.encode([['GO', 0], ['NOIB']]);
    expect(Buffer.from(both)).toEqual(Buffer.concat([RGPIOD.encode([['GO', 0]]), RGPIOD.encode([['NOIB']])]));
  });

  test('is not answered by the answer to another', () => {
    const answer = encodeAnswer({ status: 0, command: COMMAND_NUMBERS.GW, data: new Uint8Array(0) });
    const [frame] = RGPIOD.createParser()(answer);
    expect(() => frame && RGPIOD.decode(frame, ['GR', 0, 21])).toThrow('answered command 20 instead of GR');
  });
});

describe('the reports of rgpiod', () => {
  const text = (value: string) => Buffer.concat([Buffer.from(value), Buffer.alloc(32)]).subarray(0, 32);
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };

  test('of a line says who holds it, and whether it is an output', () => {
    const data = Buffer.concat([number(21), number(3), text('GPIO21'), text('gpioset')]);
    expect(decodeLineInfo(data)).toEqual({ isUsed: true, isOutput: true, user: 'gpioset' });
  });

  test('of a free line says so', () => {
    const data = Buffer.concat([number(21), number(0), text('GPIO21'), text('')]);
    expect(decodeLineInfo(data)).toEqual({ isUsed: false, isOutput: false, user: '' });
  });

  test('is refused if it is too short', () => {
    expect(() => decodeLineInfo(Buffer.alloc(7))).toThrow('rgpiod described a line in 7 bytes');
  });

  test('of a chip has its label, also if that fills its place', () => {
    expect(decodeChipLabel(Buffer.concat([number(54), text('gpiochip0'), text('pinctrl-rp1')]))).toBe(
      'pinctrl-rp1',
    );
    const long = 'x'.repeat(32);
    expect(decodeChipLabel(Buffer.concat([number(54), text('gpiochip0'), text(long)]))).toBe(long);
  });
});
