import { hostname } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Logger } from 'pino';
import { asyncScheduler, type SchedulerLike, Subscription } from 'rxjs';
import type { Meter } from '../devices/index.ts';
import { type Access, openToAll } from './access/access.ts';
import type { Logins } from './access/accounts/logins.ts';
import type { Links } from './access/links.ts';
import { HubError } from './core/error.ts';
import { Hub } from './core/hub.ts';
import type { LocalBus } from './core/local-bus.ts';
import { createOriginCheck } from './gateways/http/origin.ts';
import { MqttGateway } from './gateways/mqtt/gateway.ts';
import type { History } from './history/history.ts';
import { recordHistory } from './history/recorder.ts';
import { HeldBytes } from './limits/held-bytes.ts';
import { DEFAULT_LIMITS, ENVELOPE_BYTES, type HubLimits } from './limits/hub-limits.ts';
import { TurnBudget } from './limits/turn-budget.ts';
import { LOOPBACK } from './listeners/listen.ts';
import type { Listener } from './listeners/listener.ts';
import { MqttTcpListener } from './listeners/mqtt-tcp.ts';
import { PagesListener } from './listeners/pages.ts';
import type { Tls } from './listeners/servers.ts';
import { LocalClients } from './local-clients.ts';
import { Sessions } from './session/sessions.ts';
import type { Store } from './session/store.ts';
import { MemoryStore } from './storage/hub/memory-store.ts';
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
  /** How many further ports may be tried if it is taken. Default none. */
  readonly alternatives?: number;
  /** Where the built pages are. */
  readonly pagesFolder: string;
  readonly log: Logger;
  readonly scheduler?: SchedulerLike;
  /** Limits that differ from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<HubLimits>;
  /** Whether MQTT is served over WebSocket at `/mqtt`; `listenMqtt` adds TCP. Default true. */
  readonly mqtt?: boolean;
  /** Who may connect, and do what. Default: everyone, everything. */
  readonly access?: Access;
  /** The logins of browsers, if they have to log in. */
  readonly logins?: Logins;
  /** The links by which others are let in from the pages. Default: none. */
  readonly links?: Links;
  /** Encrypts all listeners. Default: nothing is encrypted. */
  readonly tls?: Tls | undefined;
  /** Keeps everything that outlives the hub; closed with it. Default: in memory. */
  readonly store?: Store | undefined;
  /** Remembers the values of numeric topics. Default: nothing does. */
  readonly history?: History | undefined;
}

/** A hub that is open for clients. */
export interface HubServer {
  readonly hub: Hub;
  readonly sessions: Sessions;
  /** The port of the pages. */
  readonly port: number;
  /** Serves MQTT over TCP; resolves to the port, which the system chooses for 0. Rejects as `openHubServer` does. */
  listenMqtt(port: number): Promise<number>;
  /** Collects the numbers of devices in the hub's process. */
  readonly deviceMeter: Meter;
  /** A bus within the hub's process, counted among its clients. */
  connect(): LocalBus;
  /** Call it when everything is open: until then `/readyz` says that the hub is starting, and wills left over from the last hub wait. */
  announceReady(): void;
  /** Takes no more connections; those that are open stay. */
  drain(): void;
  /** Says goodbye to all clients, and closes. */
  close(): Promise<void>;
}

/** How long clients may take to disconnect when the hub closes, milliseconds. */
const FAREWELL_MS = 1_000;

/** Opens a hub with all its listeners. Rejects with `port/in-use`, `option/invalid`, or whatever else kept it from opening. */
export async function openHubServer(options: HubServerOptions): Promise<HubServer> {
  const { scheduler } = options;
  const store = options.store ?? new MemoryStore({ now: scheduler && (() => scheduler.now()) });
  const parts: Parts = { store, listeners: [], endings: new Subscription() };
  try {
    return await open(options, parts);
  } catch (error) {
    await close(parts).catch((failure: unknown) => {
      options.log.error({ err: failure }, 'closing what had been opened failed too');
    });
    throw error;
  }
}

