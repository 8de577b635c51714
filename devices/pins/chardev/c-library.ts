import { createRequire } from 'node:module';
import { HubError, toHubError } from '../../../hub/core/error.ts';

/** The system's C library, called through npm koffi. */
export interface CLibrary {
  /** Returns a C function by its prototype. */
  func(prototype: string): (...values: unknown[]) => number;
  /** The errno of the last call. */
  errno(): number;
}

/** The part of npm koffi used here. Its types are declared here because it is not installed everywhere, and its absence must not matter. */
interface Koffi {
  load(library: string): Pick<CLibrary, 'func'>;
  errno(): number;
}

/** The C library's file name on Linux with glibc, such as Raspberry Pi OS. */
const LIBC = 'libc.so.6';

const REMEDY =
  '"npm install koffi" installs it; "sudo npm install --global koffi" if Pinhub is installed globally';

/** Loads the C library. Throws `driver/unavailable` with the reason, and with how to install koffi if it is missing. */
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
