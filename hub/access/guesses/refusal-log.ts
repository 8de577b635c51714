import type { Logger } from 'pino';
import { HubError } from '../../core/error.ts';
import type { Remote } from '../access.ts';

/** At most one line in this time, so that guesses do not fill the disk. */
const PAUSE_MS = 1_000;

/** Logs refused clients and the reason, never their secrets. Logs the first in a second, and counts the others. `now`: milliseconds. */
export function createRefusalLog(log: Logger, now: () => number) {
  let saidAt = Number.NEGATIVE_INFINITY;
  let unsaid = 0;
  return (how: string, { address }: Remote, error: unknown): void => {
    if (now() - saidAt < PAUSE_MS) {
      unsaid++;
      return;
    }
    const reason = error instanceof HubError ? error.message : String(error);
    const others = unsaid > 0 ? `, and ${unsaid} more since the last such line` : '';
    log.info({ how, address }, `not let in: ${reason}${others}`);
    saidAt = now();
    unsaid = 0;
  };
}
