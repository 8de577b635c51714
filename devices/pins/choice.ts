import { HubError, quote, toHubError } from '../../hub/core/error.ts';
import { AUTO, type BuiltInDriver } from '../facts/drivers.ts';
import { createPigpioPins } from './library/library-pins.ts';
import { createLinuxPins, createSysfsPins, type LinuxOptions } from './linux/create-linux-pins.ts';
import { probeLinux } from './linux/probe-linux.ts';
import { createPigpiodPins, probePigpiod } from './pigpiod/pigpiod-pins.ts';
import type { Pins } from './pins.ts';
import { createRgpiodPins } from './rgpiod/create-rgpiod-pins.ts';
import { type Address, describeAddress } from './socket/dial.ts';

/** A driver, under the name that `--driver` takes. */
export interface Driver {
  /** Lowercase letters, digits and hyphens: `pigpiod`. */
  readonly name: string;
  /** Opens the pins. Rejects with `driver/unavailable` and the reason. */
  open(): Promise<Pins>;
  /**
   * For `auto`: looks for the pins without changing any. Resolves to a sentence about what it found, or rejects with the reason why the
   * driver does not fit here. If this method is missing, `auto` opens the pins, and takes them if that succeeds.
   */
  probe?(): Promise<string>;
  /** Whether `auto` silently skips this driver, because another driver has the same pins. Default false. */
  readonly isByNameOnly?: boolean;
}

/** The sources of the built-in drivers' pins. */
export interface PinSources {
  /** Creates the pins of a virtual board. */
  readonly virtual: () => Pins | Promise<Pins>;
  /** The address of a pigpiod, if one runs. */
  readonly pigpiod: Address;
  /** The address of an rgpiod, if one runs. The driver `linux` uses only its port, on this machine. */
  readonly rgpiod: Address;
  /** Initializes the library. Default: the npm package `pigpio`. */
  readonly pigpio?: () => Promise<Pins>;
  /** The source of the kernel's pins. Default: this machine. */
  readonly linux?: LinuxOptions;
  /** How long `auto` waits for a daemon, milliseconds. Default 500. Another program may use its port (Jupyter does), and never answer. */
  readonly probeTimeoutMs?: number;
}

/** The chosen pins, and the reasons. */
export interface Choice {
  readonly pins: Pins;
  /** A sentence for each driver that was checked, the chosen one last. */
  readonly reasons: readonly string[];
}

/** Pinhub's drivers, in the order in which `auto` tries them; a virtual board always fits. */
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
 * Opens the pins of the driver with this name; with `auto`, those of the first that fits. Call it before installing signal handlers, because npm
 * `pigpio` replaces them, and before starting a virtual daemon, which `auto` would find. Rejects with `option/invalid` if there is no such driver,
 * with the driver's error, or with `driver/failed` if the driver throws anything but a `HubError`.
 */
export async function choosePins(name: string, drivers: readonly Driver[]): Promise<Choice> {
  if (name === AUTO) return lookForPins(drivers);
  const driver = drivers.find((one) => one.name === name);
  if (!driver) {
    const names = [AUTO, ...drivers.map((one) => one.name)].join(', ');
    throw new HubError('option/invalid', `there is no driver ${quote(name)}; there are ${names}`);
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
  throw new HubError('driver/unavailable', `no driver works here: ${reasons.join(' ')}`);
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
