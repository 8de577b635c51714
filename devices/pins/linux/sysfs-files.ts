import { readSync, writeSync } from 'node:fs';
import { constants, type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { HubError } from '../../../hub/core/error.ts';
import { errnoOf } from '../errno.ts';

export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** One attribute of sysfs that stays open: a text of at most a line. */
export interface Attribute {
  read(): Promise<string>;
  /** Hands the whole text to the kernel in one write. Rejects with the kernel's error: `EINVAL`, `EBUSY`, … */
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Whether the kernel answers at once, so that to have another thread wait for it costs more than to wait. Default false. */
  readonly isPrompt?: boolean;
}

/** The part of a file system that the driver uses. All errors carry `code`, as those of `node:fs` do. */
export interface SysfsFiles {
  read(path: string): Promise<Uint8Array>;
  list(path: string): Promise<readonly Entry[]>;
  /** Opens for reading and writing. */
  open(path: string, options?: OpenOptions): Promise<Attribute>;
  /** Writes to a file that may be write-only, as `export` is. */
  write(path: string, text: string): Promise<void>;
}

/** The real /sys. */
export const REAL_FILES: SysfsFiles = {
  read: (path) => readFile(path),
  async list(path) {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  },
  async open(path, { isPrompt = false } = {}) {
    const handle = await open(path, constants.O_RDWR);
    return isPrompt ? promptAttributeOf(handle) : attributeOf(handle);
  },
  async write(path, text) {
    const handle = await open(path, constants.O_WRONLY);
    try {
      await handle.write(text);
    } finally {
      await handle.close();
    }
  },
};

/** The bytes of a file; `undefined` if there is none. Rejects with `driver/unavailable` if it cannot be read. */
export function readIfThere(files: SysfsFiles, path: string): Promise<Uint8Array | undefined> {
  return ifThere(path, files.read(path));
}

/** The entries of a folder; `undefined` if there is none. Rejects with `driver/unavailable` if it cannot be read. */
export function listIfThere(files: SysfsFiles, path: string): Promise<readonly Entry[] | undefined> {
  return ifThere(path, files.list(path));
}

async function ifThere<T>(path: string, attempt: Promise<T>): Promise<T | undefined> {
  try {
    return await attempt;
  } catch (cause) {
    const errno = errnoOf(cause);
    if (errno === 'ENOENT') return undefined;
    throw new HubError('driver/unavailable', `${path} cannot be read: ${errno ?? String(cause)}`, { cause });
  }
}

/** Longer than any number that the kernel prints. */
const LINE_BYTES = 64;

function attributeOf(handle: FileHandle): Attribute {
  return {
    async read() {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(LINE_BYTES), 0, LINE_BYTES, 0);
      return buffer.toString('latin1', 0, bytesRead).trim();
    },
    async write(text) {
      await handle.write(text, 0);
    },
    close: () => handle.close(),
  };
}

function promptAttributeOf(handle: FileHandle): Attribute {
  // Its number belongs to another file once this one is closed.
  const openFd = () => {
    if (handle.fd === -1) throw Object.assign(new Error('EBADF, the file is closed'), { code: 'EBADF' });
    return handle.fd;
  };
  const room = Buffer.alloc(LINE_BYTES);
  return {
    async read() {
      return room.toString('latin1', 0, readSync(openFd(), room, 0, LINE_BYTES, 0)).trim();
    },
    async write(text) {
      writeSync(openFd(), text, 0);
    },
    close: () => handle.close(),
  };
}
