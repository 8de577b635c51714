import type { Logger } from 'pino';
import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import { type Access, openToAll } from '../../access/access.ts';
import type { HubError } from '../../core/error.ts';
import type { Hub } from '../../core/hub.ts';
import type { Holder } from '../../limits/held-bytes.ts';
import { RateLimiter } from '../../limits/rate-limiter.ts';
import { TurnBudget } from '../../limits/turn-budget.ts';
import { inSteps } from '../../limits/unbilled.ts';
import type { Sessions } from '../../session/sessions.ts';
import type { Claims } from '../../session/store-peers.ts';
import { ClientEvents } from '../client-events.ts';
import type { ClusterHubs } from '../cluster-hubs.ts';
import type { ConnectionFacts } from './authentication.ts';
import { TopicNames } from './codec/index.ts';
import { MqttConnection } from './connection.ts';
import { DEFAULT_MQTT_LIMITS, MqttCounters, type MqttLimits } from './limits.ts';
import { Outbound } from './outbound.ts';
import type { Client, Services } from './services.ts';
import type { Carrier, Transport } from './transport.ts';

interface MqttGatewayOptions {
  readonly hub: Hub;
  readonly sessions: Sessions;
  /** Default: there are no other hubs. */
  readonly claims?: Claims | undefined;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
  /** Default: everyone is accepted. */
  readonly access?: Access;
  readonly limits?: Partial<MqttLimits>;
  /** Default: a new one. */
  readonly budget?: TurnBudget;
  /** Receives what clients do. Default: nobody does. */
  readonly events?: ClientEvents;
  /** The hubs of a cluster: clients are sent to the others when this one closes. Default: it is alone. */
  readonly clusterHubs?: ClusterHubs | undefined;
}

/** How often deadlines are checked, milliseconds: one timer for all connections. */
const CHECK_MS = 500;

/** A burst may have as many connections as are allowed in this many seconds: after a power cut, all clients come back at once. */
const BURST_SECONDS = 5;

/** Serves MQTT clients, 3.1.1 and 5.0, over any transport. */
export class MqttGateway {
  readonly counters = new MqttCounters();
  readonly limits: MqttLimits;
  readonly #services: Services;
  readonly #scheduler: SchedulerLike;
  readonly #connections = new Set<MqttConnection>();
  #timer: Timer | undefined;
  /** The reason why the gateway is closed; `undefined` while it is open. */
  #closedFor: HubError | undefined;

  constructor(options: MqttGatewayOptions) {
    const { hub, sessions, scheduler, log, access = openToAll, limits = {} } = options;
    this.limits = { ...DEFAULT_MQTT_LIMITS, ...limits };
    this.#scheduler = scheduler;
    this.#services = {
      hub,
      sessions,
      claims: options.claims,
      access,
      limits: this.limits,
      counters: this.counters,
      outbound: new Outbound(this.counters, hub.now, hub.journal),
      connectRate: createConnectRate(this.limits, hub.now),
      topicNames: new TopicNames(this.limits.topicLevels),
      budget: options.budget ?? new TurnBudget(),
      events: options.events ?? new ClientEvents(),
      elsewhere: (carrier) => referenceTo(options.clusterHubs, carrier),
      log,
    };
  }

  /** Divides the turns of the event loop among the connections. */
  get budget(): TurnBudget {
    return this.#services.budget;
  }

  /** Open connections, authenticated or not. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  /** All connections, for the account of held memory. */
  get holders(): Iterable<Holder> {
    return this.#connections;
  }

  /** The clients that are accepted and connected. Visits every connection. */
  *clients(): Iterable<Client> {
    for (const { client } of this.#connections) if (client) yield client;
  }

  /** Connected clients by carrier. Visits every connection. */
  countClients(): Record<Carrier, number> {
    const counts = { tcp: 0, websocket: 0 };
    for (const { isAccepted, carrier } of this.#connections) if (isAccepted) counts[carrier]++;
    return counts;
  }

  /** Serves a new connection, or ends it if the gateway is closed. */
  accept(transport: Transport, shown: ConnectionFacts = {}): void {
    const connection = new MqttConnection(transport, shown, this.#services, this.#connections);
    if (this.#closedFor) connection.cutOff(this.#closedFor);
    else this.#timer ??= this.#scheduler.schedule(() => this.#check(), CHECK_MS);
  }

  /** Tells all clients why, and closes their connections and every later one. */
  close(reason: HubError): Promise<void> {
    this.#closedFor = reason;
    return inSteps(this.#closeEach(reason), this.budget);
  }

  /** Stops the timer of the gateway. */
  dispose(): void {
    this.#timer?.unsubscribe();
  }

  *#closeEach(reason: HubError): Iterable<void> {
    for (const connection of this.#connections) {
      connection.close(reason);
      yield;
    }
  }

  #check(): void {
    const now = this.#services.hub.now();
    for (const connection of this.#connections) connection.check(now);
    this.#timer =
      this.#connections.size === 0 ? undefined : this.#scheduler.schedule(() => this.#check(), CHECK_MS);
  }
}

/** The URL schemes of addresses for clients over TCP, and over WebSocket. */
const SCHEMES: Readonly<Record<Carrier, readonly string[]>> = {
  tcp: ['mqtt:', 'mqtts:'],
  websocket: ['http:', 'https:'],
};

function referenceTo(clusterHubs: ClusterHubs | undefined, carrier: Carrier): string | undefined {
  return clusterHubs?.hostsElsewhere(SCHEMES[carrier]).join(' ') || undefined;
}

function createConnectRate({ connectsPerSecond }: MqttLimits, now: () => number): RateLimiter {
  const burst = connectsPerSecond * BURST_SECONDS;
  return new RateLimiter({ now, burst, everyMs: 1000 / connectsPerSecond });
}
