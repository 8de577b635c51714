import {
  asyncScheduler,
  firstValueFrom,
  from,
  merge,
  type Observable,
  ReplaySubject,
  race,
  Subject,
  Subscription,
  timeout,
  timer,
} from 'rxjs';
import { HubError, toHubError } from '../core/error.ts';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import type { Journal, Progress } from '../core/ports.ts';
import { HUB_ITSELF } from '../core/subscription.ts';
import type { SessionJournal, SessionRecord } from '../session/store.ts';
import type { Served } from '../session/store-peers.ts';
import { ClusterHealth, logIsGone } from './cluster-health.ts';
import { ClusterPeers } from './cluster-peers.ts';
import { type ClusterStore, type ClusterStoreOptions, openClusterStore } from './cluster-store.ts';
import type { DrainLimits, DrainState } from './drain.ts';
import { drainChannel, encodeProgress } from './drain-request.ts';
import { type SharedLog, UnansweredError } from './engine.ts';
import { JoinedProgress } from './joined-journal.ts';
import { BASE_LOG, readBase } from './ledger-base.ts';
import { LedgerCompaction } from './ledger-compaction.ts';
import type { EntryClock } from './ledger-frame.ts';
import { registerPosition } from './ledger-positions.ts';
import { BeatingMembers, type Member } from './members.ts';
import { joinOwners, type Owners } from './owners.ts';
import { type PlacedMessage, RecentEntries } from './recent-entries.ts';
import { type RetainedState, replayRetained } from './retained-replay.ts';

export interface JoinOptions extends ClusterStoreOptions {
  /** A ledger that grows by less is not compacted, bytes. Default 4 MiB. */
  readonly smallLedgerBytes?: number;
}

/** A hub's part in its cluster. */
export interface Cluster {
  /** Give it to the hub; its `peers` join it to the others. */
  readonly store: ClusterStore;
  /** The hubs that serve, this one included from when it does; the present state first. */
  readonly live$: Observable<readonly Member[]>;
  /** Tells the others how clients reach this hub, as in `mqtt://10.0.0.7:1883`; until then nobody knows. */
  announce(addresses: readonly string[]): void;
  /**
   * Moves all sessions to the other hubs, and closes all connections, before the hub ends; resolves to what is left, which whoever adopts this hub gets. Wills of clients
   * that connect to another hub within `willGraceSeconds` are not published.
   */
  drain(limits: DrainLimits): Promise<DrainState>;
  /** Emits when somebody asks this hub to drain and to end. */
  readonly drainWanted$: Observable<unknown>;
}

/** The log that all hubs of a cluster share. */
export const LEDGER_LOG = 'ledger';

/** The log of users, tokens and logins, which all hubs share. */
export const ACCOUNTS_LOG = 'accounts';

/** How long to wait for the last messages when the hub is closed, milliseconds. */
const CLOSING_MS = 2_000;

/** How long a question about the progress of a drain waits for its answer, milliseconds. */
const TELL_MS = 500;

/**
 * Opens the state of a hub as soon as no other process owns it, and joins it to the other hubs. Rejects as `openClusterStore` does, and with `option/invalid` if
 * the hub has the name of a log that all hubs share.
 */
export async function joinCluster(options: JoinOptions): Promise<Cluster> {
  checkName(options.hub);
  const { engine, scheduler = asyncScheduler } = options;
  let joined: JoinedCluster | undefined;
  const kept = await openClusterStore({ ...options, mayWait: () => joined?.health.mayWait ?? false });
  try {
    const answered = <T>(work: () => Promise<T>) => untilAnswered(work, kept, options);
    const log = await answered(() => engine.log(LEDGER_LOG));
    const hubLog = await answered(() => engine.log(options.hub));
    const clock: EntryClock = { now: kept.now, timeOfDay: kept.wallMs };
    const state = await answered(() => readRetained(options, { kept, log, clock }));
    let peers: ClusterPeers | undefined;
    const position = () => peers?.ledger.position ?? state.position;
    const read = (after: number, until: number) => readAgain(options, { log, clock }, { after, until });
    const recent = new RecentEntries({ position, read, scheduler, clock });
    const owners = await answered(() => joinOwners({ ...options, epoch: kept.epoch, scheduler }));
    const cluster = new JoinedCluster(options, { kept, hubLog, log, clock, state, owners, recent });
    peers = cluster.peers;
    joined = cluster;
    return cluster;
  } catch (error) {
    await kept.close();
    throw error;
  }
}

