import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import type { Meter } from '../devices/index.ts';
import type { Logins } from './access/accounts/logins.ts';
import type { ManagedAccounts } from './access/accounts/managed.ts';
import type { Links } from './access/links.ts';
import type { Broker, BrokerOptions } from './broker/broker.ts';
import type { BrokerCore } from './broker/core.ts';
import { type ComposedBroker, composeBroker } from './broker/create-broker.ts';
import type { Identity } from './broker/identity.ts';
import type { Classroom } from './classroom/classroom.ts';
import type { Administration } from './gateways/http/admin/administration.ts';
import { Exposure, type ExposureOptions } from './gateways/http/exposure.ts';
import type { KindModules } from './gateways/http/kind-modules.ts';
import { RefusalRing } from './gateways/refusal-ring.ts';
import { parseHistoryChoice } from './history/choice.ts';
import type { History } from './history/history.ts';
import { createMemoryHistory } from './history/open-history.ts';
import { type ListenOptions, LOOPBACK } from './listeners/listen.ts';
import type { Entrance } from './listeners/listener.ts';
import { PagesListener } from './listeners/pages.ts';
import type { Tls } from './listeners/servers.ts';
import { Monitoring } from './telemetry/monitoring.ts';
import { RATE_COLUMNS, SAMPLE_SECONDS } from './telemetry/rates.ts';
import { PAGES_FOLDER, VERSION } from './version.ts';

export interface HubOptions<I extends Identity = Identity> extends BrokerOptions<I>, ExposureOptions {
  /** Whether only this machine can reach the hub, so that requests for its other addresses are refused. Default false. */
  readonly isLoopbackOnly?: boolean;
  /** Whether MQTT is served over WebSocket at `/mqtt`. Default true. */
  readonly mqtt?: boolean;
  /** The logins of browsers, if they have to log in at the hub's own page; `openGuardedAccess` has them. */
  readonly logins?: Logins;
  /**
   * The address, without a query, of a page of your own where visitors log in; `next` in its query is the page that they wanted. `false`
   * refuses them instead. Default: `false` with `authenticate` and without `logins`, else the hub's own page.
   */
  readonly loginPage?: string | false;
  /** The accounts that administrators may manage over REST; `openGuardedAccess` has them as `managed`. Default: none. */
  readonly accounts?: ManagedAccounts | undefined;
  /** The links by which users admit others from the pages. Default: none. */
  readonly links?: Links;
  /** The class that is held on the hub, at the page `/class`; needs `accounts` and `logins`. Default: none. */
  readonly classroom?: Classroom | undefined;
  /** Remembers the values of numeric topics; `false` remembers none. Default: values are kept in memory, for as long as the process runs. */
  readonly history?: History | false | undefined;
  /**
   * The topics that have a history beside the reports of devices: filters of topics whose payload is a number, as `meter/+/power`, or has a number in a field
   * of its JSON, as `zigbee2mqtt/+?temperature`. Default: nothing.
   */
  readonly historyFilters?: readonly string[] | undefined;
  /** The modules that pages load to draw kinds of device that they do not know; `readKindModules` reads them from a plug-in. Default: none. */
  readonly kindModules?: readonly KindModules[];
  /** Encrypts the ports that the hub opens itself. Default: nothing is encrypted. */
  readonly tls?: Tls | undefined;
  /** The folder of the built pages. Default: the package's own. */
  readonly pagesFolder?: string;
}

/** The whole hub: a broker with pages, REST and Socket.IO. Servers of an embedder carry it, or it opens a port of its own. */
export interface WebHub<I extends Identity = Identity> {
  /** Serves MQTT over ports, and over connections that an embedder passes in; publishes, and reports clients and messages. */
  readonly broker: Broker<I>;
  /** Pages, REST, and Socket.IO without WebSocket. Mount it at the base path, in front of body parsers. It answers every request. */
  readonly router: (request: IncomingMessage, response: ServerResponse) => void;
  /**
   * Serves the WebSockets of Socket.IO and MQTT below the base path of a server, whose other upgrades it leaves alone; calls `announceReady`.
   * Returns a function that stops it.
   */
  attach(server: Server): () => void;
  /** Opens a port for pages, REST and WebSockets. Resolves to the port, which the system chooses for 0; rejects with `port/in-use` or `option/invalid`. */
  listen(options: Partial<ListenOptions> & Pick<ListenOptions, 'port'>): Promise<number>;
  /** Adds an entrance, as `broker.add` does, and counts its connections in metrics under its name. */
  add<E extends Entrance>(create: (core: BrokerCore) => E): E;
  /** Collects the durations of devices in this process. */
  readonly deviceMeter: Meter;
  /** Reports that everything is open. Until then `/readyz` says that the hub is starting, and the wills that the last hub left wait. */
  announceReady(): void;
  /** Stops accepting new connections; open ones stay. */
  drain(): void;
  /** Says goodbye to all clients, and closes; the embedder's servers stay open. Rejects as the store does. */
  close(): Promise<void>;
}

