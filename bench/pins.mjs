// What a change of a light costs the hub's process: 50 changes a second on each of 8 pins, for the driver `linux` on sysfs, and beside it for
// the driver `pigpiod`, which writes to a socket. Behind the files is no kernel driver: they lie in memory (tmpfs), in a folder with the paths
// of sysfs. So this is the cost of the driver and of Node, with system calls, and without what the kernel's PWM adds on a Pi; with
// `npm run bench -- pins --emulated` that comes in. Behind the socket is the virtual Pi in a process of its own, whose time does not count.
// Needs the compiled driver: `npm run build`.
import { CHANGES_PER_SECOND, compare, PINS, shareOf } from './pins/load.mjs';
import { openFiles, openPigpiod } from './pins/stand-in.mjs';

/** Percent of a core that the driver `linux` may take. */
const LIMIT = 5;

console.log(`${CHANGES_PER_SECOND} changes a second on each of ${PINS} pins`);
const share = process.argv.includes('--emulated')
  ? await (await import('./pins/emulated.mjs')).measureEmulated()
  : await measureHere();
if (share > LIMIT) process.exitCode = 1;

async function measureHere() {
  const [linux, pigpiod] = [await openFiles(), await openPigpiod()];
  try {
    const costs = await compare({ linux: linux.lights, pigpiod: pigpiod.lights });
    for (const [name, costMs] of Object.entries(costs))
      console.log(`driver ${name.padEnd(8)} ${shareOf(costMs).toFixed(1)} % of a core`);
    return shareOf(costs.linux);
  } finally {
    await Promise.all([linux.close(), pigpiod.close()]);
  }
}
