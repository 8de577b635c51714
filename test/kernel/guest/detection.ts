import { readdir, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { probeLinux, readPinTable } from '../../../devices/drivers.ts';
import type { PhysicalMemory } from './registers.ts';
import type { Report } from './report.ts';

/** GPFSEL1: three bits for each of GPIO 10–19. */
const FUNCTIONS_OF_10_TO_19 = 0x7000_0004;

/** The driver's findings about this Pi, beside the facts. */
export async function detect(memory: PhysicalMemory): Promise<Report['detection']> {
  const { rows } = await readPinTable();
  const functions = Number(await memory.word(FUNCTIONS_OF_10_TO_19, 32));
  const functionOf = (gpio: number) => (functions >> ((gpio - 10) * 3)) & 7;
  return {
    sentence: await probeLinux(),
    rows: rows.filter(({ channel }) => channel),
    devices: await readDevices(),
    functions: Object.fromEntries([12, 13, 18, 19].map((gpio) => [gpio, functionOf(gpio)])),
  };
}

async function readDevices(): Promise<Record<string, string>> {
  const chips = await readdir('/sys/class/pwm');
  const links = chips.map(async (chip) => [chip, basename(await readlink(`/sys/class/pwm/${chip}/device`))]);
  return Object.fromEntries(await Promise.all(links));
}
