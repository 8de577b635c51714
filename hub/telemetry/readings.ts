import type { Observable } from 'rxjs';
import type { Hub } from '../core/hub.ts';
import { HUBS_TOPIC } from '../core/ports.ts';
import type { ClusterHubs } from '../gateways/cluster-hubs.ts';
import type { HttpCounters } from '../gateways/http/requests.ts';
import type { MqttGateway } from '../gateways/mqtt/gateway.ts';
import type { SocketIoCounters } from '../gateways/socket-io/connection.ts';
import type { KnownPerson } from '../gateways/socket-io/gateway.ts';
import type { Sessions } from '../session/sessions.ts';

/** A value, or values by label. */
export type Value = number | string | Readonly<Record<string, number>>;

/** One measured quantity of a hub. `metrics.ts` prints it for Prometheus, `system-topics.ts` publishes it on `$SYS` topics. */
export interface Reading {
  /** Prometheus's name, which ends in the unit; `_total` marks a counter. Without one the reading is for `$SYS` only. */
  readonly name?: string;
  readonly help?: string;
  readonly label?: string;
  /** Topics below `$SYS/broker`, or absolute ones that begin with `$SYS`, each with the label of its value, or `SUM` for the sum of all values. */
  readonly topics?: Readonly<Record<string, string>>;
  /** Whether people watch these topics, so that they are read every second. */
  readonly isLively?: boolean;
  /** Emits when the reading has changed. Present only if changes should be published at once. */
  readonly changed$?: Observable<unknown>;
  /** Called for each report; counting costs nothing in between. */
  readonly read: () => Value;
}

export const SUM = '';

interface ListenerSource {
  readonly name: string;
  readonly sockets: { readonly bytesReceived: number; readonly bytesSent: number };
  readonly unauthenticated: { readonly count: number; readonly dropped: number };
}

/** The parts of a hub that count. */
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
    readonly inspected: { readonly topics: number; readonly bytes: number };
    readonly people: readonly KnownPerson[];
    readonly counters: SocketIoCounters;
  };
  readonly http: HttpCounters;
  readonly heldBytes: { readonly total: number; readonly cutOffs: number };
  readonly local: { readonly count: number; readonly received: number };
  readonly listeners: readonly ListenerSource[];
  readonly history: { readonly topicCount: number; readonly refused: number } | undefined;
  /** The hubs that serve, if this one is in a cluster. */
  readonly clusterHubs?: Pick<ClusterHubs, 'self' | 'live' | 'changed$'> | undefined;
}

/** The metrics of a hub, and their help texts. A new one is a line here, and one in its subject's part below. */
const HELP = {
  pinhub_info: 'Always 1; the label says which version runs.',
  pinhub_ready: 'Whether the hub does all its work, as /readyz says: 1 or 0.',
  pinhub_retained_messages: 'Topics that have a retained message.',
  pinhub_retained_bytes: 'Memory of the retained messages.',
  pinhub_inspected_topics: 'Levels of topics that are held for inspectors.',
  pinhub_inspected_bytes: 'Memory of the messages that are held for inspectors.',
  pinhub_queued_messages: 'Messages queued for clients that are offline or slow.',
  pinhub_queued_bytes: 'Memory of the queued messages.',
  pinhub_clients: 'Authenticated clients that are connected, by protocol.',
  pinhub_sessions: 'Sessions, by whether their clients are connected.',
  pinhub_sessions_evicted_total: 'Sessions that were ended to make room for others.',
  pinhub_subscriptions: 'Subscriptions of all clients, those in the process included.',
  pinhub_messages_received_total: 'Messages published, refused ones included.',
  pinhub_messages_sent_total: 'Messages sent to clients, once for each.',
  pinhub_messages_dropped_total: 'Messages that did not reach a client, by reason.',
  pinhub_messages_expired_total: 'Messages that expired before they were sent.',
  pinhub_received_bytes_total: 'Bytes received from the network.',
  pinhub_sent_bytes_total: 'Bytes given to the network.',
  pinhub_held_bytes: 'Bytes that connections hold: received in part, or not yet taken by the network.',
  pinhub_cut_offs_total: 'Connections cut off because all together held too much.',
  pinhub_strangers: 'Unauthenticated connections.',
  pinhub_strangers_dropped_total:
    'Unauthenticated connections that were dropped because there were too many.',
  pinhub_refusals_total: 'Connections, messages and requests refused, by protocol.',
  pinhub_logins_refused_total: 'Refused attempts to authenticate.',
  pinhub_history_topics: 'Topics that have a history.',
  pinhub_cluster_info: 'Always 1; the label says which hub of its cluster this is.',
  pinhub_cluster_hubs: 'Hubs of the cluster that are known to serve, this one included.',
  pinhub_cluster_epoch: 'How many processes have owned the state of this hub, this one included.',
  pinhub_history_refused_total: 'Values not recorded because the history of other topics is full.',
} as const;

