import { readdir, writeFile } from 'node:fs/promises';

/** A PWM block of the emulated Pi: where its registers are, and its name among the kernel's devices. All are in pi.dtsi. */
export interface Block {
  readonly address: number;
  readonly device: string;
}

/** GPIO 12 and 13. The kernel has channel 1. */
export const FIRST_BLOCK: Block = { address: 0x7002_0000, device: '70020000.pwm' };
/** GPIO 18 and 19. */
export const SECOND_BLOCK: Block = { address: 0x7001_0000, device: '70010000.pwm' };
/** Stand-ins for timers of the kernel. */
export const TIMER_OF_21: Block = { address: 0x7003_0000, device: '70030000.pwm_gpio' };
export const TIMER_OF_17: Block = { address: 0x7004_0000, device: '70040000.pwm_gpio' };

/** The folder of a block's chip. Its number changes with each reset. */
export async function chipOf({ device }: Block): Promise<string> {
  const [chip = ''] = await readdir(`/sys/bus/platform/devices/${device}/pwm`);
  return `/sys/class/pwm/${chip}`;
}

/** Rebinds the driver: nothing is exported then, and nothing was ever written. */
export async function reset({ device }: Block): Promise<void> {
  for (const change of ['unbind', 'bind'])
    await writeFile(`/sys/bus/platform/drivers/bcm2835-pwm/${change}`, device);
}
