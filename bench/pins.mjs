// The cost of a light's change in the hub's process: 50 changes a second on each of 8 pins, for the driver `linux` on sysfs, compared with
// the driver `pigpiod`, which writes to a socket. The sysfs files have no kernel driver: they are in memory (tmpfs), in a directory with the
// paths of sysfs. So this measures the driver, Node and the system calls, but not the kernel's PWM work on a Pi;
// `npm run bench -- pins --emulated` includes that. Behind the socket is a virtual Pi in its own process, whose CPU time does not count.
// Needs the compiled driver: `npm run build`.
import { CHANGES_PER_SECOND, compare, PINS, shareOf } from './pins/load.mjs';
import { openFiles, openPigpiod } from './pins/stand-in.mjs';

/** The limit for the driver `linux`, percent of a core. */
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
