import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createMemorySysfs, type Generation } from '../devices/pins/linux/memory-sysfs.ts';
import { BCM_CHIP } from '../devices/pins/linux/pi-trees.ts';
import { describeWith } from '../programs.ts';
import type { Release } from './debian-archive.ts';
import { EmulatedPi } from './emulated-pi.ts';
import type { ObservedWrite, Report, Step } from './guest/report.ts';
import { perform } from './guest/sequence.ts';
import { obtainGuestFiles } from './guest-files.ts';
import { hubSuite } from './hub-suite.ts';
import { sampleInput } from './samples.ts';

/** Debian's kernels, and the PWM rules of each. Each takes two minutes, so the middle one runs only on demand. */
const KERNELS: readonly (readonly [Release, Generation])[] = [
  ['bookworm', '6.1'],
  ...(process.env.PINHUB_KERNELS === 'all' ? [['trixie', '6.12'] as const] : []),
  ['trixie-backports', '6.12'],
];

/** The only kernel with a simulated GPIO chip, whose inputs the test can drive. */
const NEWEST: Release = 'trixie-backports';

/** A timeout that no working machine reaches: the progress of each machine is watched line by line. */
const HOUR_MS = 3_600_000;
vi.setConfig({ testTimeout: HOUR_MS, hookTimeout: HOUR_MS });

describeWith(['qemu-system-aarch64', 'dtc', 'cpio', 'apt-get'], 'an emulated Pi', () => {
  const input = sampleInput();
  const machines = new Map<Release, EmulatedPi>();

  // The emulated machines run at the same time, each on one processor.
  beforeAll(async () => {
    for (const [release] of KERNELS) {
      const guest = await obtainGuestFiles(release);
      machines.set(
        release,
        await EmulatedPi.boot(guest, { program: { input }, withHub: release === NEWEST }),
      );
    }
  });
  afterAll(async () => {
    await Promise.all([...machines.values()].map((machine) => machine.turnOff()));
  });

  describe.each(KERNELS)('with the kernel of Debian %s, and rules of %s', (release, generation) => {
    const pi = () => machines.get(release) as EmulatedPi;
    let report: Report;

    beforeAll(async () => {
      report = await pi().report();
    });

    test('the device tree leads from each GPIO to its channel, whatever the numbers of the chips', () => {
      const { rows, devices } = report.detection;
      const found = rows.map(({ gpio, channel }) => {
        const chip = channel?.chip.slice('/sys/class/pwm/'.length) ?? '';
        return [gpio, devices[chip], channel?.number, channel?.resolutionNs];
      });
      expect(found).toEqual([
        [12, '70020000.pwm', 0, 20],
        [13, '70020000.pwm', 1, 20],
        [17, '70040000.pwm_gpio', 0, 1000],
        [18, '70010000.pwm', 0, 20],
        [19, '70010000.pwm', 1, 20],
        [21, '70030000.pwm_gpio', 0, 1000],
      ]);
      expect(report.detection.sentence).toContain('Raspberry Pi 4 Model B Rev 1.1');
    });

    test('the pins of the blocks are connected to them', () => {
      expect(report.detection.functions).toEqual({ 12: 4, 13: 4, 18: 2, 19: 2 });
    });

    test('a channel that the kernel has is in use, and a pin without one needs a line in config.txt', () => {
      expect(report.refusals).toEqual({
        kernelHas: { code: 'pin/in-use', message: expect.stringContaining('GPIO 13') },
        noChannel: {
          code: 'pin/unsupported',
          message: expect.stringContaining('dtoverlay=pwm-gpio,gpio=20'),
        },
      });
    });

    test('a user who gets the files of a new channel late still has the light', () => {
      expect(report.permissions.refusedOpens).toContain('period EACCES');
      expect(report.permissions.after).toEqual(registers(62_500, 15_625));
    });

    test('every operation of the contract leads to the registers that are meant', () => {
      expect(report.operations.map(summaryOf)).toEqual(OPERATIONS);
    });

    test('a change costs three writes at most, and none is refused', () => {
      for (const { writes } of report.law) {
        expect(writes.length).toBeLessThanOrEqual(3);
        expect(writes.filter(({ errno }) => errno)).toEqual([]);
      }
    });

    test('no light goes dark on its way to another', () => {
      const isDark = ({ registers: { isEnabled, dutyClocks } }: ObservedWrite) =>
        !isEnabled || dutyClocks === 0;
      const changes = report.law.filter(
        ({ before, after }) => before.dutyPercent > 0 && after.dutyPercent > 0,
      );
      expect(changes.length).toBeGreaterThan(0);
      expect(changes.filter(({ writes }) => writes.some(isDark))).toEqual([]);
    });

    test('after each change the registers hold what the pin is said to do', () => {
      for (const { after, registers: held } of report.law) {
        const dutyClocks = Math.round((after.dutyPercent * after.steps) / 100);
        expect(held).toEqual(registers(after.steps, dutyClocks));
      }
    });

    test('the driver keeps the contract of pins', () => {
      const titles = report.contract.map(({ title }) => title);
      expect(titles).toContain('keep their level after their release, and are no longer written to');
      expect(titles.includes('tell only of their own edges')).toBe(release === NEWEST);
      expect(report.contract.filter(({ error }) => error)).toEqual([]);
    });

    test('the sysfs in memory, on which the other tests run, answers as the real one does', async () => {
      for (const [index, writes] of input.sequences.entries()) {
        const memory = createMemorySysfs({ generation, chips: [BCM_CHIP] });
        const expected = await perform(memory, '/sys/class/pwm/pwmchip0', writes);
        expect(report.sequences[index]).toEqual(expected);
      }
    });

    if (release === NEWEST) hubSuite(pi);
  });
});

