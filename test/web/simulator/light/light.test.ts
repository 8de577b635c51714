import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSrgb, encodeSrgb } from '../../../../devices/facts/srgb.ts';
import { mixLight } from '../../../../web/simulator/light/color.ts';
import { lightOf } from '../../../../web/simulator/light/light.ts';
import { perceivedLightness } from '../../../../web/simulator/light/lightness.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const sharePair = fc
  .tuple(share, share)
  .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);

/** A curve from 0 to 1 that never falls. */
function expectBrightnessCurve(curve: (value: number) => number): void {
  expect(curve(0)).toBe(0);
  expect(curve(1)).toBeCloseTo(1, 12);
  fc.assert(fc.property(sharePair, ([less, more]) => curve(less) <= curve(more)));
}

describe('the sRGB curve', () => {
  it('rises from 0 to 1, both ways', () => {
    expectBrightnessCurve(encodeSrgb);
    expectBrightnessCurve(decodeSrgb);
  });

  it('is undone by its inverse', () => {
    fc.assert(
      fc.property(share, (light) => {
        expect(decodeSrgb(encodeSrgb(light))).toBeCloseTo(light, 6);
      }),
    );
  });

  it('gives the code values that the standard does', () => {
    // 18 % gray, and the middle code value 128.
    expect(encodeSrgb(0.18) * 255).toBeCloseTo(117.6, 1);
    expect(decodeSrgb(128 / 255)).toBeCloseTo(0.2159, 4);
    expect(encodeSrgb(0.0031308)).toBeCloseTo(0.04045, 4);
  });

  it('keeps to its bounds whatever it is given', () => {
    expect([encodeSrgb(-1), decodeSrgb(-1)]).toEqual([0, 0]);
    expect([encodeSrgb(2), decodeSrgb(2)]).toEqual([encodeSrgb(1), decodeSrgb(1)]);
  });
});

describe('perceived lightness', () => {
  it('rises from 0 to 1', () => expectBrightnessCurve(perceivedLightness));

  it('is L* of CIE 15', () => {
    expect(perceivedLightness(0.184)).toBeCloseTo(0.5, 3);
    expect(perceivedLightness(0.5)).toBeCloseTo(0.7607, 4);
    expect(perceivedLightness(0.001)).toBeCloseTo(0.00903, 5);
  });

  it('has no step between its two pieces', () => {
    const join = (6 / 29) ** 3;
    expect(perceivedLightness(join + 1e-9)).toBeCloseTo(perceivedLightness(join), 6);
  });

  it('is chosen by the switch', () => {
    expect(lightOf(50, false)).toBe(0.5);
    expect(lightOf(50, true)).toBeCloseTo(0.7607, 4);
  });
});

describe('a lamp', () => {
  it('shows its unlit and its lit color at the ends', () => {
    expect(mixLight([10, 20, 30], [250, 240, 230], 0)).toBe('rgb(10 20 30)');
    expect(mixLight([10, 20, 30], [250, 240, 230], 1)).toBe('rgb(250 240 230)');
  });

  it('mixes light, not code values: half of white is 188', () => {
    expect(mixLight([0, 0, 0], [255, 255, 255], 0.5)).toBe('rgb(188 188 188)');
  });
});
