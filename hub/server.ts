import type { Logger } from 'pino';
import { asyncScheduler, Subject, Subscription, throttleTime } from 'rxjs';
import type { Meter } from '../devices/index.ts';
import type { Broker } from './broker/broker.ts';
import { restoreSessions } from './broker/core.ts';
import { HubError, quote } from './core/error.ts';
import type { Hub } from './core/hub.ts';
import type { LocalBus } from './core/local-bus.ts';
import { createHub, type HubOptions, type WebHub } from './create-hub.ts';
import type { ExposureOptions } from './gateways/http/exposure.ts';
import type { History } from './history/history.ts';
import { LOOPBACK } from './listeners/listen.ts';
import type { Listener } from './listeners/listener.ts';
import { MqttTcpListener } from './listeners/mqtt-tcp.ts';
import type { Sessions } from './session/sessions.ts';
import { createEphemeralStore, type StoredSession } from './session/store.ts';
import { storePeersOf } from './session/store-peers.ts';

export interface HubServerOptions
  extends Omit<HubOptions, 'log' | 'history' | 'isLoopbackOnly' | keyof ExposureOptions> {
  /** The address to listen on. Default: loopback only. */
  readonly host?: string;
  /** Port of the pages; 0 lets the system choose. */
  readonly port: number;
  /** How many further ports may be tried if the port is taken. Default none. */
  readonly alternatives?: number;
  readonly log: Logger;
  /** Remembers the values of numeric topics. Default: nothing does. */
  readonly history?: History | undefined;
  /** The names and paths at which the hub is reached, and the pages that may use it. Default: the names of its machine, and its own pages. */
  readonly exposure?: ExposureOptions;
  /** Called when the hub can serve: its ports must be free from then on. Default: they are free before. */
  readonly beforeListening?: () => void;
}

/** A hub that serves clients. */
export interface HubServer {
  /** Serves MQTT over ports, and over connections that an embedder passes in. */
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
  /** Reports that everything is open. Until then `/readyz` says that the hub is starting, and the wills that the last hub left wait. */
  announceReady(): void;
  /** Stops accepting new connections; open ones stay. */
  drain(): void;
  /** Says goodbye to all clients, and closes. */
  close(): Promise<void>;
}

/** The least time between two log lines about connections that cannot be accepted, milliseconds. */
const FAULT_LOG_MS = 1_000;

/** Opens a hub with all its listeners. Rejects with `port/in-use`, `option/invalid`, or any other error that kept it from opening. */
export async function openHubServer(options: HubServerOptions): Promise<HubServer> {
  const { scheduler, exposure, host, history = false } = options;
  const store = options.store ?? createEphemeralStore(scheduler && (() => scheduler.now()));
  let hub: WebHub | undefined;
  try {
    hub = createHub({ ...options, ...exposure, store, history, isLoopbackOnly: host === undefined });
    return await open(options, hub);
  } catch (error) {
    await (hub ?? store).close().catch((failure: unknown) => {
      options.log.error({ err: failure }, 'closing what had been opened failed too');
    });
    throw error;
  }
}

/** Gives a hub its further listeners, and opens the pages. */
async function open(options: HubServerOptions, hub: WebHub): Promise<HubServer> {
  const { host, port, alternatives = 0, tls } = options;
  const { broker } = hub;
  const { core } = broker;
  const restore = (stored: readonly StoredSession[]) => restoreSessions(core, stored);
  await storePeersOf(core.store)?.start({ ...core, restore });
  options.beforeListening?.();
  const listeners: readonly Listener[] = [hub.add(() => new MqttTcpListener({ ...core, tls }))];
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
    port: await hub.listen({ hosts, port, alternatives, onFault }),
    deviceMeter: hub.deviceMeter,
    connect: () => broker.bus(),
    listen: async (name, wanted) => find(listeners, name).listen({ hosts, port: wanted, onFault }),
    announceReady: () => hub.announceReady(),
    drain: () => hub.drain(),
    close: () => hub.close(),
  };
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
  throw new HubError('option/invalid', `there is no listener ${quote(name)}; there are ${names}`);
}
