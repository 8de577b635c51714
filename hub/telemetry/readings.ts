import type { Hub } from '../core/hub.ts';
import type { HttpCounters } from '../gateways/http/requests.ts';
import type { MqttGateway } from '../gateways/mqtt/gateway.ts';
import type { SocketIoCounters } from '../gateways/socket-io/outbound.ts';
import type { Sessions } from '../session/sessions.ts';

/** A value, or values by what one label says. */
export type Value = number | string | Readonly<Record<string, number>>;

/** One thing that can be read off a hub. `metrics.ts` prints it for Prometheus, `system-topics.ts` as `$SYS` topics. */
export interface Reading {
  /** Prometheus's name, which ends in the unit; `_total` marks a counter. Without one the reading is for `$SYS` only. */
  readonly name?: string;
  readonly help?: string;
  readonly label?: string;
  /** Topics below `$SYS/broker`, and which label's value each gives: `SUM` for all together. */
  readonly topics?: Readonly<Record<string, string>>;
  /** Whether people watch these topics, so that they are read every second. */
  readonly isLively?: boolean;
  /** Called for each report; counting costs nothing in between. */
  readonly read: () => Value;
}

export const SUM = '';

/** What accepts connections at one port. */
interface ListenerSource {
  readonly name: string;
  readonly sockets: { readonly bytesReceived: number; readonly bytesSent: number };
  readonly unauthenticated: { readonly count: number; readonly dropped: number };
}

/** The parts of a hub that have numbers. */
export interface HubSources {
  readonly version: string;
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly access: { readonly refused: number };
  readonly readiness: { readonly reason: string | undefined };
  readonly mqtt: Pick<MqttGateway, 'counters' | 'countClients'>;
  readonly socketIo: {
    readonly clientCount: number;
    readonly peopleCount: number;
    readonly counters: SocketIoCounters;
  };
  readonly http: HttpCounters;
  readonly heldBytes: { readonly total: number; readonly cutOffs: number };
  readonly local: { readonly count: number; readonly received: number };
  readonly listeners: readonly ListenerSource[];
  readonly history: { readonly topicCount: number; readonly refused: number } | undefined;
}

type Options = Pick<Reading, 'label' | 'topics' | 'isLively'>;

function metric(name: string, help: string, read: () => Value, options: Options = {}): Reading {
  return { name, help, read, ...options };
}

function topics(names: readonly string[], read: () => Value): Reading {
  return { topics: Object.fromEntries(names.map((name) => [name, SUM])), read };
}

/**
 * Everything that a hub says of itself. The topics have mosquitto's names (mosquitto(8), "Broker status"), so that what watches a mosquitto
 * can watch a hub; packets and bytes below them are MQTT's, everything else counts all ways in.
 */
export function createReadings(sources: HubSources): readonly Reading[] {
  return [
    ...stateOf(sources),
    ...clientsOf(sources),
    ...messagesOf(sources),
    ...trafficOf(sources),
    ...historyOf(sources),
  ];
}

function stateOf({ version, readiness, hub, sessions: { counters } }: HubSources): Reading[] {
  const startedAt = hub.now();
  const storedCount = () => hub.retained.size + counters.queuedMessages;
  return [
    metric('pinhub_info', 'Always 1; the label says which version runs.', () => ({ [version]: 1 }), {
      label: 'version',
    }),
    topics(['version'], () => `Pinhub ${version}`),
    topics(['uptime'], () => `${Math.floor((hub.now() - startedAt) / 1000)} seconds`),
    metric('pinhub_ready', 'Whether the hub does all its work, as /readyz says: 1 or 0.', () =>
      readiness.reason === undefined ? 1 : 0,
    ),
    metric('pinhub_retained_messages', 'Topics that have a retained message.', () => hub.retained.size, {
      topics: { 'retained messages/count': SUM },
    }),
    metric('pinhub_retained_bytes', 'Memory of the retained messages.', () => hub.retained.bytes),
    metric(
      'pinhub_queued_messages',
      'Messages that wait for clients that are away or slow.',
      () => counters.queuedMessages,
    ),
    metric('pinhub_queued_bytes', 'Memory of the queued messages.', () => counters.queuedBytes),
    topics(['messages/stored', 'store/messages/count'], storedCount),
    topics(['store/messages/bytes'], () => hub.retained.bytes + counters.queuedBytes),
  ];
}

