import { HubError, quote, toHubError } from '../../hub/core/error.ts';
import { createPigpioPins } from './library/library-pins.ts';
import { type Address, describeAddress } from './pigpiod/dial.ts';
import { createPigpiodPins, probePigpiod } from './pigpiod/pigpiod-pins.ts';
import type { Pins } from './pins.ts';

/** The names that `--driver` takes. */
export const DRIVERS = ['auto', 'virtual', 'pigpiod', 'pigpio'] as const;
export type Driver = (typeof DRIVERS)[number];

/** Where each driver's pins come from. */
export interface PinSources {
  /** Makes the pins of a virtual board. */
  readonly virtual: () => Pins | Promise<Pins>;
  /** Where a daemon would be. */
  readonly pigpiod: Address;
  /** Initialises the library. Default: the npm package `pigpio`. */
  readonly pigpio?: () => Promise<Pins>;
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
 * The pins of the driver that is asked for; with `auto` those of a pigpiod that answers, else those of npm
 * `pigpio` where it initialises, else virtual ones. To be called before signals are handled, and before a
 * virtual daemon is started, which would be found. Rejects with `driver/unavailable` where npm `pigpio` was asked for
 * and does not initialise; a pigpiod that was asked for is waited for.
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
  }
}

/** Something else may have the daemon's port (Jupyter does), and answer nothing. */
const PROBE_TIMEOUT_MS = 500;

async function lookForPins(sources: PinSources): Promise<Choice> {
  const reasons: string[] = [];
  for (const find of [findDaemon, findLibrary]) {
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

function openLibrary({ pigpio = createPigpioPins }: PinSources): Promise<Pins> {
  return pigpio();
}
