import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { Observable, SchedulerLike } from 'rxjs';
import type { Access } from '../access/access.ts';
import type { PublishOptions } from '../core/bus.ts';
import type { LocalBus } from '../core/local-bus.ts';
import type { Message, Qos } from '../core/message.ts';
import type { Hubs } from '../core/ports.ts';
import type { HubLimits } from '../limits/hub-limits.ts';
import type { AttachOptions, HandleOptions } from '../listeners/handed-streams.ts';
import type { Entrance } from '../listeners/listener.ts';
import type { Store } from '../session/store.ts';
import type { BrokerClient } from './client.ts';
import type { BrokerCore } from './core.ts';
import type { Authenticate, Identity } from './identity.ts';

export interface BrokerOptions<I extends Identity = Identity> {
  /** Decides who a client is, and what it may do. Default: everyone may do everything. */
  readonly authenticate?: Authenticate<I>;
  /** The same for accounts and roles of Pinhub's kind; instead of `authenticate`. */
  readonly access?: Access;
  /**
   * Returns the message to publish instead, or `undefined` to drop it; a `HubError` that it throws goes to the publisher. Called before a
   * message of any client is retained or delivered, not for those of `publish` and `bus`. `client` is `undefined` for REST, and for a will
   * that is published after its client has gone.
   */
  readonly onPublish?: (message: Message, client: BrokerClient<I> | undefined) => Message | undefined;
  /** Keeps what must outlive the process, and is closed with the broker. Default: memory. */
  readonly store?: Store | undefined;
  /** The hubs of the cluster in which the broker serves, to which it sends clients when it closes. Default: it serves alone. */
  readonly hubs?: Hubs | undefined;
  /** Limits that differ from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<HubLimits> | undefined;
  /** Default: nothing is logged. */
  readonly log?: Logger | undefined;
  /** Default: the system's timers. */
  readonly scheduler?: SchedulerLike | undefined;
}

/** A published message and its sender; `client` is `undefined` for the process itself, REST, and late wills. */
export interface Published<I extends Identity = Identity> {
  readonly message: Message;
  readonly client: BrokerClient<I> | undefined;
}

export interface Subscribed<I extends Identity = Identity> {
  readonly client: BrokerClient<I>;
  readonly filter: string;
  readonly qos: Qos;
}

export type Unsubscribed<I extends Identity = Identity> = Omit<Subscribed<I>, 'qos'>;

/** An MQTT broker without a port of its own: an embedder's servers hand their connections over. */
export interface Broker<I extends Identity = Identity> {
  /** Serves MQTT over a stream from which nothing has been read: a socket of `node:net` or `node:tls`, or any other duplex. */
  handle(stream: Duplex, options?: HandleOptions): void;
  /** Serves MQTT over WebSocket at a path of a server, whose other upgrades and routes it leaves alone. Returns a function that stops it. */
  attach(server: Server, options?: AttachOptions): () => void;
  /** Adds an entrance, such as a listener with a port of its own, which is closed with the broker. */
  add<E extends Entrance>(create: (core: BrokerCore) => E): E;
  /** Publishes in the name of the process. Rejects with `topic/invalid`, or with `session/closed` once the broker is closed. */
  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<void>;
  /** A further bus within the process: publishes, and observes what is published. */
  bus(): LocalBus;
  /** The clients that are connected now. Visits every connection. */
  clients(): BrokerClient<I>[];
  /** Closes a client's connection; its session stays, and its will is published. Returns whether it was connected. */
  kick(id: string, reason?: string): boolean;
  /** Emits within the call, like the other observables here. */
  readonly connected$: Observable<BrokerClient<I>>;
  readonly disconnected$: Observable<BrokerClient<I>>;
  readonly subscribed$: Observable<Subscribed<I>>;
  readonly unsubscribed$: Observable<Unsubscribed<I>>;
  /** Every message but those on topics that begin with `$`. While it is observed, each message has one subscriber more. */
  readonly published$: Observable<Published<I>>;
  /** The parts, for gateways and listeners of your own. */
  readonly core: BrokerCore;
  /**
   * Begins the grace time of wills that the last process left. `handle` and `attach` call it; call it yourself once clients can connect by
   * entrances alone.
   */
  awaitReturns(): void;
  /** Does work when all clients have left, before the store is closed. */
  beforeStoreCloses(work: () => unknown): void;
  /** Accepts no new connections; open ones stay. */
  drain(): void;
  /** Tells all clients, closes their connections, and then the store. Resolves once everything is closed; rejects as the store does. */
  close(): Promise<void>;
}
