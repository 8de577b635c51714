import type { Logger } from 'pino';
import { exhaustMap, interval, type SchedulerLike, Subscription } from 'rxjs';
import { HubError } from '../core/error.ts';
import { type SharedLog, UnansweredError } from './engine.ts';

/** After how long without any answer this hub reports it, or ends itself, milliseconds: longer than an election takes. */
export const UNANSWERED_MS = 15_000;

/** How often to check for unfinished work, and how often to ask the servers, milliseconds. */
const LOOK_MS = 1_000;
const ASK_MS = 5_000;

/** How many times in a row the servers must say that a log is gone: a server that has just started may not know the log yet. */
const SURE = 3;

export interface ClusterHealthOptions {
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
  /** The log of this hub, and the log of all hubs. */
  readonly hubLog: SharedLog;
  readonly ledger: SharedLog;
  /** The position up to which this hub has read the ledger. */
  readonly position: () => number;
  /** How long something has been waiting to be kept, milliseconds. */
  readonly silenceMs: () => number;
  /** The other processes that serve, by name. */
  readonly others: () => readonly string[];
  /** Called when this hub must not serve any more. */
  readonly onLost: (failure: HubError) => void;
}

/**
 * Watches whether the servers keep anything. They keep nothing without a majority. Meanwhile this hub waits as long as it receives beats of all hubs from
 * which it received them before: then no hub can have taken over from it. A hub that is missing may be among the majority, with this hub's state.
 */
export class ClusterHealth {
  readonly #options: ClusterHealthOptions;
  readonly #running = new Subscription();
  #failure: HubError | undefined;
  #answeredAt: number;
  /** The other hubs that served when the servers answered last. */
  #othersThen: readonly string[] = [];
  #goneCount = 0;

  constructor(options: ClusterHealthOptions) {
    const { scheduler } = options;
    this.#options = options;
    this.#answeredAt = scheduler.now();
    this.#running.add(interval(LOOK_MS, scheduler).subscribe(() => this.#look()));
    const asking = interval(ASK_MS, scheduler).pipe(exhaustMap(() => this.#ask()));
    this.#running.add(asking.subscribe());
  }

  /** The reason why nothing can be kept now, if there is one. */
  get failure(): HubError | undefined {
    return this.#failure;
  }

  /** Whether no hub can have taken over from this one while the servers kept nothing. */
  get mayWait(): boolean {
    const others = this.#options.others();
    return this.#othersThen.every((name) => others.includes(name));
  }

  stop(): void {
    this.#running.unsubscribe();
  }

  #look(): void {
    const { silenceMs, scheduler, log } = this.#options;
    const silentMs = Math.max(silenceMs(), scheduler.now() - this.#answeredAt - ASK_MS);
    if (silentMs > UNANSWERED_MS) this.#onSilent();
    else if (this.#failure) {
      this.#failure = undefined;
      log.info('the cluster keeps everything again, and nothing that was acknowledged is missing');
    }
  }

  #onSilent(): void {
    const { onLost, log } = this.#options;
    const text = `the cluster has kept nothing for ${UNANSWERED_MS / 1000} s: its NATS servers have no majority, or do not answer`;
    const failure = new HubError('store/unavailable', text);
    if (!this.#failure) log.error(`${text}. Nothing is acknowledged that must be kept, until they do`);
    this.#failure = failure;
    if (!this.mayWait) onLost(failure);
  }

  async #ask(): Promise<void> {
    const { hubLog, ledger, position, scheduler, others, onLost } = this.#options;
    try {
      const reached = position();
      const lost = (await hubLog.isGone())
        ? 'the log of this hub'
        : (await ledger.isGone()) || (await ledger.range()).last < reached
          ? 'the ledger'
          : undefined;
      this.#answeredAt = scheduler.now();
      this.#othersThen = others();
      this.#goneCount = lost === undefined ? 0 : this.#goneCount + 1;
      if (lost !== undefined && this.#goneCount >= SURE) onLost(logIsGone(lost));
    } catch (error) {
      if (!(error instanceof UnansweredError)) throw error;
    }
  }
}

/** The servers have lost a log, or someone has removed it. */
export function logIsGone(what: string): HubError {
  return new HubError(
    'store/damaged',
    `${what} is gone from the NATS servers: they have lost its stream, or somebody has removed it. Restore it from a backup; or stop all hubs, and "pinhub cluster import" writes what is left to a folder, with which another --cluster-name can begin`,
  );
}
