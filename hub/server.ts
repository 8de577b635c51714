import { hostname } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Logger } from 'pino';
import { asyncScheduler, type SchedulerLike, Subject, Subscription, throttleTime } from 'rxjs';
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
import { Metrics } from './telemetry/metrics.ts';
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
  /** The folder of the built pages. */
  readonly pagesFolder: string;
  readonly log: Logger;
  readonly scheduler?: SchedulerLike;
  /** Limits that differ from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<HubLimits>;
  /** Whether MQTT is served over WebSocket at `/mqtt`; `listenMqtt` adds TCP. Default true. */
  readonly mqtt?: boolean;
  /** Decides who may connect, and what they may do. Default: everyone, everything. */
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

/** A hub that serves clients. */
export interface HubServer {
  readonly hub: Hub;
  readonly sessions: Sessions;
  /** The port of the pages. */
  readonly port: number;
  /** Serves MQTT over TCP; resolves to the port, which the system chooses for 0. Rejects as `openHubServer` does. */
  listenMqtt(port: number): Promise<number>;
  /** Collects the durations of devices in the hub's process. */
  readonly deviceMeter: Meter;
  /** A bus within the hub's process, counted among its clients. */
  connect(): LocalBus;
  /** Call it when everything is open: until then `/readyz` says that the hub is starting, and wills that the last hub left wait. */
  announceReady(): void;
  /** Accepts no more connections; open ones stay. */
  drain(): void;
  /** Says goodbye to all clients, and closes. */
  close(): Promise<void>;
}

/** How long clients may take to disconnect when the hub closes, milliseconds. */
const DISCONNECT_MS = 1_000;
/** The least time between two log lines about connections that cannot be accepted, milliseconds. */
const FAULT_LOG_MS = 1_000;

/** Opens a hub with all its listeners. Rejects with `port/in-use`, `option/invalid`, or whatever else kept it from opening. */
export async function openHubServer(options: HubServerOptions): Promise<HubServer> {
  const { scheduler } = options;
  const store = options.store ?? new MemoryStore({ now: scheduler && (() => scheduler.now()) });
  let parts: Parts | undefined;
  try {
    parts = createParts(options, store);
    return await open(options, parts);
  } catch (error) {
    await (parts ? close(parts) : store.close()).catch((failure: unknown) => {
      options.log.error({ err: failure }, 'closing what had been opened failed too');
    });
    throw error;
  }
}

type Parts = ReturnType<typeof createParts>;

/** Creates everything that a hub consists of. Nothing is restored, and nothing listens yet. */
function createParts(options: HubServerOptions, store: Store) {
  const { log, host, scheduler = asyncScheduler, access = openToAll, tls, history } = options;
  const { now, journal } = store;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const hub = new Hub({ now, limits, journal });
  const sessions = new Sessions({ hub, scheduler, limits, journal });
  const stopRecording = history && recordHistory({ hub, history, scheduler });
  const readiness = new Readiness(() => store.failure());
  const metrics = new Metrics();
  const budget = new TurnBudget();
  const mqttLimits = { ...limits, packetBytes: limits.payloadBytes + ENVELOPE_BYTES };
  const mqtt = new MqttGateway({ hub, sessions, access, scheduler, log, limits: mqttLimits, budget });
  const checkOrigin = createOriginCheck({
    hostNames: [hostname(), `${hostname()}.local`],
    isLoopbackOnly: host === undefined,
  });
  const pages = new PagesListener({
    ...options,
    hub,
    sessions,
    scheduler,
    access,
    limits,
    budget,
    readiness,
    metrics,
    checkOrigin,
    mqtt: (options.mqtt ?? true) ? mqtt : undefined,
  });
  const mqttTcp = new MqttTcpListener({ gateway: mqtt, tls, limits });
  const listeners: readonly Listener[] = [pages, mqttTcp];
  const heldBytes = new HeldBytes({
    scheduler,
    heldBytes: limits.heldBytes,
    usedBytes,
    budget,
    holders: function* () {
      for (const listener of listeners) yield* listener.holders();
    },
  });
  const running = new Subscription();
  running.add(() => heldBytes.close());
  running.add(() => metrics.close());
  const local = new LocalClients(hub);
  return {
    scheduler,
    access,
    store,
    hub,
    sessions,
    stopRecording,
    readiness,
    metrics,
    running,
    mqtt,
    pages,
    mqttTcp,
    listeners,
    heldBytes,
    budget,
    local,
  };
}

/** Restores what the store holds, and starts everything. */
async function open(options: HubServerOptions, parts: Parts): Promise<HubServer> {
  const { hub, sessions, access, scheduler, readiness, metrics, pages, mqttTcp, listeners, local } = parts;
  const { log, host, port, alternatives = 0, tls, history } = options;
  const { running } = parts;
  restore(parts);
  running.add(access.ended$.subscribe((ended) => sessions.endAllOn(ended)));
  running.add(
    tls?.renewed$.subscribe((context) => {
      for (const listener of listeners) listener.renew(context);
    }),
  );
  const { socketIo, http } = pages;
  const readings = createReadings({ ...parts, version: VERSION, socketIo, http, history });
  metrics.add(readings);
  const systemTopics = new SystemTopics({ hub, scheduler, readings });
  running.add(() => systemTopics.close());
  const hosts = host === undefined ? LOOPBACK : [host];
  const faults$ = new Subject<Error>();
  const logged = faults$.pipe(throttleTime(FAULT_LOG_MS, scheduler));
  running.add(logged.subscribe((err) => log.warn({ err }, 'a connection could not be accepted')));
  const onFault = (error: Error) => faults$.next(error);
  return {
    hub,
    sessions,
    port: await pages.listen({ hosts, port, alternatives, onFault }),
    deviceMeter: metrics.deviceMeter,
    connect: () => local.connect(),
    listenMqtt: (mqttPort) => mqttTcp.listen({ hosts, port: mqttPort, onFault }),
    announceReady: () => {
      readiness.phase = 'serving';
      sessions.awaitReturns();
    },
    drain: () => drain(parts),
    close: () => close(parts),
  };
}

/**
 * Restores the retained messages, and then the sessions, whose wills may replace some of them. Accounts may have been removed while no hub was
 * running.
 */
function restore({ store, hub, sessions, access }: Parts): void {
  hub.retained.restore(store.retained);
  sessions.restore(store.sessions, ({ owner, clientIdentifier }) => {
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

function drain({ readiness, listeners }: Parts): void {
  readiness.phase = 'draining';
  for (const listener of listeners) listener.drain();
}

async function close(parts: Parts): Promise<void> {
  const { listeners, mqtt, sessions, running, store, budget } = parts;
  const reason = new HubError('hub/closing', 'the hub is closing');
  const recorded = parts.stopRecording?.();
  drain(parts);
  budget.lift();
  sessions.closeAll(reason);
  mqtt.close(reason);
  const disconnecting = setTimeout(() => {
    for (const { sockets } of listeners) sockets.destroy();
  }, DISCONNECT_MS);
  await Promise.all(listeners.map((listener) => listener.close()));
  clearTimeout(disconnecting);
  running.unsubscribe();
  mqtt.dispose();
  try {
    await recorded;
    await store.close(); // Before the sessions end: the next hub must find them.
  } finally {
    sessions.dispose();
  }
}