function registers(periodClocks: number, dutyClocks: number) {
  return { periodClocks, dutyClocks, isEnabled: true, isOnePulse: true };
}

function summaryOf({ title, writes, registers }: Step) {
  const { periodClocks, dutyClocks, isEnabled } = registers;
  return [title, writes.map(({ line }) => line), periodClocks, dutyClocks, isEnabled];
}

/** Each operation, its writes, and the registers after it: clocks of 20 ns in a period and in its pulse, and whether it is enabled. */
const OPERATIONS = [
  ['claimed', [], 0, 0, false],
  ['25 %', ['period 1250000', 'duty_cycle 312500', 'enable 1'], 62_500, 15_625, true],
  ['100 Hz', ['period 10000000', 'duty_cycle 2500000'], 500_000, 125_000, true],
  ['0.0002 %', ['duty_cycle 20'], 500_000, 1, true],
  ['33.3 %', ['duty_cycle 3330000'], 500_000, 166_500, true],
  ['25 kHz', ['duty_cycle 13320', 'period 40000'], 2000, 666, true],
  ['3 Hz', ['period 333333333', 'duty_cycle 110999998'], 16_666_667, 5_550_000, true],
  ['dark', ['duty_cycle 0'], 16_666_667, 0, true],
  ['still dark at 1 kHz', ['period 1000000'], 50_000, 0, true],
  ['100 %', ['duty_cycle 1000000'], 50_000, 50_000, true],
  ['as fast as possible', ['duty_cycle 500', 'period 500'], 25, 25, true],
  ['as slow as possible', ['period 4000000000', 'duty_cycle 4000000000'], 200_000_000, 200_000_000, true],
  ['50 %', ['duty_cycle 2000000000'], 200_000_000, 100_000_000, true],
  ['50 % again', [], 200_000_000, 100_000_000, true],
  ['released', [], 200_000_000, 100_000_000, true],
  ['claimed as an output', [], 200_000_000, 100_000_000, true],
  ['level 1', ['duty_cycle 4000000000'], 200_000_000, 200_000_000, true],
  ['level 0', ['duty_cycle 0'], 200_000_000, 0, true],
  ['level 1', ['duty_cycle 4000000000'], 200_000_000, 200_000_000, true],
  ['output released', [], 200_000_000, 200_000_000, true],
  ['driver closed', [], 200_000_000, 200_000_000, true],
  ['claimed by the next driver', [], 200_000_000, 200_000_000, true],
];
