import { closeSync, constants, openSync, readdirSync } from 'node:fs';
import { constants as system } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { loadCLibrary } from './c-library.ts';

/** The system calls used here. Like those of `node:fs`, all errors carry `code`. */
export interface DeviceCalls {
  /** The paths of all GPIO chips. */
  list(): readonly string[];
  /** Opens for reading and writing. */
  open(path: string): number;
  /** The kernel reads the bytes, and may write to them. */
  ioctl(fd: number, request: number, bytes: Uint8Array): void;
  /** Makes `read` return at once. */
  setNonBlocking(fd: number): void;
  /** Returns the number of bytes read; 0 if there are none now. */
  read(fd: number, bytes: Uint8Array): number;
  close(fd: number): void;
}

const DEVICES = '/dev';

/** fcntl's command to set the flags of a descriptor, on every Linux. */
const F_SETFL = 4;

/** The real system calls. Node has no ioctl, so npm koffi provides it. Throws `driver/unavailable` if koffi is missing. */
export function loadDeviceCalls(): DeviceCalls {
  const libc = loadCLibrary();
  const ioctl = libc.func('int ioctl(int fd, unsigned long request, void *bytes)');
  const fcntl = libc.func('int fcntl(int fd, int command, int value)');
  // Not through `node:fs`: inputs are read 200 times a second, mostly with no data, and it would create an error each time.
  const read = libc.func('long read(int fd, void *bytes, unsigned long count)');
  const call = (name: string, result: number) => {
    if (result === -1) throw systemError(name, libc.errno());
  };
  return {
    list: () => readdirSync(DEVICES).flatMap((name) => (isChip(name) ? `${DEVICES}/${name}` : [])),
    open: (path) => openSync(path, constants.O_RDWR),
    ioctl: (fd, request, bytes) => call('ioctl', ioctl(fd, request, bytes)),
    setNonBlocking: (fd) => call('fcntl', fcntl(fd, F_SETFL, constants.O_NONBLOCK)),
    read(fd, bytes) {
      const count = read(fd, bytes, bytes.length);
      if (count !== -1) return count;
      const errno = libc.errno();
      if (errno === system.errno.EAGAIN) return 0;
      throw systemError('read', errno);
    },
    close: closeSync,
  };
}

function isChip(name: string): boolean {
  return /^gpiochip\d+$/.test(name);
}

function systemError(name: string, errno: number): Error {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${code}, ${name}`), { code });
}