function clientsOf({ hub, sessions, mqtt, socketIo, local }: HubSources): Reading[] {
  let maximum = 0;
  const byState = () => {
    const connected = sessions.connectedCount;
    maximum = Math.max(maximum, connected);
    return { connected, away: sessions.size - connected };
  };
  const byWay = () => {
    const { tcp, websocket } = mqtt.countClients();
    const { clientCount } = socketIo;
    return {
      'socket.io': clientCount,
      'mqtt-tcp': tcp,
      'mqtt-websocket': websocket,
      'in-process': local.count,
    };
  };
  return [
    metric('pinhub_clients', 'Clients that are let in and connected, by their way in.', byWay, {
      label: 'way',
    }),
    metric('pinhub_sessions', 'Sessions, by whether their clients are connected.', byState, {
      label: 'state',
      topics: {
        'clients/connected': 'connected',
        'clients/active': 'connected',
        'clients/disconnected': 'away',
        'clients/inactive': 'away',
        'clients/total': SUM,
      },
      isLively: true,
    }),
    { topics: { 'clients/people': SUM }, read: () => socketIo.peopleCount, isLively: true },
    topics(['clients/maximum'], () => Math.max(byState().connected, maximum)),
    metric(
      'pinhub_sessions_evicted_total',
      'Sessions that were ended to make room for those of others.',
      () => sessions.counters.evicted,
    ),
    metric(
      'pinhub_subscriptions',
      'Subscriptions of all clients, those in the process included.',
      () => hub.subscriptionCount,
      { topics: { 'subscriptions/count': SUM } },
    ),
  ];
}

function messagesOf({ sessions: { counters }, mqtt, socketIo, http, local }: HubSources): Reading[] {
  const received = () => ({
    'socket.io': socketIo.counters.received,
    mqtt: mqtt.counters.publishesReceived,
    http: http.received,
    'in-process': local.received,
  });
  const sent = () => ({ 'socket.io': socketIo.counters.sent, mqtt: mqtt.counters.publishesSent });
  const dropped = () => {
    const { slow, queueFull, tooLarge, denied, will } = counters.drops;
    return { slow, 'queue-full': queueFull, 'too-large': tooLarge, denied, will };
  };
  return [
    metric('pinhub_messages_received_total', 'Messages published, refused ones included.', received, {
      label: 'way',
      topics: { 'publish/messages/received': 'mqtt' },
    }),
    metric('pinhub_messages_sent_total', 'Messages sent to clients, once for each.', sent, {
      label: 'way',
      topics: { 'publish/messages/sent': 'mqtt' },
    }),
    metric('pinhub_messages_dropped_total', 'Messages that did not reach a client, by why.', dropped, {
      label: 'reason',
      topics: { 'publish/messages/dropped': SUM },
    }),
    metric(
      'pinhub_messages_expired_total',
      'Messages past their expiry when their turn came.',
      () => counters.expired,
    ),
    topics(['messages/received'], () => mqtt.counters.packetsReceived),
    topics(['messages/sent'], () => mqtt.counters.packetsSent),
    topics(['bytes/received'], () => mqtt.counters.bytesReceived),
    topics(['bytes/sent'], () => mqtt.counters.bytesSent),
  ];
}

function trafficOf({ access, mqtt, socketIo, http, heldBytes, listeners }: HubSources): Reading[] {
  const byPort = (read: (listener: ListenerSource) => number) => () =>
    Object.fromEntries(listeners.map((listener) => [listener.name, read(listener)]));
  const port = { label: 'port' };
  const refused = () => ({
    'socket.io': socketIo.counters.refused,
    mqtt: mqtt.counters.refused,
    http: http.refused,
  });
  return [
    metric(
      'pinhub_received_bytes_total',
      'Bytes that came over the network.',
      byPort(({ sockets }) => sockets.bytesReceived),
      port,
    ),
    metric(
      'pinhub_sent_bytes_total',
      'Bytes given to the network.',
      byPort(({ sockets }) => sockets.bytesSent),
      port,
    ),
    metric(
      'pinhub_held_bytes',
      'Bytes that connections hold: received in part, or not yet taken by the network.',
      () => heldBytes.total,
    ),
    metric(
      'pinhub_cut_offs_total',
      'Connections cut off because all together held too much.',
      () => heldBytes.cutOffs,
    ),
    metric(
      'pinhub_strangers',
      'Connections over which nobody has been let in.',
      byPort(({ unauthenticated }) => unauthenticated.count),
      port,
    ),
    metric(
      'pinhub_strangers_dropped_total',
      'Of these, those that were dropped because there were too many.',
      byPort(({ unauthenticated }) => unauthenticated.dropped),
      port,
    ),
    metric('pinhub_refusals_total', 'Connections, messages and requests refused, by their way in.', refused, {
      label: 'way',
    }),
    metric('pinhub_logins_refused_total', 'Attempts to come in that were refused.', () => access.refused),
  ];
}

function historyOf({ history }: HubSources): Reading[] {
  return [
    metric('pinhub_history_topics', 'Topics that have a history.', () => history?.topicCount ?? 0),
    metric(
      'pinhub_history_refused_total',
      'Values not remembered because other topics have all the room.',
      () => history?.refused ?? 0,
    ),
  ];
}
