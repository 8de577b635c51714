import { Buffer } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { toStorageError } from '../storage-fault.ts';

/** Does work with an open file, and closes it. */
export async function withFile<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}

/** Opens a file; resolves to `undefined` where there is none. */
export async function openIfThere(path: string, flags: 'r' | 'r+'): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** So many bytes of a file, or those that there are. */
export async function readAt(file: FileHandle, offset: number, count: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, offset);
  return buffer.subarray(0, bytesRead);
}

/** Does work on files, and rejects as `toStorageError` says. */
export async function guardFiles<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStorageError(path, error);
  }
}
