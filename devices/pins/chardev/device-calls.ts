import { closeSync, constants, openSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants as system } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { HubError } from '../../../hub/core/error.ts';

/** What is used of the system. Every method throws an error with `code`, as those of `node:fs` do. */
export interface DeviceCalls {
  /** The paths of all GPIO chips. */
  list(): readonly string[];
  /** Opens for reading and writing. */
  open(path: string): number;
  /** The kernel reads the bytes, and may write to them. */
  ioctl(fd: number, request: number, bytes: Uint8Array): void;
  /** Has `read` return at once. */
  setNonBlocking(fd: number): void;
  /** How many bytes were read; 0 if there are none now. */
  read(fd: number, bytes: Uint8Array): number;
  close(fd: number): void;
}

/** What is used of the npm package koffi; described here, as it is not installed everywhere and must not be missed then. */
interface Koffi {
  load(library: string): CLibrary;
  errno(): number;
}

interface CLibrary {
  func(prototype: string): (...values: unknown[]) => number;
}

const DEVICES = '/dev';

const LIBC = 'libc.so.6';

/** fcntl's command that sets the flags of a descriptor, on every Linux. */
const F_SETFL = 4;

/** The system's own calls; Node has no ioctl, which npm koffi brings. Throws `driver/unavailable` if that is not there. */
export function loadDeviceCalls(): DeviceCalls {
  const koffi = requireKoffi();
  const libc = loadLibrary(koffi);
  const ioctl = libc.func('int ioctl(int fd, unsigned long request, void *bytes)');
  const fcntl = libc.func('int fcntl(int fd, int command, int value)');
  // Not by `node:fs`: inputs are read 200 times a second, mostly in vain, and it would make an error each time.
  const read = libc.func('long read(int fd, void *bytes, unsigned long count)');
  const call = (name: string, result: number) => {
    if (result === -1) throw systemError(name, koffi.errno());
  };
  return {
    list: () => readdirSync(DEVICES).flatMap((name) => (isChip(name) ? `${DEVICES}/${name}` : [])),
    open: (path) => openSync(path, constants.O_RDWR),
    ioctl: (fd, request, bytes) => call('ioctl', ioctl(fd, request, bytes)),
    setNonBlocking: (fd) => call('fcntl', fcntl(fd, F_SETFL, constants.O_NONBLOCK)),
    read(fd, bytes) {
      const count = read(fd, bytes, bytes.length);
      if (count !== -1) return count;
      const errno = koffi.errno();
      if (errno === system.errno.EAGAIN) return 0;
      throw systemError('read', errno);
    },
    close: closeSync,
  };
}

function isChip(name: string): boolean {
  return /^gpiochip\d+$/.test(name);
}

/** Linux without glibc, as Alpine, calls it otherwise. */
function loadLibrary(koffi: Koffi): CLibrary {
  try {
    return koffi.load(LIBC);
  } catch (cause) {
    throw new HubError('driver/unavailable', `npm koffi cannot load ${LIBC}: ${String(cause)}`, { cause });
  }
}

function systemError(name: string, errno: number): Error {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${code}, ${name}`), { code });
}

function requireKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi');
  } catch (cause) {
    const remedy =
      '"npm install koffi" brings it; "sudo npm install --global koffi" if Pinhub is installed so';
    throw new HubError(
      'driver/unavailable',
      `the GPIO character device needs npm koffi, which is not installed; ${remedy}`,
      { cause },
    );
  }
}
