import type { Logger } from 'pino';
import { HubError } from '../../core/error.ts';
import { plainAddress } from '../../limits/network.ts';
import type { Remote } from '../access.ts';

/** One line of the log for so long: who guesses is not to fill the disk. */
const PAUSE_MS = 1_000;

/** Says who was not let in, and why; never by what. Of many in a second only the first, and how many others there were. */
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
