import { createRequire } from 'node:module';
import { HubError, toHubError } from '../../../hub/core/error.ts';

/** The system's C library, which npm koffi can call. */
export interface CLibrary {
  /** A function by its prototype in C. */
  func(prototype: string): (...values: unknown[]) => number;
  /** The error of the last call. */
  errno(): number;
}

/** What is used of the npm package koffi; described here, as it is not installed everywhere and must not be missed then. */
interface Koffi {
  load(library: string): Pick<CLibrary, 'func'>;
  errno(): number;
}

/** Of Linux with glibc, as Raspberry Pi OS is. */
const LIBC = 'libc.so.6';

const REMEDY = '"npm install koffi" brings it; "sudo npm install --global koffi" if Pinhub is installed so';

/** Loads the C library. Throws `driver/unavailable` with the reason, and how to get koffi if it is not installed. */
export function loadCLibrary(): CLibrary {
  const require = createRequire(import.meta.url);
  attempt('the GPIO character device needs npm koffi, which is not installed', REMEDY, () =>
    require.resolve('koffi'),
  );
  return attempt('npm koffi does not work here', undefined, () => {
    const koffi: Koffi = require('koffi');
    const libc = koffi.load(LIBC);
    return { func: (prototype) => libc.func(prototype), errno: () => koffi.errno() };
  });
}

function attempt<T>(what: string, remedy: string | undefined, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new HubError('driver/unavailable', `${what}; ${remedy ?? toHubError(cause).message}`, { cause });
  }
}
