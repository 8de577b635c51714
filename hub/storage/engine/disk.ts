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

/** `read` and `change` want a file that is there; `create` makes one, in the place of one that there may be. */
export type FileAccess = 'read' | 'change' | 'create';

/** A file that is open. Offsets and lengths are bytes. */
export interface DiskFile {
  /** How long it is. */
  size(): number;
  /** Fills a buffer with what stands from an offset on; how much that was, 0 at the end. */
  read(into: Uint8Array, at: number): number;
  /** Hands bytes to the operating system, which may take only some: how many it took. */
  writeSync(bytes: Uint8Array, at: number): number;
  /** The same, while the rest of the process goes on. */
  write(bytes: Uint8Array, at: number): Promise<number>;
  /** Cuts off what is behind its first bytes. */
  truncate(size: number): void;
  /** Waits until what was written before would outlive a power cut; the file's name may not yet. */
  flush(): Promise<void>;
  close(): void;
}

/** What the state asks of a file system. All throw, or reject with, what it says. */
export interface Disk {
  /** The names in a folder. */
  list(folder: string): string[];
  open(path: string, access: FileAccess): DiskFile;
  /** In the place of a file that there may be. */
  rename(from: string, to: string): void;
  /** Does nothing where there is none. */
  remove(path: string): void;
  /** Waits until the names of the files beside this one, and its own, would outlive a power cut. */
  syncFolderOf(path: string): Promise<void>;
}

const FLAGS: Readonly<Record<FileAccess, string>> = { read: 'r', change: 'r+', create: 'w' };

/** For its owner alone. */
const MODE = 0o600;

const flushFile = promisify(fdatasync);
const writeBytes = promisify(write);

class OpenFile implements DiskFile {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  size(): number {
    return fstatSync(this.#descriptor).size;
  }

  read(into: Uint8Array, at: number): number {
    return readSync(this.#descriptor, into, 0, into.length, at);
  }

  writeSync(bytes: Uint8Array, at: number): number {
    return writeSync(this.#descriptor, bytes, 0, bytes.length, at);
  }

  async write(bytes: Uint8Array, at: number): Promise<number> {
    const { bytesWritten } = await writeBytes(this.#descriptor, bytes, 0, bytes.length, at);
    return bytesWritten;
  }

  truncate(size: number): void {
    ftruncateSync(this.#descriptor, size);
  }

  flush(): Promise<void> {
    return flushFile(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** The disk that there is. */
export const DISK: Disk = {
  list: (folder) => readdirSync(folder),
  open: (path, access) => new OpenFile(openSync(path, FLAGS[access], MODE)),
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  syncFolderOf: syncFolder,
};
