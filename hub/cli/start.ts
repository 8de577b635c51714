import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubError } from '../core/error.ts';
import { isPortTaken } from '../listeners/listen.ts';
import { readKindModules } from '../plugin.ts';
import { type HubServer, openHubServer } from '../server.ts';
import { defaultDataFolder } from '../storage/folder/data-folder.ts';
import { CertificateFiles } from '../tls/certificate-files.ts';
import { PAGES_FOLDER, VERSION } from '../version.ts';
import { type BannerLine, banner } from './banner.ts';
import { chooseDevices } from './chosen-devices.ts';
import { openClass } from './classroom.ts';
import { openClusterKept } from './cluster.ts';
import { devicePrefix } from './cluster-options.ts';
import { guardAnnouncements, openHomeAssistant } from './home-assistant.ts';
import { wordsOf } from './languages/index.ts';
import { translated, type Words } from './languages/words.ts';
import { type OpenedAccess, openAccess } from './open-access.ts';
import {
  COMMAND,
  DEFAULT_MQTT_PORT,
  DEFAULT_MQTTS_PORT,
  DEFAULT_PORT,
  pagesPort,
  type StartOptions,
} from './options.ts';
import { describePins, describeRefused, openDevices, openPins, openVirtualPi, refuseLevels } from './pins.ts';
import { kindsOf, loadPlugins } from './plugins.ts';
import { type Running, runUntilStopped, type Scope } from './run-until-stopped.ts';
import {
  basesOf,
  clientAddresses,
  describeSharing,
  exposureOf,
  isReachable,
  qrCode,
  withToken,
} from './sharing.ts';
import { openKept } from './store.ts';

/** Runs the hub with its pages and devices until a signal stops it. */
export function start(options: StartOptions): Promise<void> {
  return runUntilStopped(options, (running) => open(options, running));
}

/** Opens everything. Resolves to the banner. */
async function open(given: StartOptions, scope: Running): Promise<string> {
  const { log, closers } = scope;
  const words = wordsOf(given);
  const { banner: say } = words.output;
  const plugins = await loadPlugins(given);
  const kinds = kindsOf(plugins);
  const kindModules = plugins.flatMap(readKindModules);
  const pins = given.devices ? await openPins(given, scope, plugins) : undefined;
  const prefix = devicePrefix(given);
  const chosen = pins && chooseDevices({ ...given, prefix }, { kinds, pins: pins.pins });
  const options = {
    ...given,
    prefix,
    data: given.data ?? chooseDataFolder(given, scope),
  };
  const { cluster } = options;
  const tls = openCertificate(options, scope);
  const {
    text: kept,
    lock,
    store,
    history,
    joined,
    room,
  } = await (cluster
    ? openClusterKept({ ...options, cluster }, scope, { plugins, tls })
    : openKept(options, scope, plugins));
  const { access, linkTokens, links, vault } = await openAccess(
    options,
    { lock, vault: joined?.vault },
    scope,
    plugins,
  );
  const held = await openClass(options, scope, { access, vault, kinds });
  const { port, host, mqtt, limit } = options;
  const exposure = exposureOf(options);
  const server = await openHubServer({
    ...(host !== undefined && { host }),
    ...pagesPort(port),
    pagesFolder: PAGES_FOLDER,
    mqtt,
    ...(limit && { limits: limit }),
    exposure,
    ...held?.parts,
    access: guardAnnouncements(held?.guard(access) ?? access, options),
    logins: access.logins,
    accounts: access.managed,
    links,
    kindModules,
    tls,
    store,
    history,
    historyFilters: options.history,
    hubs: joined?.hubs,
    beforeListening: () => room?.close(),
    log,
  });
  closers.add(() => server.close());
  if (joined) closers.addSlow(joined.drainMs, () => joined.drain(server.port));
  if (joined) closers.add(() => joined.release());
  const { mayRun } = joined ?? {};
  const hasBoard = pins && (pins.pins.driver === 'virtual' || pins.mirror);
  const pigpiod = hasBoard ? await openVirtualPi(options, scope, { ...pins, server, mayRun }) : undefined;
  if (pins && !hasBoard) refuseLevels(options, scope, server);
  const { deviceMeter: meter } = server;
  const connect = () => server.connect();
  const devices =
    chosen && openDevices(options, scope, { ...pins, devices: chosen, kinds, connect, meter, mayRun });
  const homeAssistant = openHomeAssistant(options, scope, server);
  const { port: mqttPort, text: mqttText } = await openMqtt(options, server);
  closers.add(() => {
    // Comes first: no client may connect while devices and clients leave.
    joined?.announce([]);
    server.drain();
  });
  server.announceReady();
  joined?.announce(clientAddresses(options, { port: server.port, mqttPort }));
  const scheme = tls ? ('https' as const) : ('http' as const);
  const url = `${scheme}://localhost:${server.port}${exposure.basePath}`;
  const bases = basesOf(options, { scheme, port: server.port });
  const sharing = isReachable(options) && !held ? { bases, linkTokens } : undefined;
  const dashboard = linkTokens ? withToken(`${url}/`, linkTokens.control) : url;
  const refused = devices ? await describeRefused(devices, words) : [];
  const lines: BannerLine[] = [
    [say.dashboard, describePort(dashboard, options, server)],
    ...(pins
      ? [[say.simulator, `${url}/simulator`] as const, ...describePins(pins, words)]
      : [[say.pins, say.noPins] as const]),
    ...refused.map((text, index) => [index === 0 ? say.devices : '', text] as const),
    ['MQTT', mqttText],
    ...homeAssistant,
    [say.data, kept],
    ...(pigpiod === undefined ? [] : [['pigpiod', pigpiod] as const]),
    [say.stop, 'Ctrl-C'],
    ...(held
      ? held.describe(bases)
      : sharing
        ? describeSharing(sharing, words)
        : [describeLoopback(access, words)]),
  ];
  // The links and the code come last: a small window shows only these.
  return [banner(`Pinhub ${VERSION}`, lines), held ? held.qrCode(bases) : sharing && qrCode(sharing)]
    .filter(Boolean)
    .join('\n');
}

