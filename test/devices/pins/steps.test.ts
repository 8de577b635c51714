import { afterEach, expect, test } from 'vitest';
import { formatNumber } from '../../../devices/facts/index.ts';
import { createLinuxPins } from '../../../devices/pins/linux/create-linux-pins.ts';
import type { Pins } from '../../../devices/pins/pins.ts';
import { createRgpiodPins } from '../../../devices/pins/rgpiod/create-rgpiod-pins.ts';
import { createMemorySysfs, type MemoryChip } from './linux/memory-sysfs.ts';
import { BCM_CHIP, PI_4, PI_5, pioChip, RP1_CHIP, timerChip } from './linux/pi-trees.ts';
import { type StandInRgpiod, startStandInRgpiod } from './rgpiod/stand-in-rgpiod.ts';

const HZ = 100;

/** The steps that every path must distinguish at 100 Hz, as pigpio does. */
const LEAST_STEPS = 2000;

/** A path to a pin, and the last value that the hardware got. */
interface Path {
  readonly pins: Pins;
  readonly told: () => number;
}

let daemon: StandInRgpiod | undefined;
let pins: Pins | undefined;

afterEach(async () => {
  await pins?.close();
  await daemon?.kill();
  pins = daemon = undefined;
});

const byKernel = (tree: typeof PI_5, chip: MemoryChip, channel: string) => async (): Promise<Path> => {
  const files = createMemorySysfs({ ...tree, chips: [chip] });
  return { pins: await createLinuxPins({ files }), told: () => files.state(channel).dutyNs };
};

async function byRgpiod(): Promise<Path> {
  const rgpiod = await startStandInRgpiod();
  daemon = rgpiod;
  const { address, board } = rgpiod;
  return { pins: await createRgpiodPins({ address }), told: () => board.light(18) };
}

test.each([
  ['the PWM block of a Pi up to 4', 500_000, byKernel(PI_4, BCM_CHIP, 'pwmchip0/0')],
  ['the PWM block of a Pi 5', 500_000, byKernel(PI_5, RP1_CHIP, 'pwmchip2/2')],
  ['the PIO of an RP1', 333_333, byKernel(PI_5, pioChip(18, 'pwmchip0'), 'pwmchip0/0')],
  ['a timer of the kernel', 10_000, byKernel(PI_4, timerChip(18, 'pwmchip0'), 'pwmchip0/0')],
  ['rgpiod', 10_000, byRgpiod],
])('%s gives %d steps at 100 Hz, all of them apart', async (_, steps, open) => {
  const path = await open();
  pins = path.pins;
  const pin = await pins.pwm(18, 'led/18');
  expect((await pin.setFrequency(HZ)).steps).toBe(steps);
  const give = async (count: number, dutyOf: (step: number) => number) => {
    const actual = new Set<string>();
    const states = new Set<number>();
    const told = new Set<number>();
    for (let step = 0; step < count; step++) {
      const { dutyPercent } = await pin.setDuty(dutyOf(step));
      expect(Math.abs(dutyPercent - dutyOf(step))).toBeLessThanOrEqual(50 / steps + 1e-9);
      actual.add(formatNumber(dutyPercent));
      states.add(dutyPercent);
      told.add(path.told());
    }
    return { actual: actual.size, states: states.size, told: told.size };
  };
  const every = LEAST_STEPS + 1;
  const apart = await give(every, (step) => (100 * step) / LEAST_STEPS);
  expect(apart).toEqual({ actual: every, states: every, told: every });
  // The topic has three decimals; the finest steps of the kernel's PWM are finer.
  const middle = Math.floor(steps / 2);
  const finest = await give(100, (step) => (100 * (middle + step)) / steps);
  expect(finest).toMatchObject({ states: 100, told: 100 });
});
