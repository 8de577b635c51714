import { HubError } from '../../../hub/core/error.ts';
import { PigpioPins, type PigpioPinsOptions } from '../pigpio/pigpio-pins.ts';
import { survey } from '../pigpio/survey.ts';
import type { Pins } from '../pins.ts';
import { type Address, describeAddress } from '../socket/dial.ts';
import { DaemonSession } from './daemon-session.ts';

export interface PigpiodOptions extends PigpioPinsOptions {
  readonly address: Address;
}

/**
 * The pins of a board where pigpiod runs, over the daemon's socket. Resolves after the first connection
 * attempt, successful or not: see `health$`. It keeps trying until it is closed.
 */
export async function createPigpiodPins({ address, ...options }: PigpiodOptions): Promise<Pins> {
  const pins = new PigpioPins('pigpiod', (onReport) => DaemonSession.open(address, onReport), options);
  await pins.connect();
  return pins;
}

/**
 * Checks that a pigpiod with real pins answers. Rejects with `driver/unavailable` or `driver/failed` and the reason if none does.
 */
export async function probePigpiod(address: Address): Promise<void> {
  const session = await DaemonSession.open(address, () => {});
  try {
    await survey(session);
    if (await session.isVirtual()) {
      const where = describeAddress(address);
      throw new HubError(
        'driver/unavailable',
        `the pigpiod at ${where} is a virtual Pi, another hub's; --driver pigpiod shares it`,
      );
    }
  } finally {
    session.close('it was only looked for');
  }
}
