import {
  closeSync,
  fdatasync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  write,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { syncFolder } from '../../files/files.ts';

/** `read` and `change` need an existing file; `create` makes one, or replaces an existing one. */
export type FileAccess = 'read' | 'change' | 'create';

/** An open file. Offsets and lengths are in bytes. */
export interface DiskFile {
  size(): number;
  /** Fills a buffer from an offset on; returns how many bytes there were, 0 at the end. */
  read(into: Uint8Array, at: number): number;
  /** Hands bytes to the operating system; returns how many it took. */
  writeSync(bytes: Uint8Array, at: number): number;
  /** Does the same as `writeSync` without blocking. */
  write(bytes: Uint8Array, at: number): Promise<number>;
  /** Truncates the file to its first bytes. */
  truncate(size: number): void;
  /** Makes everything written so far survive a power cut. The file's name may not survive it before `syncFolderOf`. */
  flush(): Promise<void>;
  close(): void;
}

/** The part of a file system that the engine needs. All methods throw, or reject with, its error. */
export interface Disk {
  list(folder: string): string[];
  open(path: string, access: FileAccess): DiskFile;
  /** Replaces an existing file. */
  rename(from: string, to: string): void;
  /** Does nothing if there is no such file. */
  remove(path: string): void;
  /** Makes the names of a file and those beside it survive a power cut. */
  syncFolderOf(path: string): Promise<void>;
}

const FLAGS: Readonly<Record<FileAccess, string>> = { read: 'r', change: 'r+', create: 'w' };

/** Readable by its owner alone. */
const MODE = 0o600;

const flushFile = promisify(fdatasync);
const writeBytes = promisify(write);

function toFile(descriptor: number): DiskFile {
  return {
    size: () => fstatSync(descriptor).size,
    read: (into, at) => readSync(descriptor, into, 0, into.length, at),
    writeSync: (bytes, at) => writeSync(descriptor, bytes, 0, bytes.length, at),
    write: async (bytes, at) => (await writeBytes(descriptor, bytes, 0, bytes.length, at)).bytesWritten,
    truncate: (size) => ftruncateSync(descriptor, size),
    flush: () => flushFile(descriptor),
    close: () => closeSync(descriptor),
  };
}

/** The real disk. */
export const DISK: Disk = {
  list: (folder) => readdirSync(folder),
  open: (path, access) => toFile(openSync(path, FLAGS[access], MODE)),
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  syncFolderOf: syncFolder,
};
