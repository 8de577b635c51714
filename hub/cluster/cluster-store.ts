import {
  asyncScheduler,
  firstValueFrom,
  from,
  interval,
  type Observable,
  type Subscription,
  timeout,
} from 'rxjs';
import { type ClockMark, ClockMarks, createClock } from '../clock.ts';
import { HubError } from '../core/error.ts';
import type { Store } from '../session/store.ts';
import { readContent } from '../storage/hub/content.ts';
import { UNANSWERED_MS } from './cluster-health.ts';
import type { ClusterClock, ClusterStoreOptions } from './cluster-store-options.ts';
import { compact } from './compaction.ts';
import { HubLog } from './hub-log.ts';
import type { MoveTables } from './move-tables.ts';
import type { LedgerPlace } from './origin-order.ts';
import { VERSION } from './state.ts';
import { type Taken, takeOver } from './take-over.ts';

/** A log up to this length is not worth compacting, bytes. */
const SMALL_LOG_BYTES = 2 ** 20;

/** How often to check whether the time of day was set and whether the servers answer, milliseconds. */
const LOOK_MS = 1_000;

/** How long to wait for the last changes when the store is closed, milliseconds: electing servers may take nine seconds to answer, or never answer. */
const CLOSING_MS = 2_000;

const SYSTEM_CLOCK: ClusterClock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

/** The state of a hub, which any process of the cluster can take over. */
export interface ClusterStore extends Store {
  /** The number of the latest owner of the state. */
  readonly epoch: number;
  /** The sessions that are moving to other hubs or from them. */
  readonly moves: MoveTables;
  /** The time of day, milliseconds since 1970. */
  readonly wallMs: () => number;
  /** The ledger position that was applied to the sessions when the store was opened; `undefined` if there was no ledger yet. */
  readonly ledgerPlace: LedgerPlace | undefined;
  /** Stores the applied ledger position with all changes from now on. */
  keepLedgerPlace(place: () => LedgerPlace): void;
  /** Stores the applied ledger position now, as a change of its own. */
  noteLedgerPlace(): LedgerPlace;
  /** How long changes have been waiting without any answer, milliseconds. */
  silenceMs(): number;
  /** Gives up the state: nothing is kept any more. */
  abandon(reason: string): void;
  /** Emits the reason why this process may no longer serve, and completes: from then on nothing can be kept. */
  readonly lost$: Observable<HubError>;
}

/**
 * Opens the state of a hub as soon as no other process owns it, and fences the earlier owner. Rejects with `store/damaged`, with `store/unavailable` if the state
 * is of another version, and with the signal's reason.
 */
export async function openClusterStore(options: ClusterStoreOptions): Promise<ClusterStore> {
  const taken = await takeOver(options);
  return new OwnedStore(options, taken);
}

const UNREACHABLE = new HubError('store/unavailable', 'the servers of the cluster cannot be reached');

