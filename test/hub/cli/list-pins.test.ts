import { expect, test } from 'vitest';
import { readPinTable } from '../../../devices/drivers.ts';
import { probeLinux } from '../../../devices/pins/linux/probe-linux.ts';
import { wordsOf } from '../../../hub/cli/languages/index.ts';
import { describePinTable } from '../../../hub/cli/list-pins.ts';
import { HubError } from '../../../hub/core/error.ts';
import { createMemoryGpio } from '../../devices/pins/chardev/memory-gpiochip.ts';
import { createMemorySysfs } from '../../devices/pins/linux/memory-sysfs.ts';
import { BCM_CHIP, PI_1, PI_4, PI_5, timerChip } from '../../devices/pins/linux/pi-trees.ts';
import { startStandInRgpiod } from '../../devices/pins/rgpiod/stand-in-rgpiod.ts';

test('the table has each pin, what drives it now, what holds it, and the line that it lacks', async () => {
  const gpio = createMemoryGpio();
  gpio.take(23, 'gpiomon');
  gpio.take(21, 'pwm-gpio', 'output');
  const files = createMemorySysfs({ ...PI_4, chips: [BCM_CHIP, timerChip(21, 'pwmchip1')] });
  await files.write('/sys/class/pwm/pwmchip0/export', '0');
  await files.write('/sys/class/pwm/pwmchip0/pwm0/period', '1000000');
  await files.write('/sys/class/pwm/pwmchip0/pwm0/duty_cycle', '250000');
  await files.write('/sys/class/pwm/pwmchip0/pwm0/enable', '1');
  const lines = describePinTable(await readPinTable({ files, loadCalls: () => gpio }), wordsOf({})).split(
    '\n',
  );
  expect(lines[0]).toBe('Raspberry Pi 4 Model B Rev 1.4');
  const row = (gpio: number) => lines.find((line) => line.startsWith(`${gpio} `))?.split(/ {2,}/);
  expect(row(18)).toEqual(['18', '12', 'hardware', '20 ns', '25 %, 1000 Hz', 'sysfs PWM']);
  expect(row(21)).toEqual(['21', '40', 'timer', '1000 ns', '–', 'pwm-gpio, output']);
  expect(row(17)).toEqual(['17', '11', '–', '–', '–', '–', 'dtoverlay=pwm-gpio,gpio=17']);
  expect(row(23)).toEqual(['23', '16', '–', '–', '–', 'gpiomon, input', 'dtoverlay=pwm-gpio,gpio=23']);
  expect(lines.filter((line) => /^\d/.test(line))).toHaveLength(26);
  expect(lines).toContain('Inputs by the GPIO character device.');
  expect(gpio.openFiles).toBe(0);
});

test('with rgpiod the other pins have its PWM, and it reports what holds them', async () => {
  const files = createMemorySysfs({ ...PI_4, chips: [BCM_CHIP] });
  const daemon = await startStandInRgpiod();
  daemon.board.take(17, 'gpioset');
  const lines = describePinTable(await readPinTable({ files, rgpiod: daemon.address }), wordsOf({})).split(
    '\n',
  );
  const row = (gpio: number) => lines.find((line) => line.startsWith(`${gpio} `))?.split(/ {2,}/);
  expect(row(17)).toEqual([
    '17',
    '11',
    'rgpiod',
    '1000 ns',
    '–',
    'gpioset, input',
    'dtoverlay=pwm-gpio,gpio=17',
  ]);
  expect(row(18)).toEqual(['18', '12', 'hardware', '20 ns', '–', '–']);
  await daemon.kill();
});

test('without a way to ask the kernel, the holder of a pin is unknown, and the reason says how to get inputs', async () => {
  const files = createMemorySysfs({ ...PI_4, chips: [] });
  const loadCalls = () => {
    throw new HubError('driver/unavailable', 'npm koffi is not installed');
  };
  const lines = describePinTable(await readPinTable({ files, loadCalls }), wordsOf({})).split('\n');
  expect(lines.find((line) => line.startsWith('17 '))).toContain('unknown');
  expect(lines).toContain('No inputs: npm koffi is not installed.');
  expect(lines).toContain('Only rgpiod or the GPIO character device knows who holds a pin.');
});

test('a Pi 1 with a header of 26 pins has the rows of that header, and advice for one of them', async () => {
  const files = createMemorySysfs({ ...PI_1, chips: [] });
  const { rows } = await readPinTable({ files });
  const gpios = [2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 17, 18, 22, 23, 24, 25, 27];
  expect(rows.map(({ gpio }) => gpio)).toEqual(gpios);
  await expect(probeLinux({ files })).rejects.toThrow('for GPIO 18, add the line dtoverlay=pwm to');
});

test('a Pi 5 shows how many pins the PIO can drive', async () => {
  const note = 'Four pins at most can have pwm-pio.';
  for (const [tree, isTold] of [
    [PI_5, true],
    [PI_4, false],
  ] as const) {
    const lines = describePinTable(
      await readPinTable({ files: createMemorySysfs({ ...tree, chips: [] }) }),
      wordsOf({}),
    );
    expect(lines.includes(note)).toBe(isTold);
  }
});
