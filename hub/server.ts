import type { Server as TcpServer } from 'node:net';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { asyncScheduler, type SchedulerLike, type Subscription } from 'rxjs';
import type { Meter } from '../devices/index.ts';
import { type Access, openAccess } from './access/access.ts';
import type { Logins } from './access/accounts/logins.ts';
import { createClock } from './clock.ts';
import { HubError } from './core/error.ts';
import { Hub } from './core/hub.ts';
import type { LocalBus } from './core/local-bus.ts';
import { createOriginCheck } from './gateways/http/origin.ts';
import { MqttGateway } from './gateways/mqtt/gateway.ts';
import type { History } from './history/history.ts';
import { recordHistory } from './history/recorder.ts';
import { HeldBytes } from './limits/held-bytes.ts';
import { DEFAULT_LIMITS, ENVELOPE_BYTES, type HubLimits } from './limits/hub-limits.ts';
import { type Listening, LOOPBACK, listen } from './listeners/listen.ts';
import { MqttPort } from './listeners/mqtt-tcp.ts';
import { PagesPort } from './listeners/pages.ts';
import { renew, type Tls } from './listeners/servers.ts';
import { LocalClients } from './local-clients.ts';
import { Sessions } from './session/sessions.ts';
import type { Store } from './storage/hub/store.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { Readiness } from './telemetry/readiness.ts';
import { createReadings } from './telemetry/readings.ts';
import { SystemTopics } from './telemetry/system-topics.ts';
import { VERSION } from './version.ts';

export interface HubServerOptions {
  /** The address to listen on. Default: loopback only. */
  readonly host?: string;
  /** Port of the pages; 0 lets the system choose. */
  readonly port: number;
  /** How many further ports may be tried where it is taken. Default none. */
  readonly alternatives?: number;
  /** Where the built pages are. */
  readonly pagesFolder: string;
  readonly log: Logger;
  readonly scheduler?: SchedulerLike;
  /** What the hub takes from anyone, where it differs from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<HubLimits>;
  /** Whether MQTT is spoken, over WebSocket at `/mqtt` and, where `listenMqtt` is called, TCP. Default true. */
  readonly mqtt?: boolean;
  /** Who may come in, and do what. Default: everyone, everything. */
  readonly access?: Access;
  /** Where browsers stay logged in, where they have to log in. */
  readonly logins?: Logins;
  /** What all ways in are encrypted with. Default: nothing. */
  readonly tls?: Tls | undefined;
  /** Where what must outlive the process is kept; closed with the hub. Default: nothing is. */
  readonly store?: Store | undefined;
  /** Where what values were is remembered. Default: the store's, if there is one. */
  readonly history?: History | undefined;
}

/** A hub that is open for clients. */
export interface HubServer {
  readonly hub: Hub;
  readonly sessions: Sessions;
  /** The port of the pages. */
  readonly port: number;
  /** Takes MQTT over TCP too; resolves to the port, of which 0 lets the system choose one. Rejects as `openHubServer` does. */
  listenMqtt(port: number): Promise<number>;
  /** Is told how the devices in the hub's process fare. */
  readonly deviceMeter: Meter;
  /** A bus within the hub's process, counted among its clients. */
  connect(): LocalBus;
  /** To be called when all is open that is to be: until then `/readyz` says that the hub is starting. */
  announceReady(): void;
  /** Takes no new clients any more; those that there are may stay. */
  drain(): void;
  /** Tells the clients, and closes. */
  close(): Promise<void>;
}

/** How long clients may take to leave when the hub closes, milliseconds. */
const FAREWELL_MS = 1_000;