/** The default data folder, or for an ephemeral hub of a user without a home folder a temporary one. Throws `option/invalid`. */
function chooseDataFolder({ ephemeral = false }: StartOptions, { closers }: Scope): string {
  try {
    return defaultDataFolder();
  } catch (error) {
    if (!ephemeral) throw error;
    const folder = mkdtempSync(join(tmpdir(), 'pinhub-'));
    closers.add(() => rmSync(folder, { recursive: true }));
    return folder;
  }
}

/** The certificate for encryption, if one is given. Throws `option/invalid`. */
function openCertificate(
  { cert, key, clientCa }: StartOptions,
  { log, closers }: Scope,
): CertificateFiles | undefined {
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new HubError('option/invalid', '--cert and --key need each other, and --client-ca needs both');
  const onFault = (error: HubError) => log.warn({ error: error.toJSON() }, 'the certificate stays as it was');
  const files = new CertificateFiles({ cert, key, clientCa, onFault });
  files.renewed$.subscribe(() => log.info('the renewed certificate is in use'));
  closers.add(() => files.close());
  return files;
}

interface OpenedMqtt {
  /** `undefined` if MQTT is not served over TCP. */
  readonly port?: number;
  /** For the banner. */
  readonly text: string;
}

/** Opens the port of MQTT. Rejects with `port/in-use` if the user asked for that port. */
async function openMqtt(options: StartOptions, server: HubServer): Promise<OpenedMqtt> {
  const { mqtt, mqttPort, cert, basePath = '' } = options;
  const words = wordsOf(options);
  const { banner: say } = words.output;
  if (!mqtt) return { text: say.noMqtt };
  const [s, defaultPort] = cert === undefined ? ['', DEFAULT_MQTT_PORT] : ['s', DEFAULT_MQTTS_PORT];
  const webSocket = `ws${s}://localhost:${server.port}${basePath}/mqtt`;
  try {
    const port = await server.listen('mqtt', mqttPort ?? defaultPort);
    return { port, text: `mqtt${s}://localhost:${port}  ${webSocket}` };
  } catch (error) {
    if (mqttPort !== undefined || !isPortTaken(error)) throw error;
    return { text: `${webSocket}   (${say.noTcp(translated(words, error.message))})` };
  }
}

function describePort(url: string, { port, lang }: StartOptions, { port: found }: HubServer): string {
  if (port !== undefined || found === DEFAULT_PORT) return url;
  return `${url}   (${wordsOf({ lang }).output.banner.otherPort(DEFAULT_PORT)})`;
}

function describeLoopback(
  { directory }: OpenedAccess['access'],
  { output: { banner: say } }: Words,
): BannerLine {
  const command = process.env.npm_lifecycle_event === 'start' ? 'npm start -- --host' : `${COMMAND} --host`;
  return [say.share, directory.isOpen ? say.loopback(command) : say.loopbackWithUsers(command)];
}
