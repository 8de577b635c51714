import { HubError, quote, toHubError } from '../../hub/core/error.ts';
import { createPigpioPins } from './library/library-pins.ts';
import { createLinuxPins, type LinuxOptions, probeLinux } from './linux/create-linux-pins.ts';
import { type Address, describeAddress } from './pigpiod/dial.ts';
import { createPigpiodPins, probePigpiod } from './pigpiod/pigpiod-pins.ts';
import type { Pins } from './pins.ts';

/** The names that `--driver` takes. */
export const DRIVERS = ['auto', 'virtual', 'pigpiod', 'pigpio', 'linux', 'sysfs'] as const;
export type Driver = (typeof DRIVERS)[number];

/** Where each driver's pins come from. */
export interface PinSources {
  /** Makes the pins of a virtual board. */
  readonly virtual: () => Pins | Promise<Pins>;
  /** Where a daemon would be. */
  readonly pigpiod: Address;
  /** Initialises the library. Default: the npm package `pigpio`. */
  readonly pigpio?: () => Promise<Pins>;
  /** Where the kernel's pins are. Default: this machine's. */
  readonly linux?: LinuxOptions;
}

/** The pins that were chosen, and why. */
export interface Choice {
  readonly pins: Pins;
  /** A sentence for each driver that was looked at, the chosen one last. */
  readonly reasons: readonly string[];
}

/** A driver's name as given on the command line. Throws `option/invalid`, naming all. */
export function parseDriver(text: string): Driver {
  const driver = DRIVERS.find((name) => name === text);
  if (driver) return driver;
  throw new HubError('option/invalid', `no driver is called ${quote(text)}; there are ${DRIVERS.join(', ')}`);
}

/**
 * The pins of the requested driver. `auto` takes those of a pigpiod that answers, else those of npm `pigpio` if it
 * initialises, else those of the kernel if it gives any pin PWM, else virtual ones. Call it before signals are handled, and
 * before a virtual daemon starts, which would be found. Rejects with `driver/unavailable` if the requested driver does
 * not work here; a pigpiod that was asked for is waited for.
 */
export async function choosePins(driver: Driver, sources: PinSources): Promise<Choice> {
  const asked = `the driver "${driver}" was asked for.`;
  switch (driver) {
    case 'auto':
      return lookForPins(sources);
    case 'virtual':
      return { pins: await sources.virtual(), reasons: [asked] };
    case 'pigpiod':
      return { pins: await createPigpiodPins({ address: sources.pigpiod }), reasons: [asked] };
    case 'pigpio':
      return { pins: await openLibrary(sources), reasons: [asked] };
    case 'linux':
    case 'sysfs':
      return { pins: await createLinuxPins({ ...sources.linux, driver }), reasons: [asked] };
  }
}

/** Something else may have the daemon's port (Jupyter does), and answer nothing. */
const PROBE_TIMEOUT_MS = 500;

async function lookForPins(sources: PinSources): Promise<Choice> {
  const reasons: string[] = [];
  for (const find of [findDaemon, findLibrary, findLinux]) {
    try {
      const { pins, reason } = await find(sources);
      return { pins, reasons: [...reasons, reason] };
    } catch (error) {
      reasons.push(`${toHubError(error).message}.`);
    }
  }
  return { pins: await sources.virtual(), reasons: [...reasons, 'So the pins are those of a virtual Pi.'] };
}

interface Find {
  readonly pins: Pins;
  readonly reason: string;
}

async function findDaemon({ pigpiod }: PinSources): Promise<Find> {
  await probePigpiod({ ...pigpiod, timeoutMs: Math.min(pigpiod.timeoutMs, PROBE_TIMEOUT_MS) });
  const pins = await createPigpiodPins({ address: pigpiod });
  return { pins, reason: `a pigpiod answers at ${describeAddress(pigpiod)}.` };
}

async function findLibrary(sources: PinSources): Promise<Find> {
  return { pins: await openLibrary(sources), reason: 'npm pigpio has initialised.' };
}

async function findLinux({ linux }: PinSources): Promise<Find> {
  const reason = await probeLinux(linux);
  return { pins: await createLinuxPins(linux), reason };
}

function openLibrary({ pigpio = createPigpioPins }: PinSources): Promise<Pins> {
  return pigpio();
}