/** Opens a hub with all its ways in. Rejects with `port/in-use` or `option/invalid`. */
export async function openHubServer(options: HubServerOptions): Promise<HubServer> {
  const { log, host, scheduler = asyncScheduler, access = openAccess, tls, store } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { hub, sessions } = createBus(options, limits);
  const history = options.history ?? store?.history;
  const stopRecording = history && recordHistory({ hub, history, scheduler });
  if (store) restore(store, { hub, sessions, access });
  const endings = access.ended$.subscribe(({ credentialId, reason, isGone }) =>
    sessions.endAllOn(credentialId, reason, isGone),
  );
  const readiness = new Readiness(() => store?.failure());
  const local = new LocalClients(hub);
  const metrics = createMetrics(() => readings);
  const packetBytes = limits.payloadBytes + ENVELOPE_BYTES;
  const mqtt = new MqttGateway({ hub, sessions, access, scheduler, log, limits: { ...limits, packetBytes } });
  const pages = new PagesPort({
    ...options,
    hub,
    sessions,
    access,
    limits,
    readiness,
    metrics,
    history,
    checkOrigin: originCheckFor(host),
    mqtt: (options.mqtt ?? true) ? mqtt : undefined,
  });
  const stream = new MqttPort(mqtt, { tls, limits });
  const heldBytes = new HeldBytes({
    scheduler,
    heldBytes: limits.heldBytes,
    usedBytes,
    holders: function* () {
      yield* mqtt.holders;
      yield* pages.holders();
    },
  });
  const { socketIo, http } = pages;
  const readings = createReadings({
    version: VERSION,
    hub,
    sessions,
    access,
    readiness,
    mqtt,
    socketIo,
    http,
    heldBytes,
    local,
    listeners: [
      { name: 'pages', sockets: pages.sockets, unauthenticated: pages.strangers.strangers },
      { name: 'mqtt', sockets: stream.sockets, unauthenticated: stream.strangers.strangers },
    ],
    history,
  });
  const systemTopics = new SystemTopics({ hub, scheduler, readings });
  endings.add(tls?.renewed$.subscribe((context) => renew([pages.server, stream.server], context)));
  const listenings: Listening[] = [];
  const parts: Parts = {
    pages,
    stream,
    mqtt,
    sessions,
    endings,
    heldBytes,
    systemTopics,
    readiness,
    metrics,
    listenings,
    store,
    stopRecording,
  };
  const hosts = host === undefined ? LOOPBACK : [host];
  const open = async (where: TcpServer, port: number, alternatives: number) => {
    const opened = await listen(where, { hosts, port, alternatives });
    listenings.push(opened);
    return opened.port;
  };
  try {
    const port = await open(pages.server, options.port, options.alternatives ?? 0);
    return {
      hub,
      sessions,
      port,
      deviceMeter: metrics.deviceMeter,
      connect: () => local.connect(),
      listenMqtt: (mqttPort) => open(stream.server, mqttPort, 0),
      announceReady: () => {
        readiness.phase = 'serving';
      },
      drain: () => drain(parts),
      close: () => close(parts),
    };
  } catch (error) {
    await close(parts);
    throw error;
  }
}

/** What routes, and what is kept of clients. */
function createBus({ scheduler, store }: HubServerOptions, limits: HubLimits) {
  const now = store?.now ?? (scheduler ? () => scheduler.now() : createClock());
  const kept = store && { journal: store.journal };
  const hub = new Hub({ now, limits, ...kept });
  const sessions = new Sessions({ hub, scheduler: scheduler ?? asyncScheduler, limits, ...kept });
  return { hub, sessions };
}

function originCheckFor(host: string | undefined) {
  return createOriginCheck({
    hostNames: [hostname(), `${hostname()}.local`],
    isLoopbackOnly: host === undefined,
  });
}

/** The memory that the process has in use: what is to be collected yet included, what it has and does not use left out. */
function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

interface Parts {
  readonly pages: PagesPort;
  readonly stream: MqttPort;
  readonly mqtt: MqttGateway;
  readonly sessions: Sessions;
  readonly endings: Subscription;
  readonly heldBytes: HeldBytes;
  readonly systemTopics: SystemTopics;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly listenings: readonly Listening[];
  readonly store: Store | undefined;
  readonly stopRecording: (() => Promise<void>) | undefined;
}

function drain({ readiness, listenings }: Parts): void {
  readiness.phase = 'draining';
  for (const listening of listenings) listening.close();
}

async function close(parts: Parts): Promise<void> {
  const { pages, stream, mqtt, sessions, endings, heldBytes, systemTopics, metrics, store } = parts;
  const reason = new HubError('hub/closing', 'the hub is closing');
  systemTopics.close();
  const recorded = parts.stopRecording?.();
  drain(parts);
  sessions.closeAll(reason);
  mqtt.close(reason);
  const ports = [pages.sockets, stream.sockets];
  const impatience = setTimeout(() => {
    for (const sockets of ports) sockets.destroy();
  }, FAREWELL_MS);
  await pages.io.close();
  await Promise.all(ports.map((sockets) => sockets.empty()));
  clearTimeout(impatience);
  endings.unsubscribe();
  heldBytes.close();
  mqtt.dispose();
  metrics.close();
  try {
    await recorded;
    await store?.close(); // Before the sessions end: they are to be there for the next hub.
  } finally {
    sessions.dispose();
  }
}

/**
 * Takes up what was kept: first what is retained, then the sessions, whose wills may want to replace some of it. Accounts may have been removed
 * while there was no hub.
 */
function restore(
  store: Store,
  { hub, sessions, access }: { hub: Hub; sessions: Sessions; access: Access },
): void {
  hub.retained.restore(store.retained);
  sessions.restore(store.sessions, ({ owner, clientIdentifier }) => {
    const known = access.recognize(owner);
    const rights = access.rightsOf(owner, clientIdentifier);
    return { owner: { ...(known ?? owner), rights }, isGone: known === undefined };
  });
}
