import type { Logger } from 'pino';
import { exhaustMap, interval, type SchedulerLike, type Subscription } from 'rxjs';
import { untilSafe } from '../core/ports.ts';
import type { ClusterStore } from './cluster-store.ts';
import { type Engine, type SharedLog, UnansweredError } from './engine.ts';
import { readBase, writeBase } from './ledger-base.ts';
import type { EntryClock } from './ledger-frame.ts';
import { leastPosition, registerPosition } from './ledger-positions.ts';
import { replayRetained } from './retained-replay.ts';

/** How often to check whether the ledger has grown, milliseconds. */
const LOOK_MS = 5_000;

/** How many bytes of ledger justify a new base. */
const SMALL_LEDGER_BYTES = 4 * 2 ** 20;

export interface LedgerCompactionOptions {
  readonly engine: Engine;
  readonly log: SharedLog;
  readonly hub: string;
  readonly kept: ClusterStore;
  readonly clock: EntryClock;
  readonly scheduler: SchedulerLike;
  readonly logger: Logger;
  /** How many bytes of the ledger this hub has read. */
  readonly readBytes: () => number;
  /** Whether this hub, among those that serve, is the one to compact. */
  readonly isElected: () => boolean;
  /** Default 4 MiB. */
  readonly smallLedgerBytes?: number | undefined;
}

/** Keeps the ledger short: every hub reports how far it is, and one of them writes a base of all retained messages, from which readers then start. */
export class LedgerCompaction {
  readonly #options: LedgerCompactionOptions;
  readonly #running: Subscription;
  #registeredBytes = 0;
  #compactedBytes = 0;
  #count = 0;

  constructor(options: LedgerCompactionOptions) {
    this.#options = options;
    this.#running = interval(LOOK_MS, options.scheduler)
      .pipe(exhaustMap(() => this.#look()))
      .subscribe();
  }

  stop(): void {
    this.#running.unsubscribe();
  }

  async #look(): Promise<void> {
    const { logger } = this.#options;
    try {
      await this.#register();
      await this.#compact();
    } catch (err) {
      if (!(err instanceof UnansweredError))
        logger.warn({ err }, 'all is kept, but the ledger of the cluster grows');
    }
  }

  get #smallBytes(): number {
    return this.#options.smallLedgerBytes ?? SMALL_LEDGER_BYTES;
  }

  async #register(): Promise<void> {
    const { engine, hub, kept, readBytes } = this.#options;
    const bytes = readBytes();
    if (bytes - this.#registeredBytes < this.#smallBytes / 2) return;
    const { position } = kept.noteLedgerPlace();
    await untilSafe(kept.journal);
    await registerPosition(engine, { hub, epoch: kept.epoch, position });
    this.#registeredBytes = bytes;
  }

  async #compact(): Promise<void> {
    const { engine, log, hub, kept, clock, readBytes, isElected } = this.#options;
    const bytes = readBytes();
    if (bytes - this.#compactedBytes < this.#smallBytes || !isElected()) return;
    this.#compactedBytes = bytes;
    const to = await leastPosition(engine);
    const base = await readBase(engine, clock);
    if (to === undefined || to <= base.state.position) return;
    await replayRetained(base.state, log, { to, clock });
    if (!base.state.reader.isWhole) return; // An entry that needs several frames continues after the base.
    const generation = `${hub}/${kept.epoch}/${++this.#count}`;
    if (await writeBase(base, engine, clock, generation)) await log.trim(to + 1);
  }
}
