import { type Choice, choosePins as choose, type Driver, pigpiodAddress } from '../../devices/drivers.ts';
import type { Pins } from '../../devices/index.ts';

/** Opens the driver that was asked for, or finds the right one, and says why. Rejects with `driver/unavailable`. */
export function choosePins(driver: Driver, createVirtual: () => Pins): Promise<Choice> {
  return choose(driver, { virtual: createVirtual, pigpiod: pigpiodAddress(process.env) });
}
