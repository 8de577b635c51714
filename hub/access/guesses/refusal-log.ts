import type { Logger } from 'pino';
import { HubError } from '../../core/error.ts';
import { plainAddress } from '../../limits/network.ts';
import type { Remote } from '../access.ts';

/** At most one line in this time, so that guesses do not fill the disk. */
const PAUSE_MS = 1_000;

/** Logs refused clients and the reason, never their secrets. Logs the first in a second, and counts the others. */
export class RefusalLog {
  readonly #log: Logger;
  readonly #now: () => number;
  #saidAt = Number.NEGATIVE_INFINITY;
  #unsaid = 0;

  constructor(log: Logger, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  add(how: string, { address }: Remote, error: unknown): void {
    const now = this.#now();
    if (now - this.#saidAt < PAUSE_MS) {
      this.#unsaid++;
      return;
    }
    const reason = error instanceof HubError ? error.message : String(error);
    const others = this.#unsaid > 0 ? `, and ${this.#unsaid} more since the last such line` : '';
    this.#log.info({ how, address: plainAddress(address) }, `not let in: ${reason}${others}`);
    this.#saidAt = now;
    this.#unsaid = 0;
  }
}