/** Opens the parts one by one, and notes each in `parts`: should a later one fail, they are closed again. */
async function open(options: HubServerOptions, parts: Parts): Promise<HubServer> {
  const { log, host, scheduler = asyncScheduler, access = openToAll, tls, history } = options;
  const { store } = parts;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { hub, sessions } = createBus(scheduler, store, limits);
  parts.sessions = sessions;
  parts.stopRecording = history && recordHistory({ hub, history, scheduler });
  restore(store, { hub, sessions, access });
  parts.endings.add(access.ended$.subscribe((ended) => sessions.endAllOn(ended)));
  const readiness = new Readiness(() => store.failure());
  parts.readiness = readiness;
  const local = new LocalClients(hub);
  const metrics = createMetrics(() => readings);
  parts.metrics = metrics;
  const budget = new TurnBudget();
  const packetBytes = limits.payloadBytes + ENVELOPE_BYTES;
  const mqttLimits = { ...limits, packetBytes };
  const mqtt = new MqttGateway({ hub, sessions, access, scheduler, log, limits: mqttLimits, turns: budget });
  parts.mqtt = mqtt;
  const pages = new PagesListener({
    ...options,
    hub,
    sessions,
    access,
    limits,
    budget,
    readiness,
    metrics,
    history,
    checkOrigin: originCheckFor(host),
    mqtt: (options.mqtt ?? true) ? mqtt : undefined,
  });
  const mqttTcp = new MqttTcpListener({ gateway: mqtt, tls, limits });
  const { listeners } = parts;
  listeners.push(pages, mqttTcp);
  parts.heldBytes = new HeldBytes({
    scheduler,
    heldBytes: limits.heldBytes,
    usedBytes,
    holders: function* () {
      for (const listener of listeners) yield* listener.holders();
    },
  });
  const readings = createReadings({
    version: VERSION,
    hub,
    sessions,
    access,
    readiness,
    mqtt,
    socketIo: pages.socketIo,
    http: pages.http,
    heldBytes: parts.heldBytes,
    listeners,
    local,
    history,
  });
  parts.systemTopics = new SystemTopics({ hub, scheduler, readings });
  parts.endings.add(
    tls?.renewed$.subscribe((context) => {
      for (const listener of listeners) listener.renew(context);
    }),
  );
  const hosts = host === undefined ? LOOPBACK : [host];
  const { port, alternatives = 0 } = options;
  return {
    hub,
    sessions,
    port: await pages.listen({ hosts, port, alternatives }),
    deviceMeter: metrics.deviceMeter,
    connect: () => local.connect(),
    listenMqtt: (mqttPort) => mqttTcp.listen({ hosts, port: mqttPort }),
    announceReady: () => {
      readiness.phase = 'serving';
      sessions.awaitReturns();
    },
    drain: () => drain(parts),
    close: () => close(parts),
  };
}

/** The hub itself, and the sessions of its clients. */
function createBus(scheduler: SchedulerLike, { now, journal }: Store, limits: HubLimits) {
  const hub = new Hub({ now, limits, journal });
  const sessions = new Sessions({ hub, scheduler, limits, journal });
  return { hub, sessions };
}

function originCheckFor(host: string | undefined) {
  return createOriginCheck({
    hostNames: [hostname(), `${hostname()}.local`],
    isLoopbackOnly: host === undefined,
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

/** What has been opened so far, to be closed with the hub. */
interface Parts {
  readonly store: Store;
  readonly listeners: Listener[];
  readonly endings: Subscription;
  sessions?: Sessions;
  stopRecording?: (() => Promise<void>) | undefined;
  readiness?: Readiness;
  metrics?: Metrics;
  mqtt?: MqttGateway;
  heldBytes?: HeldBytes;
  systemTopics?: SystemTopics;
}

function drain({ readiness, listeners }: Parts): void {
  if (readiness) readiness.phase = 'draining';
  for (const listener of listeners) listener.drain();
}

async function close(parts: Parts): Promise<void> {
  const { listeners, mqtt, sessions, endings, heldBytes, systemTopics, metrics, store } = parts;
  const reason = new HubError('hub/closing', 'the hub is closing');
  systemTopics?.close();
  const recorded = parts.stopRecording?.();
  drain(parts);
  sessions?.closeAll(reason);
  mqtt?.close(reason);
  const impatience = setTimeout(() => {
    for (const { sockets } of listeners) sockets.destroy();
  }, FAREWELL_MS);
  await Promise.all(listeners.map((listener) => listener.close()));
  clearTimeout(impatience);
  endings.unsubscribe();
  heldBytes?.close();
  mqtt?.dispose();
  metrics?.close();
  try {
    await recorded;
    await store.close(); // Before the sessions end: the next hub is to find them.
  } finally {
    sessions?.dispose();
  }
}

/**
 * Restores the retained messages, and then the sessions, whose wills may replace some of them. Accounts may have been removed while no hub was
 * running.
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
