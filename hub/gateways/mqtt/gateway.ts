import type { Logger } from 'pino';
import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import { type Access, openToAll } from '../../access/access.ts';
import type { HubError } from '../../core/error.ts';
import type { Hub } from '../../core/hub.ts';
import type { Holder } from '../../limits/held-bytes.ts';
import { TurnBudget } from '../../limits/turn-budget.ts';
import type { Sessions } from '../../session/sessions.ts';
import { Admission } from './admission.ts';
import { TopicNames } from './codec/index.ts';
import { MqttConnection } from './connection.ts';
import { DEFAULT_MQTT_LIMITS, MqttCounters, type MqttLimits } from './limits.ts';
import { Outbound } from './outbound.ts';
import type { Services } from './services.ts';
import type { Carrier, Transport } from './transport.ts';

interface MqttGatewayOptions {
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
  /** Default: everyone may come in. */
  readonly access?: Access;
  readonly limits?: Partial<MqttLimits>;
  /** Default: one of its own. */
  readonly budget?: TurnBudget;
}

/** How often connections are looked at, milliseconds: one timer for all instead of one each. */
const CHECK_MS = 500;

/** The way in for MQTT clients, 3.1.1 and 5.0, over whatever transport. */
export class MqttGateway {
  readonly counters = new MqttCounters();
  readonly limits: MqttLimits;
  readonly #services: Services;
  readonly #scheduler: SchedulerLike;
  readonly #connections = new Set<MqttConnection>();
  #timer: Timer | undefined;
  /** Why nobody is served any more. */
  #closedFor: HubError | undefined;

  constructor(options: MqttGatewayOptions) {
    const { hub, sessions, scheduler, log, access = openToAll, limits = {} } = options;
    this.limits = { ...DEFAULT_MQTT_LIMITS, ...limits };
    this.#scheduler = scheduler;
    this.#services = {
      hub,
      sessions,
      access,
      limits: this.limits,
      counters: this.counters,
      outbound: new Outbound(this.counters, hub.now, hub.journal),
      admission: new Admission(this.limits, hub.now),
      topicNames: new TopicNames(),
      budget: options.budget ?? new TurnBudget(),
      log,
    };
  }

  /** Divides the turns of the event loop among the connections. */
  get budget(): TurnBudget {
    return this.#services.budget;
  }

  /** How many connections are open, whether their clients have been let in or not. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  /** All connections, as far as they keep memory. */
  get holders(): Iterable<Holder> {
    return this.#connections;
  }

  /** How many clients have been let in and are there, by what carries them. Looks at every connection. */
  countClients(): Record<Carrier, number> {
    const counts = { tcp: 0, websocket: 0 };
    for (const { isLetIn, carrier } of this.#connections) if (isLetIn) counts[carrier]++;
    return counts;
  }

  /** Serves a new connection, or ends it if the gateway is closed. */
  accept(transport: Transport): void {
    const connection: MqttConnection = new MqttConnection(transport, this.#services, () =>
      this.#forget(connection),
    );
    this.#connections.add(connection);
    if (this.#closedFor) connection.cutOff(this.#closedFor);
    else this.#timer ??= this.#scheduler.schedule(() => this.#check(), CHECK_MS);
  }

  /** Tells all clients, and closes their connections and any that is still to come. */
  close(reason: HubError): void {
    this.#closedFor = reason;
    for (const connection of this.#connections) connection.close(reason);
  }

  /** Stops its timer. */
  dispose(): void {
    this.#timer?.unsubscribe();
  }

  #check(): void {
    const now = this.#services.hub.now();
    for (const connection of this.#connections) connection.check(now);
    this.#timer =
      this.#connections.size === 0 ? undefined : this.#scheduler.schedule(() => this.#check(), CHECK_MS);
  }

  #forget(connection: MqttConnection): void {
    this.#connections.delete(connection);
  }
}
