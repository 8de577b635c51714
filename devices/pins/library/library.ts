import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HubError, toHubError } from '../../../hub/core/error.ts';

/** The part of the npm package `pigpio` used here, once initialized. Its methods throw `pigpio error <number> in …`. */
export interface PigpioLibrary {
  readonly Gpio: new (gpio: number) => LibraryGpio;
  readonly GpioBank: new () => { read(): number };
  getTick(): number;
  terminate(): void;
}

/** Called with every level change, and its tick. */
export type AlertListener = (level: 0 | 1, tickUs: number) => void;

/** One GPIO of the library. */
export interface LibraryGpio {
  mode(mode: number): unknown;
  getMode(): number;
  pullUpDown(pull: number): unknown;
  digitalRead(): number;
  digitalWrite(level: number): unknown;
  pwmWrite(duty: number): unknown;
  getPwmDutyCycle(): number;
  pwmRange(range: number): unknown;
  getPwmRange(): number;
  getPwmRealRange(): number;
  pwmFrequency(frequencyHz: number): unknown;
  getPwmFrequency(): number;
  getServoPulseWidth(): number;
  glitchFilter(steadyUs: number): unknown;
  on(event: 'alert', listener: AlertListener): unknown;
  off(event: 'alert', listener: AlertListener): unknown;
  enableAlert(): unknown;
  disableAlert(): unknown;
}

/** The package as loaded. Its types are declared here because it is not installed everywhere, and its absence must not matter. */
interface PigpioPackage extends PigpioLibrary {
  readonly LOCALHOST_SOCK_IF: number;
  readonly DISABLE_FIFO_IF: number;
  configureInterfaces(flags: number): void;
  initialize(): void;
}

/**
 * Loads and initializes the npm package `pigpio`. Call it before anything else installs signal handlers, because the C
 * library takes over signals. Rejects with `driver/unavailable` and the reason.
 */
export async function loadPigpioLibrary(): Promise<PigpioLibrary> {
  refusePi5(readCompatible());
  const pigpio = requirePackage();
  try {
    // pigpio also opens the daemon's socket. Keep it on the loopback, because it has no authentication.
    pigpio.configureInterfaces(pigpio.LOCALHOST_SOCK_IF | pigpio.DISABLE_FIFO_IF);
    pigpio.initialize();
  } catch (cause) {
    const needs = 'it needs root, a Raspberry Pi up to 4, and no running pigpiod';
    throw unavailable(`npm pigpio did not initialize (${toHubError(cause).message}): ${needs}`, cause);
  }
  return pigpio;
}

/** Throws `driver/unavailable` on a Pi 5, 500 or CM5 (by the device tree's `compatible`): pigpio writes to registers that are elsewhere on these. */
export function refusePi5(compatible: string): void {
  if (compatible.includes('brcm,bcm2712'))
    throw unavailable('npm pigpio cannot drive a Raspberry Pi 5, whose pins are on another chip', undefined);
}

/** Empty if there is no device tree. */
function readCompatible(): string {
  try {
    return readFileSync('/sys/firmware/devicetree/base/compatible', 'latin1');
  } catch {
    return '';
  }
}

function requirePackage(): PigpioPackage {
  const require = createRequire(import.meta.url);
  const folder = attempt(
    'npm pigpio is not installed; on a Raspberry Pi, npm install pigpio compiles it',
    () => dirname(require.resolve('pigpio/package.json')),
  );
  // Without its binding to the C library, the package prints a page of warnings and every call fails.
  attempt('npm pigpio has no binding to the C library here; it is compiled on a Raspberry Pi only', () =>
    require(join(folder, 'build', 'Release', 'pigpio.node')),
  );
  return require('pigpio');
}

function attempt<T>(reason: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw unavailable(reason, cause);
  }
}

function unavailable(reason: string, cause: unknown): HubError {
  return new HubError('driver/unavailable', reason, { cause });
}