type Options = Pick<Reading, 'label' | 'topics' | 'isLively'>;

function metric(name: keyof typeof HELP, read: () => Value, options: Options = {}): Reading {
  return { name, help: HELP[name], read, ...options };
}

function topics(names: readonly string[], read: () => Value): Reading {
  return { topics: Object.fromEntries(names.map((name) => [name, SUM])), read };
}

/** Everything that a hub reports. Topics are named as in mosquitto(8), "Broker status"; their packets and bytes are MQTT's alone. */
export function createReadings(sources: HubSources): readonly Reading[] {
  return [
    ...stateOf(sources),
    ...clientsOf(sources),
    ...messagesOf(sources),
    ...trafficOf(sources),
    ...clusterOf(sources),
  ];
}

/** A standalone hub reports nothing about a cluster. */
function clusterOf({ clusterHubs }: HubSources): Reading[] {
  if (!clusterHubs) return [];
  const { self } = clusterHubs;
  const describe = () => JSON.stringify(clusterHubs.live.map(({ hub, addresses }) => ({ hub, addresses })));
  return [
    metric('pinhub_cluster_info', () => ({ [self.hub]: 1 }), { label: 'hub' }),
    metric('pinhub_cluster_hubs', () => clusterHubs.live.length),
    metric('pinhub_cluster_epoch', () => self.epoch),
    { ...topics([HUBS_TOPIC], describe), changed$: clusterHubs.changed$ },
  ];
}

function stateOf({ version, readiness, hub, sessions: { counters }, history }: HubSources): Reading[] {
  const startedAt = hub.now();
  const { retained } = hub;
  return [
    metric('pinhub_info', () => ({ [version]: 1 }), { label: 'version' }),
    topics(['version'], () => `Pinhub ${version}`),
    topics(['uptime'], () => `${Math.floor((hub.now() - startedAt) / 1000)} seconds`),
    metric('pinhub_ready', () => (readiness.reason === undefined ? 1 : 0)),
    metric('pinhub_retained_messages', () => retained.size, { topics: { 'retained messages/count': SUM } }),
    metric('pinhub_retained_bytes', () => retained.bytes),
    metric('pinhub_queued_messages', () => counters.queuedMessages),
    metric('pinhub_queued_bytes', () => counters.queuedBytes),
    topics(['messages/stored', 'store/messages/count'], () => retained.size + counters.queuedMessages),
    topics(['store/messages/bytes'], () => retained.bytes + counters.queuedBytes),
    metric('pinhub_history_topics', () => history?.topicCount ?? 0),
    metric('pinhub_history_refused_total', () => history?.refused ?? 0),
  ];
}

const SESSION_TOPICS = {
  'clients/connected': 'connected',
  'clients/active': 'connected',
  'clients/disconnected': 'away',
  'clients/inactive': 'away',
  'clients/total': SUM,
};

