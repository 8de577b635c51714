import { readSync, writeSync } from 'node:fs';
import { constants, type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { HubError } from '../../../hub/core/error.ts';
import { errnoOf } from '../errno.ts';

export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** One sysfs attribute that stays open: a text of at most one line. */
export interface Attribute {
  read(): Promise<string>;
  /** Writes the whole text in one system call. Rejects with the kernel's error: `EINVAL`, `EBUSY`, … */
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** Whether the kernel answers at once, so that blocking is cheaper than handing the call to another thread. Default false. */
  readonly isPrompt?: boolean;
}

/** The file system operations that the driver uses. Like those of `node:fs`, all errors carry `code`. */
export interface SysfsFiles {
  read(path: string): Promise<Uint8Array>;
  list(path: string): Promise<readonly Entry[]>;
  /** Opens for reading and writing. */
  open(path: string, options?: OpenOptions): Promise<Attribute>;
  /** Writes to a file that may be write-only, such as `export`. */
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

/** The entries of a directory; `undefined` if there is none. Rejects with `driver/unavailable` if it cannot be read. */
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

/** A buffer size larger than any number that the kernel prints. */
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
  // After closing, the descriptor's number belongs to another file.
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
