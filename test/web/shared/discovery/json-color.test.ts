import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatColor, type Rgb, readColor } from '../../../../devices/facts/color.ts';
import { fromXy, toXy } from '../../../../web/shared/discovery/cie.ts';
import { type JsonColor, jsonColorOf } from '../../../../web/shared/discovery/json-color.ts';

const byte = fc.integer({ min: 0, max: 255 });
const color = fc.tuple(byte, byte, byte);

function colorOf(mode: string, brightness_scale = 255): JsonColor {
  const config = { supported_color_modes: [mode], brightness_scale };
  return jsonColorOf(config) ?? expect.unreachable(`no color for ${mode}`);
}

function distance(one: Rgb, other: Rgb): number {
  return Math.max(...one.map((part, index) => Math.abs(part - (other[index] ?? 0))));
}

describe('Coordinates of CIE 1931', () => {
  it.each([
    // The primaries and the white of sRGB from IEC 61966-2-1.
    ['#ff0000', 0.64, 0.33],
    ['#00ff00', 0.3, 0.6],
    ['#0000ff', 0.15, 0.06],
    ['#ffffff', 0.3127, 0.329],
  ])('of %s are %d and %d', (hex, x, y) => {
    const [gotX, gotY] = toXy(readColor(hex) ?? [0, 0, 0]);
    expect(gotX).toBeCloseTo(x, 3);
    expect(gotY).toBeCloseTo(y, 3);
    expect(distance(fromXy([x, y]) ?? [0, 0, 0], readColor(hex) ?? [0, 0, 0])).toBeLessThanOrEqual(3);
  });

  it('of any light are a color at full brightness, or unknown', () => {
    const part = fc.double({ min: -0.2, max: 1.2 });
    fc.assert(
      fc.property(part, part, (x, y) => {
        const found = fromXy([x, y]);
        if (!found) return;
        expect(Math.max(...found)).toBe(255);
        expect(found.every((each) => Number.isInteger(each) && each >= 0)).toBe(true);
      }),
    );
  });

  it('of colors that no screen has become the nearest hue: a bulb’s deepest red is red', () => {
    expect(fromXy([0.701, 0.299])).toEqual([255, 0, 0]);
  });
});

describe.each(['rgb', 'xy', 'hs'])('A JSON light that gets its color as %s', (mode) => {
  it('reports the color that it got, except for rounding', () => {
    fc.assert(
      fc.property(color, (wanted) => {
        const { read, write } = colorOf(mode);
        const said = read(write(formatColor(wanted))) ?? '#000000';
        expect(distance(readColor(said) ?? [0, 0, 0], wanted)).toBeLessThanOrEqual(TOLERANCE);
      }),
    );
  });

  it('says black while it is off, and is turned off by black', () => {
    const { read, write } = colorOf(mode);
    expect(read({ ...write('#ff8000'), state: 'OFF' })).toBe('#000000');
    expect(write('#000000')).toEqual({ state: 'OFF' });
  });

  it('never goes out because its color is dark', () => {
    expect(colorOf(mode, 10).write('#010000')).toMatchObject({ state: 'ON', brightness: 1 });
  });
});

/** The largest error, out of 255: coordinates are rounded, and brightness has whole steps. */
const TOLERANCE = 3;

describe('The color of a JSON light', () => {
  it('is read in any form', () => {
    const { read } = colorOf('xy');
    expect(read({ color: { h: 120, s: 100 } })).toBe('#00ff00');
    expect(read({ color: { r: 0, g: 0, b: 255 }, brightness: 51 })).toBe('#000033');
    expect(colorOf('hs').read({ color: { x: 0.64, y: 0.33 } })).toBe('#ff0000');
  });

  it.each([
    {},
    { color: 'red' },
    { color: { x: 0.3 } },
    { color: { x: 0.8, y: 0.3 } },
    { color: { h: 400, s: 1 } },
    { color: { r: 1, g: 2, b: 300 } },
  ])('is not read from %j', (state) => {
    for (const mode of ['rgb', 'xy', 'hs']) expect(colorOf(mode).read(state)).toBeUndefined();
  });

  it('is unknown for a light without a color mode', () => {
    expect(jsonColorOf({ supported_color_modes: ['brightness', 'color_temp'] })).toBeUndefined();
  });
});
