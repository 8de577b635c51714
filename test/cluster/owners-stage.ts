import { pino } from 'pino';
import { NEVER } from 'rxjs';
import { type Cluster, joinCluster } from '../../hub/cluster/cluster.ts';
import type { ClusterStore } from '../../hub/cluster/cluster-store.ts';
import { connectionNameOf } from '../../hub/cluster/hub-cell.ts';
import { parseTopicFilter } from '../../hub/core/filter.ts';
import { Hub } from '../../hub/core/hub.ts';
import { Message, type MessageOptions } from '../../hub/core/message.ts';
import { ALL_RIGHTS } from '../../hub/core/rights.ts';
import { PLAIN_TERMS } from '../../hub/core/subscription.ts';
import { EVERYONE } from '../../hub/session/link.ts';
import type { Session } from '../../hub/session/session.ts';
import { type OpenOptions, Sessions } from '../../hub/session/sessions.ts';
import type { StoredSession } from '../../hub/session/store.ts';
import { storePeersOf } from '../../hub/session/store-peers.ts';
import { FakeLink } from '../hub/session/fake-link.ts';
import { ProcessTime } from './process-time.ts';
import type { SimulatedCluster, SimulatedEngine } from './simulated-cluster.ts';
import type { SimulatedTime } from './simulated-time.ts';

/** The time of day when the simulated time begins, milliseconds. */
const DAY_MS = Date.UTC(2026, 0, 1);

/** A client that is connected to one of the hubs. */
export interface ClusterClient {
  readonly session: Session;
  readonly link: FakeLink;
  readonly isPresent: boolean;
  /** When its hub has closed the connection, milliseconds; infinite if it has not. */
  readonly closedAt: number;
  /** Breaks the connection. */
  drop(): void;
  /** Disconnects properly, so that the client's will is not published. */
  leave(): void;
  subscribe(filter: string): void;
  /** The payloads that have arrived, in order. */
  readonly received: readonly string[];
}

export interface ClientOptions extends Partial<Omit<OpenOptions, 'clientIdentifier'>> {
  /** Whether the client still waits when the hub could accept it. Default: true. */
  readonly isWaiting?: () => boolean;
}

export interface ProcessOptions {
  /** See `JoinOptions`. */
  readonly smallLedgerBytes?: number;
  readonly smallLogBytes?: number;
  /** See `SessionLimits`. */
  readonly willGraceSeconds?: number;
  /** See `JoinOptions`. */
  readonly signal?: AbortSignal;
}

/** A process that serves one of the hubs of a cluster. */
export class HubProcess {
  readonly name: string;
  readonly engine: SimulatedEngine;
  readonly lines: string[] = [];
  cluster: Cluster | undefined;
  store: ClusterStore | undefined;
  hub: Hub | undefined;
  sessions: Sessions | undefined;
  lost: string | undefined;
  isDead = false;
  readonly time: ProcessTime;
  /** How far the clock of its machine is ahead, milliseconds. */
  aheadMs = 0;
  /** When the process first got each will from another process, or from an earlier process of its hub: milliseconds, by the will's text. */
  readonly inherited = new Map<string, number>();
  readonly serving: Promise<void>;

