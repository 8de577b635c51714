import { getHeapStatistics } from 'node:v8';
import type { Logger } from 'pino';
import type { SchedulerLike } from 'rxjs';
import type { Access } from '../access/access.ts';
import { Hub } from '../core/hub.ts';
import { createLocalBus, type LocalBus } from '../core/local-bus.ts';
import type { Hubs } from '../core/ports.ts';
import { ClientEvents } from '../gateways/client-events.ts';
import { ClusterHubs } from '../gateways/cluster-hubs.ts';
import { MqttGateway } from '../gateways/mqtt/gateway.ts';
import { HeldBytes, type Holder } from '../limits/held-bytes.ts';
import { DEFAULT_LIMITS, ENVELOPE_BYTES, type HubLimits } from '../limits/hub-limits.ts';
import { TurnBudget } from '../limits/turn-budget.ts';
import { inSteps, UnbilledJournal } from '../limits/unbilled.ts';
import { Sessions } from '../session/sessions.ts';
import type { Store, StoredSession } from '../session/store.ts';
import { storePeersOf } from '../session/store-peers.ts';
import { InterceptedHub, type Interceptor } from './interceptor.ts';

/** The parts of a broker that every listener may use. None of them knows how clients get in. */
export interface BrokerCore {
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly access: Access;
  readonly store: Store;
  readonly limits: HubLimits;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
  /** Divides the turns of the event loop among all connections. */
  readonly budget: TurnBudget;
  /** Speaks MQTT over whatever transport it is given. */
  readonly mqtt: MqttGateway;
  /** Tells what clients do; every gateway reports here. */
  readonly events: ClientEvents;
  /** Clients within the process. */
  readonly local: LocalClients;
  readonly heldBytes: HeldBytes;
  /** The hubs that serve together with this one, if it is in a cluster. */
  readonly clusterHubs: ClusterHubs | undefined;
}

interface CoreOptions {
  readonly access: Access;
  readonly store: Store;
  readonly limits: Partial<HubLimits>;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
  /** Holders of memory beside the MQTT connections. */
  readonly holders: () => Iterable<Holder>;
  /** May change or drop what clients publish. */
  readonly intercept: Interceptor | undefined;
  readonly hubs?: Hubs | undefined;
}

/** Creates the parts. Nothing is restored yet. */
export function createCore(options: CoreOptions): BrokerCore {
  const { access, store, scheduler, log, intercept, hubs } = options;
  const { now, peers } = store;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const budget = new TurnBudget();
  const journal = new UnbilledJournal(store.journal, budget);
  const hub = intercept
    ? new InterceptedHub({ now, limits, journal, peers }, intercept)
    : new Hub({ now, limits, journal, peers });
  const sessions = new Sessions({
    hub,
    scheduler,
    limits,
    journal: store.journal,
    inSteps: (steps) => inSteps(steps, budget),
  });
  const events = new ClientEvents();
  const mqttLimits = { ...limits, packetBytes: limits.payloadBytes + ENVELOPE_BYTES };
  const clusterHubs = hubs && new ClusterHubs(hubs);
  const mqtt = new MqttGateway({
    hub,
    sessions,
    claims: storePeersOf(store)?.claims,
    access,
    scheduler,
    log,
    limits: mqttLimits,
    budget,
    events,
    clusterHubs,
  });
  const heldBytes = new HeldBytes({
    scheduler,
    heldBytes: limits.heldBytes,
    usedBytes,
    budget,
    holders: function* () {
      yield* mqtt.holders;
      yield* options.holders();
    },
  });
  const local = new LocalClients(hub);
  return {
    hub,
    sessions,
    access,
    store,
    limits,
    scheduler,
    log,
    budget,
    mqtt,
    events,
    local,
    heldBytes,
    clusterHubs,
  };
}

/**
 * Restores the retained messages, and then the sessions, whose wills may replace some of them. Accounts may have been removed while no hub was
 * running.
 */
export function restore(core: BrokerCore): void {
  core.hub.retained.restore(core.store.retained);
  restoreSessions(core, core.store.sessions);
}

/** Restores sessions that are in the store. Their accounts may have been removed meanwhile. */
export function restoreSessions(
  { sessions, access }: Pick<BrokerCore, 'sessions' | 'access'>,
  stored: Iterable<StoredSession>,
): void {
  sessions.restore(stored, ({ owner, clientIdentifier }) => {
    const known = access.recognize(owner);
    const rights = access.rightsOf(owner, clientIdentifier);
    return { owner: { ...(known ?? owner), rights }, isGone: known === undefined };
  });
}

/**
 * Heap in use, garbage included, plus external buffers, bytes; not the resident set. `process.memoryUsage` would open a file for that, and
 * throw if the process has no file descriptor left.
 */
function usedBytes(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

/** Counts the clients within the hub's own process, and their messages. */
export class LocalClients {
  /** Messages that they have published since the start. */
  received = 0;
  readonly #hub: Hub;
  readonly #open = new Set<LocalBus>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** How many are connected. */
  get count(): number {
    return this.#open.size;
  }

  connect(): LocalBus {
    const bus = createLocalBus(this.#hub);
    this.#open.add(bus);
    return {
      messages: (filter, options) => bus.messages(filter, options),
      publish: (topic, payload, options) => {
        this.received++;
        return bus.publish(topic, payload, options);
      },
      close: () => {
        this.#open.delete(bus);
        bus.close();
      },
    };
  }
}
