import type { Registry } from 'prom-client';
import type { Hub } from '../core/hub.ts';
import type { HttpCounters } from '../gateways/http/requests.ts';
import type { MqttGateway } from '../gateways/mqtt/gateway.ts';
import type { SocketIoCounters } from '../gateways/socket-io/outbound.ts';
import type { Listener } from '../listeners/listener.ts';
import type { Sessions } from '../session/sessions.ts';
import { addCounter, addGauge } from './metric.ts';

/** What the hub is asked for its numbers. */
export interface HubSources {
  readonly version: string;
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly access: { readonly refused: number };
  readonly readiness: { readonly reason: string | undefined };
  readonly mqtt: Pick<MqttGateway, 'counters' | 'countClients'>;
  readonly socketIo: { readonly clientCount: number; readonly counters: SocketIoCounters };
  readonly http: HttpCounters;
  readonly heldBytes: { readonly total: number; readonly cutOffs: number };
  readonly local: { readonly count: number; readonly received: number };
  readonly listeners: readonly Pick<Listener, 'name' | 'sockets' | 'unauthenticated'>[];
  readonly history: HistorySource | undefined;
}

/** What the hub counts anyway. */
export function addHubMetrics(registry: Registry, sources: HubSources): void {
  addState(registry, sources);
  addClients(registry, sources);
  addMessages(registry, sources);
  addTraffic(registry, sources);
  addHistory(registry, sources.history);
}

function addState(registry: Registry, { version, readiness, hub, sessions }: HubSources): void {
  const { counters } = sessions;
  addGauge(registry, {
    name: 'pinhub_info',
    help: 'Always 1; the label says which version runs.',
    label: 'version',
    read: () => ({ [version]: 1 }),
  });
  addGauge(registry, {
    name: 'pinhub_ready',
    help: 'Whether the hub does all that it is there for, as /readyz says: 1 or 0.',
    read: () => (readiness.reason === undefined ? 1 : 0),
  });
  addGauge(registry, {
    name: 'pinhub_retained_messages',
    help: 'Topics that have a retained message.',
    read: () => hub.retained.size,
  });
  addGauge(registry, {
    name: 'pinhub_retained_bytes',
    help: 'What the retained messages take in memory.',
    read: () => hub.retained.bytes,
  });
  addGauge(registry, {
    name: 'pinhub_queued_messages',
    help: 'Messages that wait for clients that are away or slow.',
    read: () => counters.queuedMessages,
  });
  addGauge(registry, {
    name: 'pinhub_queued_bytes',
    help: 'What these take in memory.',
    read: () => counters.queuedBytes,
  });
}

function addClients(registry: Registry, { hub, sessions, mqtt, socketIo, local }: HubSources): void {
  addGauge(registry, {
    name: 'pinhub_clients',
    help: 'Clients that are let in and connected, by their way in.',
    label: 'way',
    read: () => {
      const { tcp, websocket } = mqtt.countClients();
      return {
        'socket.io': socketIo.clientCount,
        'mqtt-tcp': tcp,
        'mqtt-websocket': websocket,
        'in-process': local.count,
      };
    },
  });
  addGauge(registry, {
    name: 'pinhub_sessions',
    help: 'Sessions, by whether their clients are connected.',
    label: 'state',
    read: () => {
      const { connectedCount } = sessions;
      return { connected: connectedCount, away: sessions.size - connectedCount };
    },
  });
  addCounter(registry, {
    name: 'pinhub_sessions_evicted_total',
    help: 'Sessions that were ended to make room for those of others.',
    read: () => sessions.counters.evicted,
  });
  addGauge(registry, {
    name: 'pinhub_subscriptions',
    help: 'Subscriptions of all clients, those within the process included.',
    read: () => hub.subscriptionCount,
  });
}

