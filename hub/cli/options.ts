import { InvalidArgumentError, Option } from 'commander';
import { DRIVERS, type Driver } from '../../devices/drivers.ts';
import { HubError } from '../core/error.ts';
import { type HubLimits, parseLimit } from '../limits/hub-limits.ts';
import { DURABILITIES, type Durability } from '../storage/engine/flusher.ts';
import { defaultDataFolder } from '../storage/folder/data-folder.ts';
import { variableOf } from './environment.ts';
import { LOG_LEVELS } from './log.ts';

/** The environment has one word where the command line has several: there spaces or commas stand between them. */
function split(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

function collectDevices(text: string, before: readonly string[] = []): readonly string[] {
  const devices = split(text);
  if (devices.length > 0) return [...before, ...devices];
  throw new InvalidArgumentError('It must be devices, as in led/21 servo/18.');
}

function collectLimit(text: string, before: Partial<HubLimits> = {}): Partial<HubLimits> {
  try {
    const limits = split(text).map(parseLimit);
    if (limits.length > 0) return { ...before, ...Object.fromEntries(limits) };
    throw new InvalidArgumentError('It must be limits by their names, as in queuedMessages=500.');
  } catch (error) {
    if (error instanceof HubError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

/** A TCP port, 0–65535; 0 lets the system choose. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}

function parseInterval(text: string): number {
  const intervalMs = Number(text);
  if (/^\d+$/.test(text) && intervalMs >= 1 && intervalMs <= 10_000) return intervalMs;
  throw new InvalidArgumentError('It must be a whole number of milliseconds from 1 to 10000.');
}

/** A whole number from 1. */
export function parseCount(text: string): number {
  if (/^\d+$/.test(text) && Number(text) >= 1) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

function parsePrefix(text: string): string {
  const levels = text.replace(/\/+$/, '');
  if (/[+#\0]/.test(levels) || levels.startsWith('$') || levels.startsWith('/')) {
    throw new InvalidArgumentError(
      'It must be topic levels as in lab/ana, without "+", "#" or a leading "$" or "/".',
    );
  }
  return levels;
}

function parseHubUrl(text: string): string {
  const url = text.includes('://') ? text : `http://${text}`;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new InvalidArgumentError('It must be a URL, as in http://raspberrypi.local:5000.');
}

/** An address to listen on; whether this machine has it, the system will say. */
function parseHost(text: string): string {
  if (/^[\w.:%-]+$/.test(text)) return text;
  throw new InvalidArgumentError(
    'It must be an address of this machine, as in 192.168.1.10, or nothing at all: for all of them.',
  );
}

export function parsePath(text: string): string {
  if (text.trim() !== '' && !text.includes('\0')) return text;
  throw new InvalidArgumentError('It must be a path, as in ./pinhub.');
}

export const DEFAULT_PORT = 5000;
export const DEFAULT_PIGPIOD_PORT = 8888;
export const DEFAULT_MQTT_PORT = 1883;
/** Of MQTT with TLS. */
export const DEFAULT_MQTTS_PORT = 8883;

/** The options of `pinhub start`. What was not given is `undefined` where a default would hide that. */
export interface StartOptions {
  readonly port?: number;
  readonly host?: string;
  readonly driver: Driver;
  readonly device?: readonly string[];
  readonly prefix: string;
  readonly interval: number;
  /** `false` for `--no-pigpiod`. */
  readonly pigpiod: boolean;
  readonly pigpiodPort?: number;
  /** `false` for `--no-mqtt`. */
  readonly mqtt: boolean;
  readonly mqttPort?: number;
  readonly limit?: Partial<HubLimits>;
  readonly data?: string;
  readonly ephemeral?: boolean;
  readonly durability: Durability;
  readonly config?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly clientCa?: string;
  readonly logLevel: string;
}

/** The options of `pinhub device`. */
export interface DeviceOptions {
  readonly hub: string;
  readonly tokenFile?: string;
  readonly ca?: string;
  readonly driver: Driver;
  readonly device?: readonly string[];
  readonly prefix: string;
  readonly interval: number;
  readonly logLevel: string;
}

/** The options of `pinhub pub` and `pinhub sub`. */
export interface ClientOptions {
  readonly hub: string;
  readonly tokenFile?: string;
  readonly ca?: string;
  readonly retain?: boolean;
  readonly verbose?: boolean;
  readonly count?: number;
}

/** An option that may also come from the environment: `--pigpiod-port` is `PINHUB_PIGPIOD_PORT`, `--no-mqtt` is `PINHUB_NO_MQTT`. */
function option(flags: string, description: string): Option {
  const made = new Option(flags, description);
  return made.env(variableOf(made.name()));
}

export const portOption = () =>
  option('--port <number>', `port of the pages (default: ${DEFAULT_PORT}, or the next free one)`).argParser(
    parsePort,
  );

export const hostOption = () =>
  option('--host [address]', 'open the hub to the network: on an address of this machine, or on all')
    .preset('::')
    .argParser(parseHost);

export const driverOption = () =>
  option('--driver <name>', 'what drives the pins; auto finds out').choices(DRIVERS).default('auto');

export const deviceOption = () =>
  option(
    '--device <kind/id...>',
    'devices to run, as in led/21 servo/18 rgb/5-6-13 (default: led/21, and button/23 where pins are virtual)',
  ).argParser(collectDevices);

export const prefixOption = () =>
  option('--prefix <levels>', 'topic levels in front of every device, as in lab/ana')
    .default('')
    .argParser(parsePrefix);

export const intervalOption = () =>
  option('--interval <ms>', 'least time between two writes to a pin').default(20).argParser(parseInterval);

export const pigpiodPortOption = () =>
  option(
    '--pigpiod-port <number>',
    `port of the virtual Pi's pigpiod, on loopback (default: ${DEFAULT_PIGPIOD_PORT})`,
  ).argParser(parsePort);

export const noPigpiodOption = () => option('--no-pigpiod', "don't serve the pigpiod protocol");

/** The path of a file or a folder. */
const pathOption = (flags: string, description: string) => option(flags, description).argParser(parsePath);

/** On as it is; a configuration file may say so all the same, and the command line may overrule one that says no. */
const onOption = (flag: string) => new Option(flag).default(true).hideHelp();

export const pigpiodOption = () => onOption('--pigpiod');

export const mqttOption = () => onOption('--mqtt');

export const mqttPortOption = () =>
  option(
    '--mqtt-port <number>',
    `port of MQTT over TCP (default: ${DEFAULT_MQTT_PORT}, or ${DEFAULT_MQTTS_PORT} with --cert)`,
  ).argParser(parsePort);

export const noMqttOption = () => option('--no-mqtt', "don't speak MQTT, over TCP or WebSocket");

export const hubOption = () =>
  option('--hub <url>', 'the hub').default(`http://localhost:${DEFAULT_PORT}`).argParser(parseHubUrl);

export const tokenFileOption = () =>
  pathOption(
    '--token-file <file>',
    'a file with the token that the hub asks for; PINHUB_TOKEN may hold it too',
  );

export const caOption = () =>
  pathOption(
    '--ca <file>',
    "who vouches for the hub's certificate (PEM): of a hub with one of `pinhub cert`, its cert.pem",
  );

export const logLevelOption = () =>
  option('--log-level <level>', 'what to log').choices(LOG_LEVELS).default('info');

export const dataOption = () =>
  pathOption('--data <folder>', `where what is to outlive the hub is kept (default: ${defaultDataFolder()})`);

export const certOption = () =>
  pathOption(
    '--cert <file>',
    'encrypt everything with this certificate (PEM); read again when it is renewed',
  );

export const keyOption = () => pathOption('--key <file>', 'the private key of the certificate (PEM)');

export const clientCaOption = () =>
  pathOption(
    '--client-ca <file>',
    'let in clients by certificates that these vouch for (PEM), under the name of their CN',
  );

export const ephemeralOption = () =>
  option('--ephemeral', 'keep nothing of messages and sessions: what is retained ends with the hub');

export const durabilityOption = () =>
  option(
    '--durability <what>',
    'what an acknowledged message outlives: the death of the process, or a power cut',
  )
    .choices(DURABILITIES)
    .default('process');

export const roleOption = (role: string) =>
  option(
    '--role <name>',
    'what it may do: viewer, controller, device, admin, or a role of the configuration file',
  ).default(role);

export const configOption = () => pathOption('--config <file>', 'a JSON file with options by their names');

export const limitOption = () =>
  option(
    '--limit <name=value...>',
    'limits by their names, as in queuedMessages=500; the README lists them',
  ).argParser(collectLimit);
