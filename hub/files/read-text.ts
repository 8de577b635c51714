import { readFileSync } from 'node:fs';
import { HubError, quote } from '../core/error.ts';

/** The text in a file that somebody has named. Throws `option/invalid` where it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HubError('option/invalid', `${quote(path, 200)} cannot be read: ${reason}`, { cause });
  }
}
