import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeSrgb } from '../../../devices/facts/srgb.ts';

it('encodes light as sRGB does', () => {
  // IEC 61966-2-1: half the light is 188 of 255, a fifth is 124.
  expect([0, 0.2, 0.5, 1].map((light) => Math.round(encodeSrgb(light) * 255))).toEqual([0, 124, 188, 255]);
});

it('grows with the light, and stays within the screen', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1, max: 2, noNaN: true }),
      fc.double({ min: -1, max: 2, noNaN: true }),
      (one, other) => {
        const [low, high] = [encodeSrgb(Math.min(one, other)), encodeSrgb(Math.max(one, other))];
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
      },
    ),
  );
});
