import type { Logger } from 'pino';
import type { Directory } from './accounts/directory.ts';
import type { Vault } from './vault/vault.ts';

/** What the parts of access control share. */
export interface AccessContext {
  readonly vault: Vault;
  readonly directory: Directory;
  /** The time of day, milliseconds. */
  readonly now: () => number;
  /** A monotonic clock, milliseconds, for delays and rates. */
  readonly elapsedMs: () => number;
  readonly log: Logger;
}