function clientsOf({ hub, sessions, mqtt, socketIo, http, local }: HubSources): Reading[] {
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
      http: http.streams,
      'in-process': local.count,
    };
  };
  return [
    metric('pinhub_clients', byWay, { label: 'way' }),
    metric('pinhub_sessions', byState, { label: 'state', topics: SESSION_TOPICS, isLively: true }),
    { ...topics(['clients/people'], () => socketIo.peopleCount), isLively: true },
    { ...topics(['clients/people/names'], () => namesOf(socketIo.people)), isLively: true },
    topics(['clients/maximum'], () => Math.max(byState().connected, maximum)),
    metric('pinhub_sessions_evicted_total', () => sessions.counters.evicted),
    metric('pinhub_subscriptions', () => hub.subscriptionCount, { topics: { 'subscriptions/count': SUM } }),
  ];
}

/** Beyond this number, people are counted but not named. */
const NAMED_PEOPLE = 50;

function namesOf(people: readonly KnownPerson[]): string {
  return JSON.stringify(people.slice(0, NAMED_PEOPLE));
}

function messagesOf({ sessions: { counters }, mqtt, socketIo, http, local }: HubSources): Reading[] {
  const received = () => ({
    'socket.io': socketIo.counters.received,
    mqtt: mqtt.counters.publishesReceived,
    http: http.received,
    'in-process': local.received,
  });
  const sent = () => ({
    'socket.io': socketIo.counters.sent,
    mqtt: mqtt.counters.publishesSent,
    http: http.sent,
  });
  const dropped = () => {
    const { slow, queueFull, tooLarge, denied, will } = counters.drops;
    return { slow, 'queue-full': queueFull, 'too-large': tooLarge, denied, will };
  };
  const messages = (name: string, label: string) => ({ [`publish/messages/${name}`]: label });
  return [
    metric('pinhub_messages_received_total', received, {
      label: 'way',
      topics: messages('received', 'mqtt'),
    }),
    metric('pinhub_messages_sent_total', sent, { label: 'way', topics: messages('sent', 'mqtt') }),
    metric('pinhub_messages_dropped_total', dropped, { label: 'reason', topics: messages('dropped', SUM) }),
    metric('pinhub_messages_expired_total', () => counters.expired),
    topics(['messages/received'], () => mqtt.counters.packetsReceived),
    topics(['messages/sent'], () => mqtt.counters.packetsSent),
    topics(['bytes/received'], () => mqtt.counters.bytesReceived),
    topics(['bytes/sent'], () => mqtt.counters.bytesSent),
  ];
}

function trafficOf({ access, mqtt, socketIo, http, heldBytes, listeners }: HubSources): Reading[] {
  const byPort = (name: keyof typeof HELP, read: (listener: ListenerSource) => number) =>
    metric(name, () => Object.fromEntries(listeners.map((listener) => [listener.name, read(listener)])), {
      label: 'port',
    });
  const refused = () => ({
    'socket.io': socketIo.counters.refused,
    mqtt: mqtt.counters.refused,
    http: http.refused,
  });
  return [
    byPort('pinhub_received_bytes_total', ({ sockets }) => sockets.bytesReceived),
    byPort('pinhub_sent_bytes_total', ({ sockets }) => sockets.bytesSent),
    metric('pinhub_held_bytes', () => heldBytes.total),
    metric('pinhub_cut_offs_total', () => heldBytes.cutOffs),
    metric('pinhub_inspected_topics', () => socketIo.inspected.topics),
    metric('pinhub_inspected_bytes', () => socketIo.inspected.bytes),
    byPort('pinhub_strangers', ({ unauthenticated }) => unauthenticated.count),
    byPort('pinhub_strangers_dropped_total', ({ unauthenticated }) => unauthenticated.dropped),
    metric('pinhub_refusals_total', refused, { label: 'way' }),
    metric('pinhub_logins_refused_total', () => access.refused),
  ];
}