/** Creates a hub. Throws `option/invalid`, or what the store throws; the store is then still open, and nothing else is. */
export function createHub<I extends Identity = Identity>(options: HubOptions<I> = {}): WebHub<I> {
  const exposure = createExposure(options);
  const choices = (options.historyFilters ?? []).map(parseHistoryChoice);
  const broker = composeBroker(options);
  const history =
    options.history === false ? undefined : (options.history ?? createMemoryHistory(broker.core.log));
  const monitoring = new Monitoring({ ...broker.core, history, choices });
  try {
    return new ComposedHub({ ...options, history }, { broker, exposure, monitoring });
  } catch (error) {
    monitoring
      .close()
      .catch((err: unknown) => broker.core.log.error({ err }, 'the monitoring did not close cleanly'));
    broker.stop();
    throw error;
  }
}

/** The parts of a hub. */
interface HubParts<I extends Identity> {
  readonly broker: ComposedBroker<I>;
  readonly exposure: Exposure;
  readonly monitoring: Monitoring;
}

class ComposedHub<I extends Identity> implements WebHub<I> {
  readonly broker: Broker<I>;
  readonly router: WebHub<I>['router'];
  readonly deviceMeter: Meter;
  readonly #monitoring: Monitoring;
  readonly #pages: PagesListener;
  readonly #entrances: Entrance[] = [];

  constructor(
    options: HubOptions<I> & { readonly history: History | undefined },
    { broker, exposure, monitoring }: HubParts<I>,
  ) {
    const { core } = broker;
    const { history } = options;
    this.broker = broker;
    this.#monitoring = monitoring;
    broker.beforeStoreCloses(() => monitoring.close());
    const { readiness, metrics } = this.#monitoring;
    this.deviceMeter = metrics.deviceMeter;
    const administration = createAdministration(options, { broker, monitoring });
    broker.beforeStoreCloses(() => administration.refusals.close());
    const parts = { ...core, readiness, metrics, exposure, history, administration };
    const pages = this.add(() => createPages(options, parts));
    this.#pages = pages;
    this.router = (request, response) => pages.handle(request, response);
    const renewing = options.tls?.renewed$.subscribe((context) => pages.renew(context));
    broker.beforeStoreCloses(() => renewing?.unsubscribe());
    const { socketIo, http } = pages;
    this.#monitoring.report({ ...core, version: VERSION, socketIo, http, listeners: this.#entrances });
  }

  attach(server: Server): () => void {
    this.announceReady();
    return this.#pages.attach(server);
  }

  listen(where: Parameters<WebHub<I>['listen']>[0]): Promise<number> {
    return this.#pages.listen({ hosts: LOOPBACK, ...where });
  }

  add<E extends Entrance>(create: (core: BrokerCore) => E): E {
    const entrance = this.broker.add(create);
    this.#entrances.push(entrance);
    return entrance;
  }

  announceReady(): void {
    this.#monitoring.readiness.phase = 'serving';
    this.broker.awaitReturns();
  }

  drain(): void {
    this.#monitoring.readiness.phase = 'draining';
    this.broker.drain();
  }

  close(): Promise<void> {
    this.#monitoring.readiness.phase = 'draining';
    this.#monitoring.stopRecording();
    return this.broker.close();
  }
}

interface PagesParts extends BrokerCore, Pick<Monitoring, 'readiness' | 'metrics'> {
  readonly exposure: Exposure;
  readonly history: History | undefined;
  readonly administration: Administration;
}

function createPages<I extends Identity>(options: HubOptions<I>, parts: PagesParts): PagesListener {
  const { tls, links, logins, classroom, kindModules, pagesFolder = PAGES_FOLDER, mqtt = true } = options;
  const loginPage = options.loginPage ?? (options.authenticate && !logins ? false : undefined);
  return new PagesListener({
    ...parts,
    tls,
    links,
    logins,
    classroom,
    loginPage,
    kindModules,
    version: VERSION,
    pagesFolder,
    mqtt: mqtt ? parts.mqtt : undefined,
  });
}

function createAdministration<I extends Identity>(
  { accounts }: HubOptions<I>,
  { broker, monitoring }: Pick<HubParts<I>, 'broker' | 'monitoring'>,
): Administration {
  const { core } = broker;
  const rates = { everySeconds: SAMPLE_SECONDS, columns: RATE_COLUMNS };
  return {
    ...core,
    accounts,
    clients: () => broker.connected(),
    readings: () => monitoring.readings,
    rates: { ...rates, last: (seconds) => monitoring.rates(seconds) },
    refusals: new RefusalRing(core.events, core.hub.now),
  };
}

/** Accepts requests for the names and addresses of this machine, and for the given ones. */
function createExposure<I extends Identity>(options: HubOptions<I>): Exposure {
  const names = [hostname(), `${hostname()}.local`, ...(options.names ?? [])];
  const { isLoopbackOnly = false, authenticate } = options;
  const { log } = options;
  return new Exposure({ ...options, names, isLoopbackOnly, givesRequest: authenticate !== undefined, log });
}
