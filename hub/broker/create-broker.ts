import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Logger, pino } from 'pino';
import { asyncScheduler, concatMap, map, Observable, Subscription } from 'rxjs';
import { type Access, openToAll } from '../access/access.ts';
import type { PublishOptions } from '../core/bus.ts';
import { HubError } from '../core/error.ts';
import { parseTopicFilter } from '../core/filter.ts';
import { createLocalBus, type LocalBus } from '../core/local-bus.ts';
import type { Subscriber } from '../core/subscription.ts';
import type { ConnectedClient } from '../gateways/client-events.ts';
import { type AttachOptions, HandedStreams, type HandleOptions } from '../listeners/handed-streams.ts';
import type { Entrance } from '../listeners/listener.ts';
import type { EndedCredential } from '../session/link.ts';
import { createEphemeralStore } from '../session/store.ts';
import type { Broker, BrokerOptions, Published, Subscribed, Unsubscribed } from './broker.ts';
import { type BrokerClient, BrokerClients } from './client.ts';
import { type BrokerCore, createCore, restore } from './core.ts';
import { createIdentityAccess, type Identity } from './identity.ts';

/** How long clients may take to disconnect when the broker closes, milliseconds. */
const DISCONNECT_MS = 1_000;

/**
 * Creates a broker, and restores what its store holds. Throws `option/invalid`, or what the store throws; the store is then still open, and
 * nothing else is.
 */
export function createBroker<I extends Identity = Identity>(options: BrokerOptions<I> = {}): Broker<I> {
  return composeBroker(options);
}

/** The same, for a hub that puts its parts around the broker and may have to stop it at once. */
export function composeBroker<I extends Identity>(options: BrokerOptions<I>): ComposedBroker<I> {
  const broker = new ComposedBroker<I>(options);
  try {
    restore(broker.core);
    return broker;
  } catch (error) {
    broker.stop();
    throw error;
  }
}

/** A broker. */
export class ComposedBroker<I extends Identity> implements Broker<I> {
  readonly core: BrokerCore;
  readonly connected$: Observable<BrokerClient<I>>;
  readonly disconnected$: Observable<BrokerClient<I>>;
  readonly subscribed$: Observable<Subscribed<I>>;
  readonly unsubscribed$: Observable<Unsubscribed<I>>;
  readonly published$: Observable<Published<I>>;
  readonly #clients: BrokerClients<I>;
  readonly #entrances: Entrance[] = [];
  readonly #handed: HandedStreams;
  readonly #bus: LocalBus;
  readonly #running = new Subscription();
  readonly #lastWork: (() => unknown)[] = [];
  #closing: Promise<void> | undefined;

