import { describe, expect, test } from 'vitest';
import {
  decodeChipLabel,
  decodeEvents,
  decodeLineFd,
  decodeLineInfo,
  decodeValues,
  EVENT_BYTES,
  encodeLineInfo,
  encodeLineRequest,
  encodeOutputConfig,
  encodeValues,
} from '../../../../devices/pins/chardev/uapi.ts';

/** Bytes of a structure: all are 0 except at the named places. */
function structure(length: number, parts: Readonly<Record<number, string>>): Uint8Array {
  const bytes = new Uint8Array(length);
  for (const [at, hex] of Object.entries(parts))
    bytes.set(Buffer.from(hex.replaceAll(' ', ''), 'hex'), Number(at));
  return bytes;
}

const text = (value: string) => Buffer.from(value).toString('hex');

// The output of a C program that fills the structures of linux/gpio.h by the names of their members.
describe('the bytes of C', () => {
  test('are those of a request for an input with pull-up, both edges and a debounce of 5 ms', () => {
    expect(encodeLineRequest(23, 'pinhub', { pull: 'up', steadyUs: 5000 })).toEqual(
      structure(592, {
        0: '17000000',
        256: text('pinhub'),
        288: '34010000 00000000 01000000',
        320: '03000000 00000000 88130000 00000000 01000000 00000000',
        560: '01000000 00010000',
      }),
    );
  });

  test('are those of a request for a line as it is', () => {
    expect(encodeLineRequest(17, 'pinhub')).toEqual(
      structure(592, { 0: '11000000', 256: text('pinhub'), 560: '01000000' }),
    );
  });

  test('are those of a line that becomes a high output', () => {
    expect(encodeOutputConfig(1)).toEqual(
      structure(272, { 0: '08000000 00000000 01000000', 32: '02000000 00000000 01000000 00000000 01000000' }),
    );
  });

  test('are those of a level', () => {
    expect(encodeValues(1)).toEqual(structure(16, { 0: '01000000 00000000 01000000 00000000' }));
    expect(decodeValues(encodeValues(1))).toBe(1);
    expect(decodeValues(encodeValues(0))).toBe(0);
  });

  test('name the holder of a line', () => {
    const info = structure(256, {
      0: text('GPIO23'),
      32: text('gpiomon'),
      64: '17000000 00000000',
      72: '05040000 00000000',
    });
    expect(decodeLineInfo(info)).toEqual({ isUsed: true, isOutput: false, user: 'gpiomon' });
    expect(encodeLineInfo(23)).toEqual(structure(256, { 64: '17000000' }));
  });

  test('contain the label of a chip, and the descriptor of a line', () => {
    const info = structure(68, { 0: text('gpiochip0'), 32: text('pinctrl-rp1'), 64: '36000000' });
    expect(decodeChipLabel(info)).toBe('pinctrl-rp1');
    expect(decodeLineFd(structure(592, { 588: '0c000000' }))).toBe(12);
  });

  test('contain edges, as many as were read', () => {
    const falling = structure(EVENT_BYTES, { 0: '1581e97df4102211 02000000 17000000 07000000 03000000' });
    const rising = structure(EVENT_BYTES, { 0: '1681e97df4102211 01000000 17000000 08000000 04000000' });
    const bytes = Buffer.concat([falling, rising]);
    expect(decodeEvents(bytes)).toEqual([
      { ns: 1_234_567_890_123_456_789n, level: 0 },
      { ns: 1_234_567_890_123_456_790n, level: 1 },
    ]);
    expect(decodeEvents(bytes.subarray(0, 0))).toEqual([]);
  });
});
