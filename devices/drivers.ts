/** The drivers of real pins, and the choice between them. They all need Node. */
export { AUTO } from './facts/drivers.ts';
export {
  builtInDrivers,
  type Choice,
  choosePins,
  type Driver,
  type PinSources,
} from './pins/choice.ts';
export { createPigpioPins, type PigpioLibraryOptions } from './pins/library/library-pins.ts';
export {
  createLinuxPins,
  createSysfsPins,
  type LinuxOptions,
  type SysfsOptions,
} from './pins/linux/create-linux-pins.ts';
export { type PinRow, type PinTable, readPinTable } from './pins/linux/pin-table.ts';
export { probeLinux } from './pins/linux/probe-linux.ts';
export { pigpiodAddress } from './pins/pigpiod/address.ts';
export { createPigpiodPins, type PigpiodOptions } from './pins/pigpiod/pigpiod-pins.ts';
export { rgpiodAddress } from './pins/rgpiod/address.ts';
export { createRgpiodPins, type RgpiodOptions } from './pins/rgpiod/create-rgpiod-pins.ts';
export type { Address } from './pins/socket/dial.ts';
