import {
  asyncScheduler,
  firstValueFrom,
  from,
  type Observable,
  ReplaySubject,
  Subscription,
  timeout,
} from 'rxjs';
import { type HubError, toHubError } from '../core/error.ts';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import { HUB_ITSELF } from '../core/subscription.ts';
import type { Served } from '../session/store-peers.ts';
import { ClusterHealth } from './cluster-health.ts';
import { ClusterPeers } from './cluster-peers.ts';
import type { ClusterStore } from './cluster-store.ts';
import type { ClusterStoreOptions } from './cluster-store-options.ts';
import type { DrainLimits, DrainState } from './drain.ts';
import type { SharedLog } from './engine.ts';
import { JoinedJournal } from './joined-journal.ts';
import { LedgerCompaction } from './ledger-compaction.ts';
import type { LedgerAccess } from './ledger-start.ts';
import type { Member } from './members.ts';
import type { Owners } from './owners.ts';
import { Presence } from './presence.ts';
import type { RecentEntries } from './recent-entries.ts';
import type { RetainedState } from './retained-replay.ts';

export interface JoinOptions extends ClusterStoreOptions {
  /** The ledger is compacted only if it has grown by more than this, bytes. Default 4 MiB. */
  readonly smallLedgerBytes?: number;
}

/** A hub's part in its cluster. */
export interface Cluster {
  /** The store to pass to the hub. Its `peers` connect the hub to the other hubs. */
  readonly store: ClusterStore;
  /** The hubs that serve, including this one once it does; emits the present state first. */
  readonly live$: Observable<readonly Member[]>;
  /** Announces to the other hubs how clients reach this one, as in `mqtt://10.0.0.7:1883`; until then they do not know. */
  announce(addresses: readonly string[]): void;
  /**
   * Moves all sessions to the other hubs and closes all connections before the hub ends; resolves to what is left, which the adopting hub gets. Wills of clients
   * that connect to another hub within `willGraceSeconds` are not published.
   */
  drain(limits: DrainLimits): Promise<DrainState>;
  /** Emits when this hub is asked to drain and to end. */
  readonly drainWanted$: Observable<unknown>;
}

/** The state that a hub has read before it joins. */
export interface JoinedParts extends Pick<LedgerAccess, 'log' | 'clock'> {
  readonly kept: ClusterStore;
  /** The log of this hub. */
  readonly hubLog: SharedLog;
  readonly state: RetainedState;
  readonly owners: Owners;
  readonly recent: RecentEntries;
}

/** How long to wait for the last messages when the hub is closed, milliseconds. */
const CLOSING_MS = 2_000;

