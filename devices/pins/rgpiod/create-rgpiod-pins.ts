import { HEADER_GPIOS } from '../header-gpios.ts';
import type { RetryOptions } from '../kept-session.ts';
import type { Pins } from '../pins.ts';
import type { Address } from '../socket/dial.ts';
import { SourcedPins } from '../sourced-pins.ts';
import { RgpiodSource } from './source.ts';

export interface RgpiodOptions extends RetryOptions {
  readonly address: Address;
}

/**
 * The pins of a board where rgpiod runs, over the daemon's socket. Resolves after the first connection attempt, successful or not: see
 * `health$`. It keeps trying until it is closed.
 */
export async function createRgpiodPins({ address, ...options }: RgpiodOptions): Promise<Pins> {
  const source = new RgpiodSource(address, options);
  await source.connect();
  return new SourcedPins({ driver: 'rgpiod', gpios: HEADER_GPIOS, sources: [source] });
}
