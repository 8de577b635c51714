import { describe, expect, it } from 'vitest';
import { chipOf, nearestClockHz, PI_4B, pwmRealRange } from '../../../simulator/board/chip.ts';

describe('a chip', () => {
  it.each([
    ['Pi 4 B', PI_4B, 750_000_000],
    ['Pi 5', 0xd04170, 100_000_000],
    ['Compute Module 5', 0xb04180, 100_000_000],
    ['Pi 3 B', 0xa02082, 500_000_000],
    ['Zero 2 W', 0x902120, 500_000_000],
    ['Zero W', 0x9000c1, 500_000_000],
    ['B of 2012', 0x000e, 500_000_000],
  ])('is that of a %s by its revision', (_, revision, plldHz) => {
    expect(chipOf(revision)).toMatchObject({ revision, plldHz });
  });

  it.each([0, 0x0016, 0xc05170])('is unknown with the revision %d', (revision) => {
    expect(() => chipOf(revision)).toThrow(expect.objectContaining({ code: 'option/invalid' }));
  });

  it('has a real range of hardware PWM that two cycles of PLLD make a step of', () => {
    const chip = chipOf(0xa02082);
    expect([1, 1000, 1_000_000, 125_000_000].map((hz) => pwmRealRange(chip, hz))).toEqual([
      250_000_000, 250_000, 250, 2,
    ]);
  });

  it('divides its crystal or PLLD, whichever comes nearer', () => {
    const chip = chipOf(0xa02082);
    expect(nearestClockHz(chip, 9_600_000)).toBe(9_600_000);
    expect(nearestClockHz(chip, 250_000_000)).toBe(250_000_000);
    expect(nearestClockHz(chip, 4689)).toBe(4689);
    expect(Math.abs(nearestClockHz(chip, 12_345_678) - 12_345_678)).toBeLessThan(2000);
  });
});