/** Composes the parts of a hub that belong to the cluster, and ends them together. */
export class JoinedCluster implements Cluster {
  readonly store: ClusterStore;
  readonly peers: ClusterPeers;
  readonly health: ClusterHealth;
  readonly #options: JoinOptions;
  readonly #kept: ClusterStore;
  readonly #owners: Owners;
  readonly #recent: RecentEntries;
  readonly #presence: Presence;
  readonly #compaction: LedgerCompaction;
  readonly #lost$ = new ReplaySubject<HubError>(1);
  readonly #losing = new Subscription();
  #failure: HubError | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: JoinOptions, { kept, hubLog, log, clock, state, owners, recent }: JoinedParts) {
    const { hub, instance, scheduler = asyncScheduler } = options;
    const self = { hub, instance, epoch: kept.epoch };
    const common = { ...options, scheduler, clock, kept, log, self };
    this.#options = options;
    this.#kept = kept;
    this.#owners = owners;
    this.#recent = recent;
    this.peers = new ClusterPeers({
      ...common,
      reader: state.reader,
      position: state.position,
      claims: owners.claims,
      undelivered: { table: kept.moves.undelivered, journal: kept.journal },
      onFrame: (frame) => recent.add(frame),
      onFull: (failure) => this.#onFull(failure),
      onLost: (error) => this.#lose(toHubError(error)),
      onServing: (served) => this.#serve(served),
      onWaiting: () =>
        options.log.warn(
          `hub ${hub} waits for its place among the hubs: the NATS servers have not kept in the ledger yet that it begins`,
        ),
    });
    kept.keepLedgerPlace(() => this.peers.ledger.place);
    this.#presence = new Presence({
      ...common,
      log: options.log,
      owners,
      lost$: this.#lost$,
      onMembers: (members) => this.#onMembers(members),
    });
    this.#compaction = new LedgerCompaction({
      ...common,
      logger: options.log,
      readBytes: () => this.peers.ledger.readBytes,
      isElected: () => this.#presence.live[0]?.hub === hub,
    });
    this.health = this.#createHealth({ hubLog, ledger: log });
    this.store = this.#createStore([...state.messages.values()]);
    // Subscribes last, as the state may be lost already: `#lose` is called at once then.
    this.#losing.add(kept.lost$.subscribe((failure) => this.#lose(failure)));
  }

  get live$(): Observable<readonly Member[]> {
    return this.#presence.live$;
  }

  get drainWanted$(): Observable<unknown> {
    return this.#presence.drainWanted$;
  }

  announce(addresses: readonly string[]): void {
    this.#presence.announce(addresses);
  }

  drain(limits: DrainLimits): Promise<DrainState> {
    return this.#presence.drain(limits);
  }

  #createHealth(logs: { readonly hubLog: SharedLog; readonly ledger: SharedLog }): ClusterHealth {
    const { hub, log, scheduler = asyncScheduler } = this.#options;
    const { writer } = this.peers.ledger;
    const others = () => this.#presence.live.filter((one) => one.hub !== hub);
    return new ClusterHealth({
      ...logs,
      scheduler,
      log,
      position: () => this.peers.ledger.position,
      silenceMs: () => Math.max(this.#kept.silenceMs(), writer.silenceMs),
      others: () => others().map((one) => `${one.hub} ${one.epoch}`),
      onLost: (failure) => this.#lose(failure),
    });
  }

  /** The store of the hub with the retained messages of all hubs, and a journal that is safe only once the other hubs have it too. */
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

  /** Begins to serve, as the hub now has everything that the others have published. */
  #serve(served: Served): void {
    this.#shareRetained(served.hub);
    this.#owners.serve({
      ...served,
      store: this.store,
      order: this.#recent,
      onFenced: (dead, epoch) => this.#announceOver(dead, epoch),
    });
    this.#presence.begin();
  }

  #onMembers(members: readonly Member[]): void {
    for (const member of members) this.#owners.learn(member.hub);
    this.peers.setMembers(members);
  }

  /** Resolves once all hubs know that nothing more of these epochs of a hub counts in the ledger. */
  async #announceOver(hub: string, epoch: number): Promise<void> {
    this.peers.ledger.append({ kind: 'over', hub, epoch }, undefined);
    await this.peers.ledger.untilKept();
  }

  /** Publishes the retained messages of a hub that was alone so far to all hubs. */
  #shareRetained(core: Hub): void {
    for (const message of this.#kept.retained) {
      if (core.retained.get(message.topic) === undefined) core.publish(message, { owner: HUB_ITSELF });
      this.#kept.journal.forget(message.topic);
    }
  }

  async #close(): Promise<void> {
    this.#stop();
    const { scheduler = asyncScheduler } = this.#options;
    try {
      const kept$ = from(this.peers.ledger.untilKept());
      await firstValueFrom(kept$.pipe(timeout({ first: CLOSING_MS, scheduler })));
    } catch (error) {
      this.#kept.abandon('the hub has stopped while the cluster kept nothing');
      throw error;
    } finally {
      this.#losing.unsubscribe();
      this.#presence.close();
      this.peers.close();
      await this.#kept.close();
    }
  }

  #lose(failure: HubError): void {
    if (this.#losing.closed) return;
    this.#losing.unsubscribe();
    this.#failure = failure;
    this.#presence.close();
    this.#stop();
    this.peers.close(failure);
    this.#kept.abandon(failure.message);
    this.#lost$.next(failure);
    this.#lost$.complete();
  }

  /** Stops everything that other hubs can see. */
  #stop(): void {
    this.#presence.leave();
    this.#compaction.stop();
    this.health.stop();
    this.#owners.close();
  }

  #onFull(failure: HubError | undefined): void {
    const { log } = this.#options;
    this.#failure = failure;
    if (failure)
      log.error({ err: failure }, `${failure.message}; nothing is acknowledged that all hubs must have`);
    else log.info('the cluster takes messages again, and none is missing');
  }
}
