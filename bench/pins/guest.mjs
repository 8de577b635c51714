// Runs in the emulated Pi: the load on the kernel's PWM, compared with the two stand-ins. Prints the costs as JSON.
import { createLinuxPins } from '../../dist/devices/drivers.js';
import { claim, compare } from './load.mjs';
import { openFiles, openPigpiod } from './stand-in.mjs';

/** The GPIOs of pi.dtsi, and of extra-timers.dtsi beside this file. */
const GPIOS = [4, 5, 6, 12, 17, 18, 19, 21];

// The reader of the console waits only a limited time for the next line.
console.log('opening the PWM of the kernel');
const linux = await createLinuxPins();
const kernel = await claim(linux, GPIOS);
console.log('opening files in memory');
const files = await openFiles();
console.log('opening pigpiod');
const pigpiod = await openPigpiod();
const sets = { kernel, files: files.lights, pigpiod: pigpiod.lights };
const costs = await compare(sets, { steps: 60, onRound: (text) => console.log(text) });
console.log(JSON.stringify({ costs }));
await Promise.all([linux.close(), files.close(), pigpiod.close()]);
