import { spawn } from 'node:child_process';
import { createLinuxPins } from '../../../devices/drivers.ts';
import { chipOf, FIRST_BLOCK } from './blocks.ts';
import { observeFiles } from './observed-files.ts';
import type { PhysicalMemory } from './registers.ts';
import type { Report } from './report.ts';

const SOME_USER = 1000;

/** Stands in for udev: gives the user access to the files of a new channel, but late. */
const HAND_OVER_LATE = 'until [ -e "$0" ]; do usleep 10000; done; usleep 300000; chmod 666 "$0"/*';

/** Has a user other than root claim a pin whose files become accessible too late. */
export async function claimWithoutRoot(memory: PhysicalMemory): Promise<Report['permissions']> {
  const chip = await chipOf(FIRST_BLOCK);
  spawn('/bin/busybox', ['chmod', '222', `${chip}/export`], { stdio: 'inherit' });
  spawn('/bin/sh', ['-c', HAND_OVER_LATE, `${chip}/pwm0`], { stdio: 'inherit' });
  const look = () => memory.channel(FIRST_BLOCK.address, 0);
  const files = observeFiles(look);
  const pins = await createLinuxPins({ files });
  process.seteuid?.(SOME_USER);
  try {
    const pin = await pins.pwm(12, 'led/12');
    await pin.setDuty(25);
  } finally {
    process.seteuid?.(0);
    await pins.close();
  }
  return { refusedOpens: files.refusedOpens, after: await look() };
}
