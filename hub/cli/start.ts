import type { Logger } from 'pino';
import { type DeviceAddress, KINDS, type Pins, parseDeviceAddress, runDevices } from '../../devices/index.ts';
import { Board } from '../../simulator/board/board.ts';
import { createVirtualPins } from '../../simulator/board/virtual-pins.ts';
import { HubError, quote } from '../core/error.ts';
import { createMemoryHistory } from '../history/open-history.ts';
import { type HubServer, openHubServer } from '../server.ts';
import type { Store } from '../storage/hub/store.ts';
import { CertificateFiles } from '../tls/certificate-files.ts';
import { PAGES_FOLDER, VERSION } from '../version.ts';
import { type BannerLine, banner, describePins } from './banner.ts';
import { openMqtt } from './mqtt.ts';
import { COMMAND } from './nearest.ts';
import { type OpenedAccess, openAccess } from './open-access.ts';
import { DEFAULT_PORT, type StartOptions } from './options.ts';
import type { Closers } from './run-until-stopped.ts';
import { type Running, runUntilStopped } from './run-until-stopped.ts';
import { describeSharing, outsideAddresses, qrCode, type Sharing, withToken } from './sharing.ts';
import { openKept } from './store.ts';
import { choosePins, openVirtualPi } from './virtual-pi.ts';

/** How many ports after the default one may be tried. */
const ALTERNATIVE_PORTS = 20;

/** Runs the hub with its pages and devices until it is told to stop. */
export function start(options: StartOptions): Promise<void> {
  return runUntilStopped(options, (running) => open(options, running));
}

/** Opens everything. Resolves to what to tell the user. */
async function open(options: StartOptions, { log, closers }: Running): Promise<string> {
  const board = new Board();
  const { pins, reasons } = await choosePins(options.driver, () => createVirtualPins(board));
  closers.add(() => pins.close());
  const { store, lock, text: kept } = await openKept(options, log, closers);
  const opened = await openAccess(options, lock, log, closers);
  const tls = openCertificate(options, log, closers);
  const server = await openPages(options, { log, opened, tls, store });
  closers.add(() => server.close());
  const isVirtual = pins.driver === 'virtual';
  const pigpiod = isVirtual ? await openVirtualPi(options, { board, server, log, closers }) : undefined;
  openDevices({ options, server, pins, log, closers });
  const mqtt = await openMqtt(options, server);
  closers.add(() => server.drain()); // Before all else: nobody is to come in while devices and clients leave.
  server.announceReady();
  const sharing = sharingOf(options, server, opened);
  const url = `${tls ? 'https' : 'http'}://localhost:${server.port}`;
  const dashboard = opened.linkTokens ? withToken(`${url}/`, opened.linkTokens.control) : url;
  const text = banner(`Pinhub ${VERSION}`, [
    ['Dashboard', describePort(dashboard, options, server.port)],
    ['Simulator', `${url}/simulator`],
    ...describePins(pins, reasons),
    ['MQTT', mqtt],
    ['Data', kept],
    ...(pigpiod === undefined ? [] : [['pigpiod', pigpiod] as const]),
    ['Stop', 'Ctrl-C'],
    ...(sharing ? describeSharing(sharing) : [describeLoopback(opened)]),
  ]);
  // The links and the code last: a small window has room for these, and for nothing else.
  return [text, sharing && qrCode(sharing)].filter(Boolean).join('\n');
}

/** The certificate to encrypt with, where one is given. Throws `option/invalid`. */
function openCertificate(
  { cert, key, clientCa }: StartOptions,
  log: Logger,
  closers: Closers,
): CertificateFiles | undefined {
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new HubError(
      'option/invalid',
      '--cert, --key and --client-ca: the first two go together, the third with them',
    );
  }
  const onFault = (error: HubError) => log.warn({ error: error.toJSON() }, 'the certificate stays as it was');
  const files = new CertificateFiles({ cert, key, clientCa, onFault });
  files.renewed$.subscribe(() => log.info('the certificate was read anew'));
  closers.add(() => files.close());
  return files;
}

interface PagesSetting {
  readonly log: Logger;
  readonly opened: OpenedAccess;
  readonly tls: CertificateFiles | undefined;
  readonly store: Store | undefined;
}

function openPages(
  { port, host, mqtt, limit }: StartOptions,
  { log, opened: { access }, tls, store }: PagesSetting,
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
    tls,
    store,
    ...(!store && { history: createMemoryHistory(log) }),
    log,
  });
}

interface DevicesSetting {
  readonly options: StartOptions;
  readonly server: HubServer;
  readonly pins: Pins;
  readonly log: Logger;
  readonly closers: Closers;
}

function openDevices({ options, server, pins, log, closers }: DevicesSetting): void {
  const devices = runDevices({
    devices: chooseDevices(options, pins),
    kinds: KINDS,
    pins,
    connect: () => {
      const bus = server.connect();
      closers.add(() => bus.close());
      return bus;
    },
    log,
    meter: server.deviceMeter,
    intervalMs: options.interval,
  });
  closers.add(() => devices.close());
}

/** The devices that were asked for, else the course's: its LED, and its button where no wire is needed for one. */
export function chooseDevices(
  { device, prefix }: Pick<StartOptions, 'device' | 'prefix'>,
  pins: Pins,
): DeviceAddress[] {
  const wanted = device ?? (pins.driver === 'virtual' ? ['led/21', 'button/23'] : ['led/21']);
  const twice = wanted.find((text, index) => wanted.indexOf(text) !== index);
  if (twice !== undefined)
    throw new HubError('option/invalid', `the device ${quote(twice)} is asked for twice`);
  return wanted.map((text) => {
    const address = parseDeviceAddress(text);
    const levels = [prefix, address.prefix].filter(Boolean).join('/');
    return { ...address, prefix: levels };
  });
}

function describePort(url: string, { port }: StartOptions, found: number): string {
  if (port !== undefined || found === DEFAULT_PORT) return url;
  return `${url}   (port ${DEFAULT_PORT} is taken by another program; --port chooses)`;
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
  const login = access.isOpen ? '' : ', and asks who comes in, as there are users';
  return ['Share', `only this machine can reach it${login}; ${command} opens it to your network`];
}
