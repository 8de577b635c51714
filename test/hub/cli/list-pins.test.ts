import { expect, test } from 'vitest';
import { readPinTable } from '../../../devices/drivers.ts';
import { describePinTable } from '../../../hub/cli/list-pins.ts';
import { createMemorySysfs } from '../../devices/pins/linux/memory-sysfs.ts';
import { BCM_CHIP, PI_4, timerChip } from '../../devices/pins/linux/pi-trees.ts';

test('the table has each pin, what drives it now, and the line that it lacks', async () => {
  const files = createMemorySysfs({ ...PI_4, chips: [BCM_CHIP, timerChip(21, 'pwmchip1')] });
  await files.write('/sys/class/pwm/pwmchip0/export', '0');
  await files.write('/sys/class/pwm/pwmchip0/pwm0/period', '1000000');
  await files.write('/sys/class/pwm/pwmchip0/pwm0/duty_cycle', '250000');
  await files.write('/sys/class/pwm/pwmchip0/pwm0/enable', '1');
  const lines = describePinTable(await readPinTable({ files })).split('\n');
  expect(lines[0]).toBe('Raspberry Pi 4 Model B Rev 1.4');
  const row = (gpio: number) => lines.find((line) => line.startsWith(`${gpio} `))?.split(/ {2,}/);
  expect(row(18)).toEqual(['18', '12', 'hardware', '20 ns', '25 %, 1000 Hz']);
  expect(row(21)).toEqual(['21', '40', 'timer', '1000 ns', 'unused']);
  expect(row(17)).toEqual(['17', '11', '–', '–', '–', 'dtoverlay=pwm-gpio,gpio=17']);
  expect(lines.filter((line) => /^\d/.test(line))).toHaveLength(26);
});
