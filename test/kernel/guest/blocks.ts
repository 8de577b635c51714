import { readdir } from 'node:fs/promises';

/** A PWM block of the emulated Pi: where its registers are, and its name among the kernel's devices. Both are in pi.dtsi. */
export interface Block {
  readonly address: number;
  readonly device: string;
}

/** GPIO 12 and 13. The kernel has channel 1. */
export const FIRST_BLOCK: Block = { address: 0x7002_0000, device: '70020000.pwm' };
/** GPIO 18 and 19. */
export const SECOND_BLOCK: Block = { address: 0x7001_0000, device: '70010000.pwm' };

/** The folder of a block's chip. Its number is another after each binding of the driver. */
export async function chipOf({ device }: Block): Promise<string> {
  const [chip = ''] = await readdir(`/sys/bus/platform/devices/${device}/pwm`);
  return `/sys/class/pwm/${chip}`;
}