function addMessages(registry: Registry, { sessions, mqtt, socketIo, http, local }: HubSources): void {
  const { counters } = sessions;
  addCounter(registry, {
    name: 'pinhub_messages_received_total',
    help: 'Messages that were published, by their way in, those included that were refused.',
    label: 'way',
    read: () => ({
      'socket.io': socketIo.counters.received,
      mqtt: mqtt.counters.publishesReceived,
      http: http.received,
      'in-process': local.received,
    }),
  });
  addCounter(registry, {
    name: 'pinhub_messages_sent_total',
    help: 'Messages that were sent to clients, once for each, by their way in.',
    label: 'way',
    read: () => ({ 'socket.io': socketIo.counters.sent, mqtt: mqtt.counters.publishesSent }),
  });
  addCounter(registry, {
    name: 'pinhub_messages_dropped_total',
    help: 'Messages that did not reach a client, by why.',
    label: 'reason',
    read: () => {
      const { slow, queueFull, tooLarge, denied, will } = counters.drops;
      return { slow, 'queue-full': queueFull, 'too-large': tooLarge, denied, will };
    },
  });
  addCounter(registry, {
    name: 'pinhub_messages_expired_total',
    help: 'Messages that were past their expiry when their turn came.',
    read: () => counters.expired,
  });
}

function addTraffic(
  registry: Registry,
  { access, mqtt, socketIo, http, heldBytes, listeners }: HubSources,
): void {
  const byPort = (read: (listener: HubSources['listeners'][number]) => number) =>
    Object.fromEntries(listeners.map((listener) => [listener.name, read(listener)]));
  addCounter(registry, {
    name: 'pinhub_received_bytes_total',
    help: 'Bytes that have come over the network, by the port.',
    label: 'port',
    read: () => byPort(({ sockets }) => sockets.bytesReceived),
  });
  addCounter(registry, {
    name: 'pinhub_sent_bytes_total',
    help: 'Bytes that were given to the network, by the port.',
    label: 'port',
    read: () => byPort(({ sockets }) => sockets.bytesSent),
  });
  addGauge(registry, {
    name: 'pinhub_held_bytes',
    help: 'What connections hold that has not come whole, or is not taken by the network.',
    read: () => heldBytes.total,
  });
  addCounter(registry, {
    name: 'pinhub_cut_offs_total',
    help: 'Connections that were cut off because all together held too much.',
    read: () => heldBytes.cutOffs,
  });
  addGauge(registry, {
    name: 'pinhub_strangers',
    help: 'Connections over which nobody has been let in, by the port.',
    label: 'port',
    read: () => byPort(({ unauthenticated }) => unauthenticated.count),
  });
  addCounter(registry, {
    name: 'pinhub_strangers_dropped_total',
    help: 'Of these, those that were dropped because there were too many, by the port.',
    label: 'port',
    read: () => byPort(({ unauthenticated }) => unauthenticated.dropped),
  });
  addCounter(registry, {
    name: 'pinhub_refusals_total',
    help: 'What was refused: connections, messages, requests, by their way in.',
    label: 'way',
    read: () => ({ 'socket.io': socketIo.counters.refused, mqtt: mqtt.counters.refused, http: http.refused }),
  });
  addCounter(registry, {
    name: 'pinhub_logins_refused_total',
    help: 'Attempts to come in that were refused, whatever the way in.',
    read: () => access.refused,
  });
}

/** What history is asked for its numbers. */
interface HistorySource {
  readonly topicCount: number;
  readonly refused: number;
}

/** What history has room for, and what not; 0 where the hub has none. */
function addHistory(registry: Registry, history: HistorySource | undefined): void {
  addGauge(registry, {
    name: 'pinhub_history_topics',
    help: 'Topics of which the hub remembers what they were.',
    read: () => history?.topicCount ?? 0,
  });
  addCounter(registry, {
    name: 'pinhub_history_refused_total',
    help: 'Values that are not remembered, as all places of topics are taken by others that speak.',
    read: () => history?.refused ?? 0,
  });
}
