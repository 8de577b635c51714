import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Level } from '../../../devices/pins/pins.ts';

/** The folder through which gpio-sim learns what to simulate. The first process has mounted it. */
const CONFIG = '/sys/kernel/config/gpio-sim';

/** Whether this kernel can simulate GPIO chips. */
export const hasSimulator = existsSync(CONFIG);

/** A chip of the kernel's simulator, with the lines of a Pi. */
export class SimulatedChip {
  /** Its character device. */
  readonly device: string;
  readonly #lines: string;

  private constructor(device: string, lines: string) {
    this.device = device;
    this.#lines = lines;
  }

  static async create(): Promise<SimulatedChip> {
    const bank = `${CONFIG}/pi/bank0`;
    await mkdir(bank, { recursive: true });
    await writeFile(`${bank}/num_lines`, '54');
    await writeFile(`${bank}/label`, 'pinctrl-bcm2711');
    await writeFile(`${CONFIG}/pi/live`, '1');
    const chip = (await readFile(`${bank}/chip_name`, 'latin1')).trim();
    const device = (await readFile(`${CONFIG}/pi/dev_name`, 'latin1')).trim();
    return new SimulatedChip(`/dev/${chip}`, `/sys/devices/platform/${device}/${chip}`);
  }

  /** Connects a pin from outside. Left alone, it has the level of its pull-up. */
  async wire(gpio: number, level: Level | undefined): Promise<void> {
    await writeFile(`${this.#lines}/sim_gpio${gpio}/pull`, level === 0 ? 'pull-down' : 'pull-up');
  }
}
