import type { Logger } from 'pino';
import type { SchedulerLike } from 'rxjs';
import type { Sessions } from '../session/sessions.ts';
import type { Store, StoredSession } from '../session/store.ts';
import type { Directory } from './directory.ts';
import type { Engine } from './engine.ts';
import { Giving } from './giving.ts';
import type { MoveTables } from './move-tables.ts';
import type { SessionOrder } from './session-order.ts';
import { Taking } from './taking.ts';

/** For how long an answer that may have been lost is known, milliseconds. */
export const MEMORY_MS = 60_000;

export interface HandOverOptions {
  readonly engine: Engine;
  /** This hub. */
  readonly hub: string;
  readonly directory: Directory;
  readonly store: Pick<Store, 'journal' | 'now'>;
  readonly moves: MoveTables;
  /** Default: there is no ledger. What becomes due to a session while it moves then goes with its release. */
  readonly order?: SessionOrder | undefined;
  readonly sessions: Pick<Sessions, 'surrender' | 'hold' | 'has' | 'appendDue' | 'catchUp'>;
  /** Restores sessions that are in the store already. */
  readonly restore: (stored: readonly StoredSession[]) => void;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
}

/** What both sides need. */
export interface MovingOptions extends HandOverOptions {
  /** For work that nobody waits for. */
  readonly inBackground: (work: Promise<void>) => void;
}

/**
 * Moves sessions to the hub that has claimed their client, and takes those that this one has claimed. A session is at one hub, whoever dies: the one that gives
 * it notes in its log that it may be gone, the one that takes it notes that it has come, and only then does the first one end it. In between, the first one asks.
 */
export class HandOver {
  readonly giving: Giving;
  readonly taking: Taking;
  readonly #options: HandOverOptions;
  #isClosed = false;

  constructor(options: HandOverOptions) {
    this.#options = options;
    const parts = { ...options, inBackground: (work: Promise<void>) => this.#inBackground(work) };
    this.giving = new Giving(parts);
    this.taking = new Taking(parts);
  }

  /** Goes on with what the log says. Call it once the sessions are restored. */
  resume(): void {
    const { leaving, arrived } = this.#options.moves;
    for (const [clientIdentifier, one] of [...leaving]) this.giving.resume(clientIdentifier, one);
    for (const [handOver, one] of [...arrived]) this.taking.resume(handOver, one);
  }

  close(): void {
    this.#isClosed = true;
    this.giving.close();
  }

  #inBackground(work: Promise<void>): void {
    work.catch((err: unknown) => {
      if (!this.#isClosed)
        this.#options.log.warn({ err }, 'a session on its way between two hubs has to wait');
    });
  }
}

export function clientsOf(sessions: readonly StoredSession[]): readonly string[] {
  return sessions.map(({ state }) => state.clientIdentifier);
}
