import { pino } from 'pino';
import { type Cluster, joinCluster } from '../../hub/cluster/cluster.ts';
import type { ClusterPeers } from '../../hub/cluster/cluster-peers.ts';
import { parseTopicFilter } from '../../hub/core/filter.ts';
import { Hub } from '../../hub/core/hub.ts';
import { Message, type MessageOptions } from '../../hub/core/message.ts';
import { ALL_RIGHTS } from '../../hub/core/rights.ts';
import { PLAIN_TERMS, type Publisher, type Subscriber } from '../../hub/core/subscription.ts';
import { Sessions } from '../../hub/session/sessions.ts';
import type { StoredSession } from '../../hub/session/store.ts';
import { storePeersOf } from '../../hub/session/store-peers.ts';
import type { SimulatedCluster, SimulatedEngine } from './simulated-cluster.ts';
import type { SimulatedTime } from './simulated-time.ts';

/** The time of day when the simulated time begins, milliseconds. */
const DAY_MS = Date.UTC(2026, 0, 1);

export interface LaneHubOptions {
  readonly cluster: SimulatedCluster;
  readonly time: SimulatedTime;
  readonly name: string;
  readonly smallLedgerBytes?: number;
}

/** One of the hubs of a cluster, which together are one broker. */
export class LaneHub {
  readonly name: string;
  readonly engine: SimulatedEngine;
  readonly serving: Promise<void>;
  readonly lines: string[] = [];
  cluster: Cluster | undefined;
  hub: Hub | undefined;
  sessions: Sessions | undefined;
  lost: string | undefined;

  constructor(options: LaneHubOptions) {
    this.name = options.name;
    this.engine = options.cluster.join(options.name);
    this.serving = this.#serve(options);
    this.serving.catch((error: Error) => this.#onLost(error.message)); // The caller that waits for it gets the error too.
  }

  get peers(): ClusterPeers {
    return this.running.cluster.store.peers as ClusterPeers;
  }

  get running() {
    const { cluster, hub, sessions } = this;
    if (!cluster || !hub || !sessions) throw new Error(`hub ${this.name} does not serve yet`);
    return { cluster, hub, sessions };
  }

  publish(topic: string, payload: string, options: MessageOptions = {}, publisher?: Publisher): number {
    return this.running.hub.publish(new Message(topic, payload, options), publisher);
  }

  /** The messages that a subscriber gets from now on, as `<topic> <payload>`. */
  observe(filter: string, more: Partial<Subscriber> = {}): string[] {
    const heard: string[] = [];
    const deliver = ({ topic, text = '' }: Message) => heard.push(`${topic} ${text}`) > 0;
    this.running.hub.subscribe({ deliver, ...more }, parseTopicFilter(filter), { ...PLAIN_TERMS, qos: 2 });
    return heard;
  }

  /** The retained messages, as `<topic> <payload>`. */
  get retained(): string[] {
    return Array.from(this.running.hub.retained.match('#'), ({ topic, text }) => `${topic} ${text}`).sort();
  }

  /** Resolves once everything recorded is safe. */
  untilSafe(): Promise<void> {
    const { journal } = this.running.cluster.store;
    journal.commit();
    return new Promise((resolve, reject) => {
      journal.whenSafe(journal.position, (failure) => (failure ? reject(failure) : resolve()));
    });
  }

  kill(): void {
    this.engine.kill();
  }

  async #serve({ time, name, smallLedgerBytes = 4_000 }: LaneHubOptions): Promise<void> {
    const log = pino({ level: 'info' }, { write: (line) => this.lines.push(JSON.parse(line).msg) });
    const clock = { wallMs: () => DAY_MS + time.now(), monotonicMs: () => time.now() };
    const { engine } = this;
    const cluster = await joinCluster({
      engine,
      smallLedgerBytes,
      hub: name,
      instance: name,
      log,
      scheduler: time,
      clock,
    });
    const { store } = cluster;
    store.lost$.subscribe((failure) => this.#onLost(failure.message));
    const hub = new Hub({ now: store.now, journal: store.journal, peers: store.peers });
    const sessions = new Sessions({ hub, scheduler: time, journal: store.journal });
    hub.retained.restore(store.retained);
    const restore = (stored: readonly StoredSession[]) => {
      sessions.restore(stored, ({ owner }) => ({ owner: { ...owner, rights: ALL_RIGHTS }, isGone: false }));
      sessions.awaitReturns();
    };
    restore(store.sessions);
    await storePeersOf(store)?.start({ hub, sessions, restore });
    Object.assign(this, { cluster, hub, sessions });
  }

  #onLost(reason: string): void {
    this.lost = reason;
    this.kill();
  }
}
