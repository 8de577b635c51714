import { HubError, quote } from '../core/error.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'your quota of the disk is used up; make room',
  EROFS: 'the disk is read-only; choose another place with --data, or keep nothing with --ephemeral',
  EACCES: 'this user may not write there; choose another place with --data',
  EPERM: 'this user may not write there; choose another place with --data',
  ENOTDIR: 'a part of it is a file, not a directory; choose another place with --data',
  EEXIST: 'it is a file, not a directory; choose another place with --data',
  EIO: 'the disk has failed',
};

/** Whether a file system's error means that the disk is full, which may change while the hub runs. */
export function isDiskFull(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** A file system's error as `store/unavailable`, with a remedy. A `HubError` stays as it is. */
export function toStorageError(path: string, cause: unknown): HubError {
  if (cause instanceof HubError) return cause;
  const { code = '', message = String(cause) } = cause as NodeJS.ErrnoException;
  const reason = REASONS[code] ?? message;
  return new HubError('store/unavailable', `${quote(path)} cannot be used: ${reason}`, { cause });
}

/** Runs work on files, which may return a promise, and converts its errors by `toStorageError`. */
export function guardStorage<T>(path: string, work: () => T): T {
  const fail = (error: unknown): never => {
    throw toStorageError(path, error);
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(fail) as T) : result;
  } catch (error) {
    return fail(error);
  }
}
