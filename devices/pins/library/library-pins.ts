import { PigpioPins, type PigpioPinsOptions } from '../pigpio/pigpio-pins.ts';
import type { Pins } from '../pins.ts';
import { loadPigpioLibrary, type PigpioLibrary } from './library.ts';
import { LibrarySession } from './library-session.ts';

export interface PigpioLibraryOptions extends PigpioPinsOptions {
  /** Loads and initializes the library. Default: the npm package. */
  readonly load?: () => Promise<PigpioLibrary>;
}

/**
 * The pins of this Pi, through the npm package `pigpio`; closing leaves them low. Call it before anything
 * else installs signal handlers. Rejects with `driver/unavailable` and the reason.
 */
export async function createPigpioPins({
  load = loadPigpioLibrary,
  ...options
}: PigpioLibraryOptions = {}): Promise<Pins> {
  const library = await load();
  const pins = new PigpioPins('pigpio', async (onReport) => new LibrarySession(library, onReport), options);
  await pins.connect();
  return pins;
}