  constructor(options: BrokerOptions<I>) {
    const { onPublish, scheduler = asyncScheduler, log = pino({ level: 'silent' }) } = options;
    this.core = createCore({
      access: chooseAccess(options, log),
      store: options.store ?? createEphemeralStore(options.scheduler && (() => scheduler.now())),
      limits: options.limits ?? {},
      scheduler,
      log,
      hubs: options.hubs,
      holders: () => this.#entrances.flatMap((entrance) => [...entrance.holders()]),
      intercept:
        onPublish && ((message, publisher) => onPublish(message, this.#clients.ofSession(publisher))),
    });
    const { events, hub, access } = this.core;
    this.#clients = new BrokerClients(events, () => this.connected());
    const clientOf = (client: ConnectedClient) => this.#clients.of(client);
    this.connected$ = events.connected$.pipe(map(clientOf));
    this.disconnected$ = events.disconnected$.pipe(map(clientOf));
    this.subscribed$ = events.subscribed$.pipe(map((one) => ({ ...one, client: clientOf(one.client) })));
    this.unsubscribed$ = events.unsubscribed$.pipe(map((one) => ({ ...one, client: clientOf(one.client) })));
    this.published$ = this.#observePublished();
    this.#handed = this.add((core) => new HandedStreams(core));
    this.#bus = createLocalBus(hub);
    this.#running.add(access.ended$.pipe(concatMap((ended) => this.#endAllOn(ended))).subscribe());
  }

  handle(stream: Duplex, options: HandleOptions = {}): void {
    this.awaitReturns();
    this.#handed.handle(stream, options);
  }

  attach(server: Server, options: AttachOptions = {}): () => void {
    this.awaitReturns();
    return this.#handed.attach(server, options);
  }

  add<E extends Entrance>(create: (core: BrokerCore) => E): E {
    const entrance = create(this.core);
    this.#entrances.push(entrance);
    return entrance;
  }

  publish(topic: string, payload: string | Uint8Array, options?: PublishOptions): Promise<void> {
    return this.#bus.publish(topic, payload, options);
  }

  bus(): LocalBus {
    return this.core.local.connect();
  }

  clients(): BrokerClient<I>[] {
    return Array.from(this.connected(), (client) => this.#clients.of(client));
  }

  kick(id: string, reason = 'the operator has closed this connection'): boolean {
    return this.core.sessions.disconnect(id, new HubError('session/closed', reason));
  }

  awaitReturns(): void {
    this.core.sessions.awaitReturns();
  }

  beforeStoreCloses(work: () => unknown): void {
    this.#lastWork.push(work);
  }

  drain(): void {
    for (const entrance of this.#entrances) entrance.drain();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Ends everything but the store, at once. */
  stop(): void {
    const { heldBytes, mqtt, clusterHubs, sessions } = this.core;
    this.#running.unsubscribe();
    clusterHubs?.close();
    this.#bus.close();
    heldBytes.close();
    mqtt.dispose();
    sessions.dispose();
  }

  async #close(): Promise<void> {
    const { sessions, mqtt, heldBytes, budget, store } = this.core;
    const reason = new HubError('hub/closing', 'the hub is closing');
    this.drain();
    budget.lift();
    try {
      await sessions.closeAll(reason);
      await mqtt.close(reason);
      await this.#closeEntrances();
      heldBytes.close();
      for (const work of this.#lastWork) await work();
    } finally {
      await store.close().finally(() => this.stop()); // Before the sessions end: the next broker must find them.
    }
  }

  async #closeEntrances(): Promise<void> {
    const disconnecting = setTimeout(() => {
      for (const { sockets } of this.#entrances) sockets.destroy();
    }, DISCONNECT_MS);
    try {
      await Promise.all(this.#entrances.map((entrance) => entrance.close()));
    } finally {
      clearTimeout(disconnecting);
    }
  }

  /** One credential whose sessions cannot be ended must not keep later ones from being revoked. */
  async #endAllOn(ended: EndedCredential): Promise<void> {
    const { sessions, log } = this.core;
    try {
      await sessions.endAllOn(ended);
    } catch (err) {
      log.error({ err, credential: ended.credentialId }, 'sessions of a revoked credential may live on');
    }
  }

  /** The clients that are connected, as the gateways know them. */
  *connected(): Iterable<ConnectedClient> {
    yield* this.core.mqtt.clients();
    for (const entrance of this.#entrances) yield* entrance.clients?.() ?? [];
  }

  #observePublished(): Observable<Published<I>> {
    return new Observable((observer) => {
      const { hub } = this.core;
      const deliver: Subscriber['deliver'] = (message, _terms, publisher) => {
        observer.next({ message, client: this.#clients.ofSession(publisher) });
        return true;
      };
      const subscription = hub.subscribe({ deliver }, parseTopicFilter('#'));
      return () => hub.unsubscribe(subscription);
    });
  }
}

function chooseAccess<I extends Identity>(options: BrokerOptions<I>, log: Logger): Access {
  const { authenticate, access = openToAll } = options;
  if (!authenticate) return access;
  if (options.access) throw new HubError('option/invalid', 'give either authenticate or access, not both');
  return createIdentityAccess(authenticate, log);
}
