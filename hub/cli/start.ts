import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { HubError } from '../core/error.ts';
import type { History } from '../history/history.ts';
import { type HubServer, openHubServer } from '../server.ts';
import type { Store } from '../session/store.ts';
import { CertificateFiles } from '../tls/certificate-files.ts';
import { PAGES_FOLDER, VERSION } from '../version.ts';
import { type BannerLine, banner } from './banner.ts';
import { defaultDataFolder } from './data-folder.ts';
import { type OpenedAccess, openAccess } from './open-access.ts';
import {
  COMMAND,
  DEFAULT_MQTT_PORT,
  DEFAULT_MQTTS_PORT,
  DEFAULT_PORT,
  type StartOptions,
} from './options.ts';
import { describePins, openDevices, openPins, openVirtualPi } from './pins.ts';
import { type Closers, type Running, runUntilStopped } from './run-until-stopped.ts';
import { describeSharing, outsideAddresses, qrCode, type Sharing, withToken } from './sharing.ts';
import { openKept } from './store.ts';

/** How many ports after the default one may be tried. */
const ALTERNATIVE_PORTS = 20;

/** Runs the hub with its pages and devices until a signal stops it. */
export function start(options: StartOptions): Promise<void> {
  return runUntilStopped(options, (running) => open(options, running));
}

/** Opens everything. Resolves to the banner. */
async function open(given: StartOptions, { log, closers }: Running): Promise<string> {
  const pins = given.devices ? await openPins(given, closers) : undefined;
  const options = { ...given, data: given.data ?? chooseDataFolder(given, closers) };
  const { text: kept, lock, ...storage } = await openKept(options, log, closers);
  const opened = await openAccess(options, lock, log, closers);
  const tls = openCertificate(options, log, closers);
  const server = await openPages(options, { log, opened, tls, ...storage });
  closers.add(() => server.close());
  const isVirtual = pins?.pins.driver === 'virtual';
  const pigpiod = isVirtual ? await openVirtualPi(options, { ...pins, server, log, closers }) : undefined;
  if (pins)
    openDevices(options, {
      pins: pins.pins,
      log,
      closers,
      connect: () => server.connect(),
      meter: server.deviceMeter,
    });
  const mqtt = await openMqtt(options, server);
  closers.add(() => server.drain()); // First of all: nobody may connect while devices and clients leave.
  server.announceReady();
  const sharing = sharingOf(options, server, opened);
  const url = `${tls ? 'https' : 'http'}://localhost:${server.port}`;
  const dashboard = opened.linkTokens ? withToken(`${url}/`, opened.linkTokens.control) : url;
  const text = banner(`Pinhub ${VERSION}`, [
    ['Dashboard', describePort(dashboard, options, server.port)],
    ...(pins
      ? [['Simulator', `${url}/simulator`] as const, ...describePins(pins)]
      : [['Pins', 'none (--no-devices)'] as const]),
    ['MQTT', mqtt],
    ['Data', kept],
    ...(pigpiod === undefined ? [] : [['pigpiod', pigpiod] as const]),
    ['Stop', 'Ctrl-C'],
    ...(sharing ? describeSharing(sharing) : [describeLoopback(opened)]),
  ]);
  // The links and the code come last: a small window shows only these.
  return [text, sharing && qrCode(sharing)].filter(Boolean).join('\n');
}

/**
 * The default data folder. A user without a home folder may still run an ephemeral hub: its accounts then end with it. Throws
 * `option/invalid`.
 */
function chooseDataFolder({ ephemeral = false }: StartOptions, closers: Closers): string {
  try {
    return defaultDataFolder();
  } catch (error) {
    if (!ephemeral) throw error;
    const folder = mkdtempSync(join(tmpdir(), 'pinhub-'));
    closers.add(() => rmSync(folder, { recursive: true }));
    return folder;
  }
}

/** The certificate to encrypt with, if one is given. Throws `option/invalid`. */
function openCertificate(
  { cert, key, clientCa }: StartOptions,
  log: Logger,
  closers: Closers,
): CertificateFiles | undefined {
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new HubError('option/invalid', '--cert and --key need each other, and --client-ca needs both');
  }
  const onFault = (error: HubError) => log.warn({ error: error.toJSON() }, 'the certificate stays as it was');
  const files = new CertificateFiles({ cert, key, clientCa, onFault });
  files.renewed$.subscribe(() => log.info('the renewed certificate is in use'));
  closers.add(() => files.close());
  return files;
}

interface PagesSetting {
  readonly log: Logger;
  readonly opened: OpenedAccess;
  readonly tls: CertificateFiles | undefined;
  readonly store: Store;
  readonly history: History;
}

function openPages(
  { port, host, mqtt, limit }: StartOptions,
  { log, opened: { access, links }, tls, store, history }: PagesSetting,
): Promise<HubServer> {
  return openHubServer({
    ...(host !== undefined && { host }),
    port: port ?? DEFAULT_PORT,
    alternatives: port === undefined ? ALTERNATIVE_PORTS : 0,
    pagesFolder: PAGES_FOLDER,
    mqtt,
    ...(limit && { limits: limit }),
    access,
    logins: access.logins,
    links,
    tls,
    store,
    history,
    log,
  });
}

/** Opens the port of MQTT. Resolves to what the banner says about MQTT; rejects with `port/in-use` if the user asked for that port. */
async function openMqtt({ mqtt, mqttPort, cert }: StartOptions, server: HubServer): Promise<string> {
  if (!mqtt) return 'off (--no-mqtt)';
  const [s, defaultPort] = cert === undefined ? ['', DEFAULT_MQTT_PORT] : ['s', DEFAULT_MQTTS_PORT];
  const webSocket = `ws${s}://localhost:${server.port}/mqtt`;
  try {
    const port = await server.listenMqtt(mqttPort ?? defaultPort);
    return `mqtt${s}://localhost:${port}  ${webSocket}`;
  } catch (error) {
    const isOptional = mqttPort === undefined && error instanceof HubError && error.code === 'port/in-use';
    if (!isOptional) throw error;
    return `${webSocket}   (no TCP: ${error.message} with --mqtt-port)`;
  }
}

function describePort(url: string, { port }: StartOptions, found: number): string {
  if (port !== undefined || found === DEFAULT_PORT) return url;
  return `${url}   (another program uses port ${DEFAULT_PORT}; --port chooses one)`;
}

function sharingOf(
  { host, cert }: StartOptions,
  { port }: HubServer,
  { linkTokens }: OpenedAccess,
): Sharing | undefined {
  if (host === undefined) return undefined;
  const scheme = cert === undefined ? 'http' : 'https';
  return { scheme, port, linkTokens, addresses: outsideAddresses(host) };
}

function describeLoopback({ access }: OpenedAccess): BannerLine {
  const command = process.env.npm_lifecycle_event === 'start' ? 'npm start -- --host' : `${COMMAND} --host`;
  const login = access.isOpen ? '' : ', and its users log in';
  return ['Share', `only this machine can reach it${login}; ${command} opens it to your network`];
}
