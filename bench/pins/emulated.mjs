// The same load in the emulated Pi of test/kernel, on the Pi's own PWM driver and sysfs. Its clock counts instructions, so
// a busy computer changes nothing. An instruction there does not cost the same as here, and the factor depends on the work. So the load also
// runs there, in the same process and in turn, on files in memory, as it does on this computer. The ratio of those two costs is the conversion
// factor for this very program; the cost on the kernel's PWM is divided by it.
// In both places the pigpiod is Pinhub's own, with a virtual Pi: no Debian kernel provides the hardware that pigpio needs.
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { compare, shareOf } from './load.mjs';
import { openFiles, openPigpiod } from './stand-in.mjs';

const RELEASE = 'trixie-backports';
const KERNEL_TESTS = join(import.meta.dirname, '../../test/kernel');

/** Prints the shares of a core; resolves to the share of the driver `linux` on the kernel's PWM, percent. */
export async function measureEmulated() {
  console.log('In the emulated Pi; this takes some minutes.');
  const guest = await runGuest();
  const host = await measureHost();
  const slowdown = guest.files / host.files;
  const linux = shareOf(guest.kernel / slowdown);
  const rows = [
    ['linux, on the PWM of the kernel', guest.kernel, linux],
    ['linux, on files in memory', guest.files, shareOf(host.files)],
    ['pigpiod', guest.pigpiod, shareOf(guest.pigpiod / slowdown)],
  ];
  for (const [name, costMs, share] of rows) {
    const emulated = `${shareOf(costMs).toFixed(0)} % of a core there`;
    console.log(
      `driver ${name.padEnd(33)} ${emulated.padStart(22)}, ${share.toFixed(1)} % converted to this computer`,
    );
  }
  console.log(
    `The emulated Pi is ${slowdown.toFixed(0)} times slower. pigpiod here: ${shareOf(host.pigpiod).toFixed(1)} %.`,
  );
  return linux;
}

async function measureHost() {
  const [files, pigpiod] = [await openFiles(), await openPigpiod()];
  try {
    return await compare({ files: files.lights, pigpiod: pigpiod.lights });
  } finally {
    await Promise.all([files.close(), pigpiod.close()]);
  }
}

async function runGuest() {
  const { module: machine } = await runnerImport(join(KERNEL_TESTS, 'emulated-pi.ts'));
  const { module: downloads } = await runnerImport(join(KERNEL_TESTS, 'guest-files.ts'));
  const pi = await machine.EmulatedPi.boot(await downloads.obtainGuestFiles(RELEASE), {
    program: { folder: import.meta.dirname, main: 'guest.mjs' },
    countsInstructions: true,
    extraTree: join(import.meta.dirname, 'extra-timers.dtsi'),
  });
  try {
    const lines = await pi.programEnded();
    const result = lines.find((line) => line.startsWith('{"costs":'));
    if (!result) throw new Error(`the program did not finish:\n${lines.slice(-40).join('\n')}`);
    return JSON.parse(result).costs;
  } finally {
    await pi.turnOff();
  }
}