  constructor(
    cluster: SimulatedCluster,
    time: SimulatedTime,
    name: string,
    instance = name,
    options: ProcessOptions = {},
  ) {
    this.name = name;
    this.engine = cluster.join(connectionNameOf({ hub: name, instance }));
    this.time = new ProcessTime(time);
    this.serving = this.#serve(instance, options);
    this.serving.catch((error: Error) => this.#onLost(error.message)); // The caller that waits for it gets the error too.
  }

  /** Connects as a gateway does. */
  async connect(
    clientIdentifier: string,
    { isWaiting = () => true, ...options }: ClientOptions = {},
  ): Promise<ClusterClient> {
    const wanted = { clientIdentifier, cleanStart: false, expirySeconds: 3_600, owner: EVERYONE, ...options };
    const owner = wanted.owner ?? EVERYONE;
    const grant = await this.#running().claims.claim({ ...wanted, owner });
    if (!isWaiting()) throw new Error(`client ${clientIdentifier} waits no longer`);
    grant.use();
    const { sessions } = this.#running();
    const { session, isPresent } = sessions.open(wanted);
    const link = new FakeLink();
    let closedAt = Number.POSITIVE_INFINITY;
    link.onClose = () => {
      closedAt = this.time.now();
      sessions.leave(session, link, { publishWill: true });
    };
    session.attach(link);
    const end = (publishWill: boolean) => () => sessions.leave(session, link, { publishWill });
    const parts = { session, link, isPresent, drop: end(true), leave: end(false) };
    return createClient(parts, () => closedAt);
  }

  publish(topic: string, payload: string, options: MessageOptions = { qos: 1 }): void {
    this.#running().hub.publish(new Message(topic, payload, options));
  }

  /** The retained messages, as `<topic> <payload>`. */
  get retained(): string[] {
    const { retained } = this.#running().hub;
    return Array.from(retained.match('#'), ({ topic, text }) => `${topic} ${text}`).sort();
  }

  /** Resolves once everything recorded is safe. */
  untilSafe(): Promise<void> {
    const { journal } = this.#running().store;
    return new Promise((resolve, reject) => {
      journal.whenSafe(journal.position, (failure) => (failure ? reject(failure) : resolve()));
    });
  }

  has(clientIdentifier: string): boolean {
    return this.sessions?.has(clientIdentifier) ?? false;
  }

  /** Payloads of the messages that any client in this process gets for a topic, from now on. */
  observe(filter: string): string[] {
    const heard: string[] = [];
    this.listen(filter, ({ text = '' }) => heard.push(text));
    return heard;
  }

  /** The messages that any client in this process gets, from now on. */
  listen(filter: string, onMessage: (message: Message) => void): void {
    const deliver = (message: Message) => {
      onMessage(message);
      return true;
    };
    this.#running().hub.subscribe({ deliver }, parseTopicFilter(filter), { ...PLAIN_TERMS, qos: 2 });
  }

  /** Stops the process until it is thawed. Whatever is sent to the process waits. */
  freeze(): void {
    this.time.isFrozen = true;
    this.engine.isFrozen = true;
  }

  thaw(): void {
    this.time.isFrozen = false;
    this.engine.isFrozen = false;
  }

  /** Stops the process on request, while other hubs serve. Resolves to the number of sessions that it could not move. */
  async drain(withinMs = 8_000): Promise<number> {
    if (!this.cluster) throw new Error(`hub ${this.name} does not serve yet`);
    const { sessions } = await this.cluster.drain({ withinMs, hurry$: NEVER });
    if (!this.isDead) await this.stop();
    return sessions;
  }

  /** Stops the process on request. */
  async stop(): Promise<void> {
    const { store } = this.#running();
    this.isDead = true;
    await store.close();
  }

  kill(): void {
    this.isDead = true;
    this.engine.kill();
    this.time.end();
  }

  async #serve(instance: string, { willGraceSeconds, ...more }: ProcessOptions): Promise<void> {
    const { engine, name, lines, time } = this;
    const log = pino({ level: 'info' }, { write: (line) => lines.push(JSON.parse(line).msg) });
    const clock = { wallMs: () => DAY_MS + time.now() + this.aheadMs, monotonicMs: () => time.now() };
    const options = { engine, hub: name, instance, log, scheduler: time, clock, ...more };
    const joined = await joinCluster(options);
    const { store } = joined;
    store.lost$.subscribe((failure) => this.#onLost(failure.message));
    const { peers, now, journal } = store;
    const hub = new Hub({ now, journal, peers });
    const limits = willGraceSeconds === undefined ? {} : { willGraceSeconds };
    const sessions = new Sessions({ hub, scheduler: time, journal, limits });
    const restore = (stored: readonly StoredSession[]) => {
      for (const { state } of stored) this.#inherit(state.will?.message.text);
      sessions.restore(stored, ({ owner }) => ({ owner: { ...owner, rights: ALL_RIGHTS }, isGone: false }));
    };
    hub.retained.restore(store.retained);
    restore(store.sessions);
    try {
      await storePeersOf(store)?.start({ hub, sessions, restore });
    } catch (error) {
      await store.close(); // A hub that cannot open closes its store, too.
      throw error;
    }
    sessions.awaitReturns();
    Object.assign(this, { cluster: joined, store, hub, sessions });
  }

  #inherit(will: string | undefined): void {
    if (will !== undefined && !this.inherited.has(will)) this.inherited.set(will, this.time.now());
  }

  /** Ends the process when it may no longer serve. */
  #onLost(reason: string): void {
    this.lost = reason;
    this.kill();
  }

  #running() {
    const { store, hub, sessions } = this;
    const claims = store && storePeersOf(store)?.claims;
    if (!store || !hub || !sessions || !claims) throw new Error(`hub ${this.name} does not serve yet`);
    return { store, hub, sessions, claims };
  }
}

type ClientParts = Pick<ClusterClient, 'session' | 'link' | 'isPresent' | 'drop' | 'leave'>;

function createClient(parts: ClientParts, closedAt: () => number): ClusterClient {
  const { session, link } = parts;
  return {
    ...parts,
    get closedAt() {
      return closedAt();
    },
    subscribe: (filter) => {
      session.subscribe(parseTopicFilter(filter), { ...PLAIN_TERMS, qos: 2 });
    },
    get received() {
      return link.packets.flatMap((packet) => (packet.type === 'release' ? [] : [packet.message.text ?? '']));
    },
  };
}
