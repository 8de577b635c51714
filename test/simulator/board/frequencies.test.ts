import { describe, expect, it } from 'vitest';
import { Frequencies } from '../../../simulator/board/frequencies.ts';

/** joan2937/pigpio, documentation of `gpioSetPWMfrequency`: Hz by sample rate, highest first. */
const TABLE: Record<number, readonly number[]> = {
  1: [40000, 20000, 10000, 8000, 5000, 4000, 2500, 2000, 1600, 1250, 1000, 800, 500, 400, 250, 200, 100, 50],
  2: [20000, 10000, 5000, 4000, 2500, 2000, 1250, 1000, 800, 625, 500, 400, 250, 200, 125, 100, 50, 25],
  4: [10000, 5000, 2500, 2000, 1250, 1000, 625, 500, 400, 313, 250, 200, 125, 100, 63, 50, 25, 13],
  5: [8000, 4000, 2000, 1600, 1000, 800, 500, 400, 320, 250, 200, 160, 100, 80, 50, 40, 20, 10],
  8: [5000, 2500, 1250, 1000, 625, 500, 313, 250, 200, 156, 125, 100, 63, 50, 31, 25, 13, 6],
  10: [4000, 2000, 1000, 800, 500, 400, 250, 200, 160, 125, 100, 80, 50, 40, 25, 20, 10, 5],
};
const REAL_RANGES = [
  25, 50, 100, 125, 200, 250, 400, 500, 625, 800, 1000, 1250, 2000, 2500, 4000, 5000, 10000, 20000,
];

describe.each(Object.entries(TABLE))('at a sample rate of %s µs', (sampleUs, hz) => {
  const frequencies = new Frequencies(Number(sampleUs));

  it('there are the 18 frequencies of the table', () => {
    expect(frequencies.hz).toEqual(hz);
  });

  it('each frequency is its own nearest, and has the real range of the table', () => {
    const indexes = hz.map((each) => frequencies.nearest(each));
    expect(indexes.map((index) => frequencies.realRange(index))).toEqual(REAL_RANGES);
  });

  it('a servo has pulses every 20 ms', () => {
    expect(frequencies.servoRange * Number(sampleUs)).toBe(20_000);
  });
});

describe('the nearest frequency', () => {
  const frequencies = new Frequencies(5);

  it('is the top above the top, the bottom below the bottom', () => {
    expect(frequencies.at(frequencies.nearest(4_294_967_295))).toBe(8000);
    expect(frequencies.at(frequencies.nearest(0))).toBe(10);
  });

  it('is the higher of two that are as near', () => {
    expect(frequencies.at(frequencies.nearest(6000))).toBe(8000);
    expect(frequencies.at(frequencies.nearest(900))).toBe(1000);
  });

  it('is 400 Hz for the concert pitch of 440', () => {
    expect(frequencies.at(frequencies.nearest(440))).toBe(400);
  });
});