/** The store of the process that owns the state. */
class OwnedStore implements ClusterStore {
  readonly epoch: number;
  readonly moves: MoveTables;
  readonly wallMs: () => number;
  readonly now: () => number;
  readonly journal: Store['journal'];
  readonly retained: Store['retained'];
  readonly sessions: Store['sessions'];
  readonly lost$: Observable<HubError>;
  readonly ledgerPlace: LedgerPlace | undefined;
  #ledgerPlace: (() => LedgerPlace) | undefined;
  readonly #options: ClusterStoreOptions;
  readonly #taken: Taken;
  readonly #log: HubLog;
  readonly #marks: ClockMarks;
  readonly #looking: Subscription;
  /** The length from which the log is compacted, counted from the last copy, bytes. */
  #compactAtBytes: number;
  #isCompacting = false;
  #failure: HubError | undefined;
  /** Set while the servers cannot be reached. */
  #unreachable: HubError | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ClusterStoreOptions, taken: Taken) {
    const { scheduler = asyncScheduler, smallLogBytes = SMALL_LOG_BYTES, clock = SYSTEM_CLOCK } = options;
    const { ownership, shared, replay } = taken;
    const { tables } = replay.target;
    this.#options = options;
    this.#taken = taken;
    this.#compactAtBytes = smallLogBytes - replay.bytes;
    this.#log = new HubLog({
      log: shared,
      maxEntryBytes: options.engine.maxEntryBytes,
      state: replay.state,
      last: replay.last,
      scheduler,
      onCommit: () => this.#accompany(),
      onWritten: (bytes) => this.#onWritten(bytes),
      onFenced: () => ownership.lose(`another process has taken over hub ${options.hub}`),
      onFull: (failure) => this.#onFull(failure),
    });
    replay.target.beginChange = () => this.#log.beginChange();
    this.epoch = replay.state.epoch;
    this.moves = tables;
    this.wallMs = clock.wallMs;
    this.now = createClock(tables.clock.get(0), clock.wallMs, clock.monotonicMs);
    const keep = (mark: ClockMark) => tables.clock.set(0, mark);
    this.#marks = new ClockMarks({ now: this.now, wallMs: clock.wallMs, last: tables.clock.get(0), keep });
    this.ledgerPlace = tables.ledger.get(0);
    const { journal, retained, sessions } = readContent(tables, this.#log);
    this.journal = journal;
    this.retained = retained;
    this.sessions = sessions;
    this.lost$ = ownership.lost$;
    ownership.lost$.subscribe((failure) => this.#onLost(failure));
    ownership.watch();
    this.#looking = interval(LOOK_MS, scheduler).subscribe(() => this.#look());
    this.#looking.add(
      options.engine.reachable$.subscribe((isReachable) => {
        this.#unreachable = isReachable ? undefined : UNREACHABLE;
      }),
    );
  }

  keepLedgerPlace(place: () => LedgerPlace): void {
    this.#ledgerPlace = place;
  }

  noteLedgerPlace(): LedgerPlace {
    const place = this.#ledgerPlace?.() ?? { position: 0, states: [] };
    this.#taken.replay.target.tables.ledger.set(0, place);
    return place;
  }

  silenceMs(): number {
    return this.#log.silenceMs;
  }

  abandon(reason: string): void {
    this.#taken.ownership.lose(reason);
  }

  failure(): HubError | undefined {
    return this.#failure ?? this.#log.failure ?? this.#unreachable;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #accompany(): void {
    this.#marks.accompany();
    const { ledger } = this.#taken.replay.target.tables;
    const place = this.#ledgerPlace?.();
    if (place && place.position !== ledger.get(0)?.position) ledger.set(0, place);
  }

  async #close(): Promise<void> {
    this.#marks.mark();
    const { scheduler = asyncScheduler } = this.#options;
    try {
      await firstValueFrom(from(this.#log.close()).pipe(timeout({ first: CLOSING_MS, scheduler })));
    } catch (error) {
      this.#taken.ownership.stop(); // Some changes are not kept, so the state cannot be released: waiting processes take over once the beats stop.
      throw error;
    } finally {
      this.#looking.unsubscribe();
    }
    await this.#taken.ownership.release().catch((err: unknown) => {
      this.#options.log.warn({ err }, 'the next process has to wait until this one is known to be gone');
    });
  }

  #look(): void {
    this.#marks.look();
    if (this.#log.silenceMs > UNANSWERED_MS && !this.#options.mayWait?.())
      this.#taken.ownership.lose(`the cluster has kept nothing for ${UNANSWERED_MS / 1000} s`);
  }

  #onLost(failure: HubError): void {
    this.#looking.unsubscribe();
    this.#failure = failure;
    this.#log.abandon(failure);
  }

  #onFull(failure: HubError | undefined): void {
    const { log } = this.#options;
    if (failure) log.error({ err: failure }, `${failure.message}; nothing is acknowledged that must be kept`);
    else log.info('the cluster keeps changes again, and nothing is missing');
  }

  #onWritten(bytes: number): void {
    if (bytes < this.#compactAtBytes || this.#isCompacting) return;
    this.#isCompacting = true;
    this.#compact(bytes)
      .catch((err: unknown) => this.#options.log.warn({ err }, 'all is kept, but the log of this hub grows'))
      .finally(() => {
        this.#isCompacting = false;
      });
  }

  /** Compacts a log that is longer than the state, or that could not be compacted before. */
  async #compact(before: number): Promise<void> {
    const { smallLogBytes = SMALL_LOG_BYTES } = this.#options;
    const { shared, replay } = this.#taken;
    this.#compactAtBytes = before + smallLogBytes;
    const tables = Object.values(replay.target.tables);
    const copied = await compact({ tables, version: VERSION, log: this.#log, shared });
    this.#compactAtBytes = before + copied + Math.max(smallLogBytes, copied);
  }
}
