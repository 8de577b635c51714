/** The drivers of real pins, and the choice between them. All of them need Node. */
export {
  AUTO,
  builtInDrivers,
  type Choice,
  choosePins,
  type Driver,
  type PinSources,
} from './pins/choice.ts';
export { createPigpioPins, type PigpioLibraryOptions } from './pins/library/library-pins.ts';
export { type Address, pigpiodAddress } from './pins/pigpiod/dial.ts';
export { createPigpiodPins, type PigpiodOptions } from './pins/pigpiod/pigpiod-pins.ts';
