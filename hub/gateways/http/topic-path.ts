import type { Request } from 'express';
import { HubError, quote } from '../../core/error.ts';

/** What a router's own path may be followed by: not a parameter, which Express would decode before we can say what is wrong with it. */
export const ANY_PATH = /^/;

/** What follows the router's own path, percent-encoded level by level or as a whole. Throws `topic/invalid` where it is not UTF-8. */
export function decodePath({ path }: Pick<Request, 'path'>): string {
  try {
    return decodeURIComponent(path.slice(1));
  } catch (cause) {
    throw new HubError('topic/invalid', `${quote(path)} is not percent-encoded UTF-8`, { cause });
  }
}
