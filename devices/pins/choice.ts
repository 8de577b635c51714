import { HubError, quote, toHubError } from '../../hub/core/error.ts';
import type { BuiltInDriver } from '../facts/drivers.ts';
import { createPigpioPins } from './library/library-pins.ts';
import { createLinuxPins, createSysfsPins, type LinuxOptions } from './linux/create-linux-pins.ts';
import { probeLinux } from './linux/probe-linux.ts';
import { createPigpiodPins, probePigpiod } from './pigpiod/pigpiod-pins.ts';
import type { Pins } from './pins.ts';
import { createRgpiodPins } from './rgpiod/create-rgpiod-pins.ts';
import { type Address, describeAddress } from './socket/dial.ts';

/** One way to reach pins, by the name that `--driver` takes. */
export interface Driver {
  /** Small letters, digits and hyphens: `pigpiod`. */
  readonly name: string;
  /** Opens the pins. Rejects with `driver/unavailable` and the reason. */
  open(): Promise<Pins>;
  /**
   * Looks for the pins without a change to any, for `auto`: resolves to a sentence that says what was found, rejects with the reason why the
   * driver does not fit here. Without it, `auto` opens the pins, and takes them if that does not reject.
   */
  probe?(): Promise<string>;
  /** Whether `auto` leaves it out without a word, as another driver has the same pins. Default false. */
  readonly isByNameOnly?: boolean;
}

/** Opens the pins of whichever driver fits. */
export const AUTO = 'auto';

/** Where the pins of the built-in drivers come from. */
export interface PinSources {
  /** Makes the pins of a virtual board. */
  readonly virtual: () => Pins | Promise<Pins>;
  /** Where a pigpiod would be. */
  readonly pigpiod: Address;
  /** Where an rgpiod would be. The driver `linux` asks for one at that port of this machine alone. */
  readonly rgpiod: Address;
  /** Initialises the library. Default: the npm package `pigpio`. */
  readonly pigpio?: () => Promise<Pins>;
  /** Where the kernel's pins are. Default: this machine's. */
  readonly linux?: LinuxOptions;
  /** How long `auto` waits for a daemon, milliseconds. Default 500: something else may have its port (Jupyter does), and answer nothing. */
  readonly probeTimeoutMs?: number;
}

/** The pins that were chosen, and why. */
export interface Choice {
  readonly pins: Pins;
  /** A sentence for each driver that was looked at, the chosen one last. */
  readonly reasons: readonly string[];
}

/** The drivers that Pinhub comes with, in the order in which `auto` asks them; a virtual board always fits. */
export function builtInDrivers(sources: PinSources): (Driver & { readonly name: BuiltInDriver })[] {
  const { virtual, pigpiod, rgpiod, pigpio = createPigpioPins, probeTimeoutMs = 500 } = sources;
  const probedAt = (address: Address): Address => ({
    ...address,
    timeoutMs: Math.min(address.timeoutMs, probeTimeoutMs),
  });
  const linux: LinuxOptions = { rgpiod, ...sources.linux };
  return [
    {
      name: 'pigpiod',
      open: () => createPigpiodPins({ address: pigpiod }),
      async probe() {
        await probePigpiod(probedAt(pigpiod));
        return `a pigpiod answers at ${describeAddress(pigpiod)}.`;
      },
    },
    { name: 'pigpio', open: () => pigpio() },
    {
      name: 'linux',
      open: () => createLinuxPins(linux),
      probe: () => probeLinux({ ...linux, ...(linux.rgpiod && { rgpiod: probedAt(linux.rgpiod) }) }),
    },
    { name: 'sysfs', open: () => createSysfsPins(linux), isByNameOnly: true },
    { name: 'rgpiod', open: () => createRgpiodPins({ address: rgpiod }), isByNameOnly: true },
    {
      name: 'virtual',
      open: async () => virtual(),
      probe: async () => 'So the pins are those of a virtual Pi.',
    },
  ];
}

/**
 * The pins of the driver with this name; with `auto` those of the first that fits. Call it before signals are handled, which npm `pigpio` takes
 * over, and before a virtual daemon is started, which would be found. Rejects with `option/invalid` if there is no such driver, with what the
 * driver rejects with, or with `driver/failed` if it throws anything but a `HubError`.
 */
export async function choosePins(name: string, drivers: readonly Driver[]): Promise<Choice> {
  if (name === AUTO) return lookForPins(drivers);
  const driver = drivers.find((one) => one.name === name);
  if (!driver) {
    const names = [AUTO, ...drivers.map((one) => one.name)].join(', ');
    throw new HubError('option/invalid', `no driver is called ${quote(name)}; there are ${names}`);
  }
  return { pins: await open(driver), reasons: [`the driver "${name}" was asked for.`] };
}

async function lookForPins(drivers: readonly Driver[]): Promise<Choice> {
  const reasons: string[] = [];
  for (const driver of drivers.filter(({ isByNameOnly }) => !isByNameOnly)) {
    try {
      const found = await driver.probe?.();
      const pins = await open(driver);
      return { pins, reasons: [...reasons, found ?? `${driver.name} has opened its pins.`] };
    } catch (error) {
      reasons.push(`${toHubError(error).message}.`);
    }
  }
  throw new HubError('driver/unavailable', `no driver fits: ${reasons.join(' ')}`);
}

async function open(driver: Driver): Promise<Pins> {
  try {
    return await driver.open();
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    const { message } = toHubError(cause);
    throw new HubError('driver/failed', `the driver ${quote(driver.name)} failed: ${message}`, { cause });
  }
}