/** The log of a hub has the hub's name. */
function checkName(hub: string): void {
  if (![LEDGER_LOG, BASE_LOG, ACCOUNTS_LOG].includes(hub)) return;
  const message = `a hub cannot be called ${hub}, as a log that all hubs share has that name; choose another with --hub-name`;
  throw new HubError('option/invalid', message);
}

/** How long to wait before the cluster is asked again, milliseconds. */
const RETRY_MS = 250;

/** Servers may be electing: whatever has no answer is tried again, as long as this process has the state of its hub. */
async function untilAnswered<T>(
  work: () => Promise<T>,
  kept: ClusterStore,
  { scheduler = asyncScheduler, signal }: JoinOptions,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const failure = kept.failure();
      if (failure) throw failure;
      signal?.throwIfAborted();
      if (!(error instanceof UnansweredError)) throw error;
    }
    await firstValueFrom(timer(RETRY_MS, scheduler));
  }
}

interface Parts {
  readonly kept: ClusterStore;
  /** The log of this hub. */
  readonly hubLog: SharedLog;
  readonly log: SharedLog;
  readonly clock: EntryClock;
  readonly state: RetainedState;
  readonly owners: Owners;
  readonly recent: RecentEntries;
}

/** Resolves once all hubs know that nothing of these epochs of a hub counts any more in the ledger. */
async function announceOver({ ledger }: ClusterPeers, hub: string, epoch: number): Promise<void> {
  ledger.append({ kind: 'over', hub, epoch }, undefined);
  await untilKept(ledger);
}

/** Resolves when all that this hub has appended has its place; rejects if it cannot have one now. */
function untilKept({ writer }: ClusterPeers['ledger']): Promise<void> {
  writer.commit();
  return new Promise((resolve, reject) => {
    writer.whenSafe(writer.position, (failure) => (failure ? reject(failure) : resolve()));
  });
}

/** What was retained when the sessions of the hub had last changed. From there on the ledger is kept for this hub. */
async function readRetained(
  { engine, hub }: JoinOptions,
  { kept, log, clock }: Pick<Parts, 'kept' | 'log' | 'clock'>,
): Promise<RetainedState> {
  const { epoch, ledgerPlace } = kept;
  for (;;) {
    const { state, cell } = await readBase(engine, clock);
    // If a base is ahead of this hub, another one has had all sessions of this one.
    const position = Math.max(ledgerPlace?.position ?? 0, state.position);
    if ((await log.range()).last < position) throw logIsGone('the ledger');
    await registerPosition(engine, { hub, epoch, position });
    const again = await readBase(engine, clock);
    if (again.cell?.revision !== cell?.revision) continue;
    await replayRetained(state, log, { to: position, clock });
    return state;
  }
}

/** Reads messages of the ledger again, behind `after`. */
async function readAgain(
  { engine }: JoinOptions,
  { log, clock }: Pick<Parts, 'log' | 'clock'>,
  { after, until }: { readonly after: number; readonly until: number },
): Promise<PlacedMessage[]> {
  const { state } = await readBase(engine, clock);
  const placed: PlacedMessage[] = [];
  await replayRetained(state, log, {
    to: until,
    clock,
    onMessage: (message) => message.sequence > after && placed.push(message),
  });
  return placed;
}

