import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { asyncScheduler, Subject, Subscription, throttleTime } from 'rxjs';
import type { Meter } from '../devices/index.ts';
import type { Logins } from './access/accounts/logins.ts';
import type { Links } from './access/links.ts';
import type { Broker, BrokerOptions } from './broker/broker.ts';
import { createBroker } from './broker/create-broker.ts';
import { HubError, quote } from './core/error.ts';
import type { Hub } from './core/hub.ts';
import type { LocalBus } from './core/local-bus.ts';
import { Exposure, type ExposureOptions } from './gateways/http/exposure.ts';
import type { History } from './history/history.ts';
import { LOOPBACK } from './listeners/listen.ts';
import type { Listener } from './listeners/listener.ts';
import { MqttTcpListener } from './listeners/mqtt-tcp.ts';
import { PagesListener } from './listeners/pages.ts';
import type { Tls } from './listeners/servers.ts';
import type { Sessions } from './session/sessions.ts';
import { createEphemeralStore } from './session/store.ts';
import { Monitoring } from './telemetry/monitoring.ts';
import { VERSION } from './version.ts';

export interface HubServerOptions extends Omit<BrokerOptions, 'log'> {
  /** The address to listen on. Default: loopback only. */
  readonly host?: string;
  /** Port of the pages; 0 lets the system choose. */
  readonly port: number;
  /** How many further ports may be tried if it is taken. Default none. */
  readonly alternatives?: number;
  /** The folder of the built pages. */
  readonly pagesFolder: string;
  readonly log: Logger;
  /** Whether MQTT is served over WebSocket at `/mqtt`; `listen('mqtt', …)` adds TCP. Default true. */
  readonly mqtt?: boolean;
  /** The logins of browsers, if they have to log in. */
  readonly logins?: Logins;
  /** The links by which others are let in from the pages. Default: none. */
  readonly links?: Links;
  /** By which names and paths the hub is reached, and from whose pages. Default: by those of its machine, from its own pages. */
  readonly exposure?: ExposureOptions;
  /** Encrypts all listeners. Default: nothing is encrypted. */
  readonly tls?: Tls | undefined;
  /** Remembers the values of numeric topics. Default: nothing does. */
  readonly history?: History | undefined;
}

/** A hub that serves clients. */
export interface HubServer {
  /** Serves MQTT, also over what else it is handed. */
  readonly broker: Broker;
  readonly hub: Hub;
  readonly sessions: Sessions;
  /** The port of the pages. */
  readonly port: number;
  /** Opens a further listener by its name, as `mqtt`; resolves to the port, which the system chooses for 0. Rejects as `openHubServer` does. */
  listen(name: string, port: number): Promise<number>;
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

/** The least time between two log lines about connections that cannot be accepted, milliseconds. */
const FAULT_LOG_MS = 1_000;

/** Opens a hub with all its listeners. Rejects with `port/in-use`, `option/invalid`, or whatever else kept it from opening. */
export async function openHubServer(options: HubServerOptions): Promise<HubServer> {
  const { scheduler } = options;
  const store = options.store ?? createEphemeralStore(scheduler && (() => scheduler.now()));
  let broker: Broker | undefined;
  try {
    broker = createBroker({ ...options, store });
    return await open(options, broker);
  } catch (error) {
    await (broker ?? store).close().catch((failure: unknown) => {
      options.log.error({ err: failure }, 'closing what had been opened failed too');
    });
    throw error;
  }
}

/** Gives a broker its listeners, and opens the pages. */
async function open(options: HubServerOptions, broker: Broker): Promise<HubServer> {
  const { host, port, alternatives = 0, tls, history } = options;
  const { core } = broker;
  const monitoring = new Monitoring({ ...core, history });
  const { readiness, metrics } = monitoring;
  broker.beforeStoreCloses(() => monitoring.close());
  const mqtt = (options.mqtt ?? true) ? core.mqtt : undefined;
  const pages = broker.add(
    () => new PagesListener({ ...options, ...core, readiness, metrics, mqtt, exposure: exposureOf(options) }),
  );
  const listeners: readonly Listener[] = [pages, broker.add(() => new MqttTcpListener({ ...core, tls }))];
  const { socketIo, http } = pages;
  monitoring.report({ ...core, version: VERSION, socketIo, http, listeners });
  const running = new Subscription();
  broker.beforeStoreCloses(() => running.unsubscribe());
  running.add(
    tls?.renewed$.subscribe((context) => {
      for (const listener of listeners) listener.renew(context);
    }),
  );
  const onFault = logFaults(options, running);
  const hosts = host === undefined ? LOOPBACK : [host];
  return {
    broker,
    hub: core.hub,
    sessions: core.sessions,
    port: await pages.listen({ hosts, port, alternatives, onFault }),
    deviceMeter: metrics.deviceMeter,
    connect: () => broker.bus(),
    listen: async (name, wanted) => find(listeners, name).listen({ hosts, port: wanted, onFault }),
    announceReady: () => {
      readiness.phase = 'serving';
      broker.awaitReturns();
    },
    drain: () => {
      readiness.phase = 'draining';
      broker.drain();
    },
    close: () => {
      readiness.phase = 'draining';
      monitoring.stopRecording();
      return broker.close();
    },
  };
}

/** Accepts requests for this machine's names and addresses. */
function exposureOf({ host, exposure }: HubServerOptions): Exposure {
  const names = [hostname(), `${hostname()}.local`, ...(exposure?.names ?? [])];
  return new Exposure({ ...exposure, names, isLoopbackOnly: host === undefined });
}

/** Logs connections that cannot be accepted; there may be thousands. */
function logFaults({ log, scheduler = asyncScheduler }: HubServerOptions, running: Subscription) {
  const faults$ = new Subject<Error>();
  const logged$ = faults$.pipe(throttleTime(FAULT_LOG_MS, scheduler));
  running.add(logged$.subscribe((err) => log.warn({ err }, 'a connection could not be accepted')));
  return (error: Error) => faults$.next(error);
}

function find(listeners: readonly Listener[], name: string): Listener {
  const found = listeners.find((listener) => listener.name === name);
  if (found) return found;
  const names = listeners.map((listener) => listener.name).join(', ');
  throw new HubError('option/invalid', `no listener is called ${quote(name)}; there are ${names}`);
}