class JoinedCluster implements Cluster {
  readonly store: ClusterStore;
  readonly live$ = new ReplaySubject<readonly Member[]>(1);
  readonly drainWanted$ = new Subject<undefined>();
  readonly #options: JoinOptions;
  readonly #kept: ClusterStore;
  readonly peers: ClusterPeers;
  readonly #owners: Owners;
  readonly #recent: RecentEntries;
  readonly #compaction: LedgerCompaction;
  readonly health: ClusterHealth;
  readonly #lost$ = new ReplaySubject<HubError>(1);
  readonly #drained$ = new ReplaySubject<void>(1);
  readonly #running = new Subscription();
  #members: BeatingMembers | undefined;
  #live: readonly Member[] = [];
  #addresses: readonly string[] = [];
  #failure: HubError | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: JoinOptions, { kept, hubLog, log, clock, state, owners, recent }: Parts) {
    const { hub, engine, scheduler = asyncScheduler } = options;
    const { position, reader, messages } = state;
    this.#owners = owners;
    this.#recent = recent;
    this.#options = options;
    this.#kept = kept;
    this.peers = new ClusterPeers({
      engine,
      log,
      clock,
      scheduler,
      reader,
      position,
      claims: owners.claims,
      owed: { table: kept.moves.owed, journal: kept.journal },
      onFrame: (frame) => recent.add(frame),
      self: { hub, epoch: kept.epoch },
      onFull: (failure) => this.#onFull(failure),
      onLost: (error) => this.#lose(toHubError(error)),
      onServing: (served) => this.#serve(served),
    });
    kept.keepLedgerPlace(() => this.peers.ledger.place);
    this.#running.add(kept.lost$.subscribe((failure) => this.#lose(failure)));
    this.#compaction = new LedgerCompaction({
      ...options,
      log,
      kept,
      clock,
      scheduler,
      logger: options.log,
      readBytes: () => this.peers.ledger.readBytes,
      isElected: () => this.#live[0]?.hub === hub,
    });
    this.health = new ClusterHealth({
      hubLog,
      ledger: log,
      scheduler,
      log: options.log,
      position: () => this.peers.ledger.position,
      silenceMs: () => Math.max(kept.silenceMs(), this.peers.ledger.writer.silenceMs),
      others: () => this.#live.filter((one) => one.hub !== hub).map((one) => `${one.hub} ${one.epoch}`),
      onLost: (failure) => this.#lose(failure),
    });
    this.store = this.#createStore([...messages.values()]);
  }

  announce(addresses: readonly string[]): void {
    this.#addresses = addresses;
    this.#members?.announce(addresses);
  }

  async drain(limits: DrainLimits): Promise<DrainState> {
    const { log } = this.#options;
    this.#members?.drain();
    const hurry$ = merge(limits.hurry$, this.#lost$);
    const left = await this.#owners.drain(() => this.#live, { ...limits, hurry$ });
    const { sessions } = left;
    this.#drained$.next();
    if (sessions === 0) log.info('all sessions are at other hubs');
    else log.warn(`${sessions} sessions are left here: the hub that adopts this one gets them`);
    return left;
  }

  /** The store of the hub, with what all hubs have retained, and a journal that is safe once the others have it too. */
  #createStore(retained: readonly Message[]): ClusterStore {
    const kept = this.#kept;
    const peers = this.peers;
    const { epoch, moves, wallMs, now, sessions, ledgerPlace } = kept;
    return {
      epoch,
      moves,
      wallMs,
      now,
      sessions,
      ledgerPlace,
      retained,
      peers,
      lost$: this.#lost$,
      journal: new JoinedJournal(kept.journal, peers),
      keepLedgerPlace: (place) => kept.keepLedgerPlace(place),
      noteLedgerPlace: () => kept.noteLedgerPlace(),
      abandon: (reason) => kept.abandon(reason),
      failure: () => this.#failure ?? kept.failure() ?? this.health.failure,
      silenceMs: () => kept.silenceMs(),
      close: () => {
        this.#closing ??= this.#close();
        return this.#closing;
      },
    };
  }

  /** The hub has all that others have published: it serves from now on. */
  #serve(served: Served): void {
    const { engine, hub, instance, scheduler = asyncScheduler } = this.#options;
    this.#shareRetained(served.hub);
    this.#owners.serve({
      ...served,
      store: this.store,
      order: this.#recent,
      onFenced: (dead, epoch) => announceOver(this.peers, dead, epoch),
    });
    const self = { hub, epoch: this.#kept.epoch, instance, addresses: this.#addresses, isDraining: false };
    this.#members = new BeatingMembers({ engine, self, scheduler });
    this.#running.add(engine.answer(drainChannel(self), () => this.#answerDrain()));
    this.#running.add(
      this.#members.live$.subscribe((members) => {
        this.#live = members;
        for (const member of members) this.#owners.learn(member.hub);
        this.peers.setMembers(members);
        this.live$.next(members);
      }),
    );
  }

  /** Answers with the progress after a while, or as soon as the drain ends. So a process that asks again after each answer learns the final state. */
  async #answerDrain(): Promise<Uint8Array> {
    this.drainWanted$.next(undefined);
    await firstValueFrom(race(timer(TELL_MS, this.#options.scheduler), this.#drained$));
    return encodeProgress(this.#owners.drainState);
  }

  /** What a hub had retained that was alone so far, becomes everybody's. */
  #shareRetained(core: Hub): void {
    for (const message of this.#kept.retained) {
      if (core.retained.get(message.topic) === undefined) core.publish(message, { owner: HUB_ITSELF });
      this.#kept.journal.forget(message.topic);
    }
  }

  async #close(): Promise<void> {
    this.#members?.close();
    this.#compaction.stop();
    this.health.stop();
    this.#owners.close();
    const { scheduler = asyncScheduler } = this.#options;
    try {
      const kept$ = from(untilKept(this.peers.ledger));
      await firstValueFrom(kept$.pipe(timeout({ first: CLOSING_MS, scheduler })));
    } catch (error) {
      this.#kept.abandon('the hub has stopped while the cluster kept nothing');
      throw error;
    } finally {
      this.#running.unsubscribe();
      this.peers.close();
      await this.#kept.close();
    }
  }

  #lose(failure: HubError): void {
    if (this.#running.closed) return;
    this.#running.unsubscribe();
    this.#failure = failure;
    this.#members?.close();
    this.#compaction.stop();
    this.health.stop();
    this.#owners.close();
    this.peers.close(failure);
    this.#kept.abandon(failure.message);
    this.#lost$.next(failure);
    this.#lost$.complete();
  }

  #onFull(failure: HubError | undefined): void {
    const { log } = this.#options;
    this.#failure = failure;
    if (failure)
      log.error({ err: failure }, `${failure.message}; nothing is acknowledged that all hubs must have`);
    else log.info('the cluster takes messages again, and none is missing');
  }
}

/** Retained messages are in the ledger, so that the log of this hub need not keep them. */
class JoinedJournal extends JoinedProgress implements Journal, SessionJournal {
  readonly #kept: ClusterStore['journal'];
  readonly #ledger: ClusterPeers['ledger'];

  constructor(kept: ClusterStore['journal'], { ledger, interest }: ClusterPeers) {
    super([kept, ledger.writer, interest]);
    this.#kept = kept;
    this.#ledger = ledger;
  }

  /** The log of this hub must not get the effect of half a frame. */
  commit(): void {
    if (!this.#ledger.isApplying) this.#kept.commit();
    this.#ledger.writer.commit();
  }

  /** What a session owes its client is in the log of this hub: it need not wait until messages have come back from the ledger. */
  get ofSessions(): Progress {
    return this.#kept;
  }

  retain(): void {}

  forget(): void {}

  begin(): SessionRecord {
    return this.#kept.begin();
  }
}
