import { Option } from 'commander';
import { AUTO } from '../../devices/drivers.ts';
import { BUILT_IN_DRIVERS } from '../../devices/facts/drivers.ts';
import { DEFAULT_PIGPIOD_PORT } from '../../simulator/pigpiod/server.ts';
import { toHubError } from '../core/error.ts';
import { parseHostName, parseOrigin } from '../gateways/http/origin.ts';
import { parseHistoryChoice } from '../history/choice.ts';
import { ANNOUNCEMENT_FORMS, type AnnouncementForm } from '../home-assistant/index.ts';
import type { HubLimits } from '../limits/hub-limits.ts';
import { DURABILITIES, type Durability } from '../storage/engine/change-log.ts';
import { defaultDataFolder } from '../storage/folder/data-folder.ts';
import {
  type ClusterOptions,
  DEFAULT_CLUSTER_NAME,
  DEFAULT_DRAIN_SECONDS,
  DEFAULT_HUB_NAME,
  parseClusterName,
  parseServer,
} from './cluster-options.ts';
import { LOG_LEVELS } from './log.ts';
import {
  collect,
  collectDevices,
  collectLimits,
  collectPlugins,
  type Parse,
  parseDiscoveryPrefix,
  parseHost,
  parseHubUrl,
  parsePath,
  parsePort,
  parsePrefix,
  parseProxy,
  parsePublicPath,
  split,
  wholeNumber,
} from './option-values.ts';

/** The program as users call it after `npm ci`, without installing it for the whole machine. */
export const COMMAND = 'npx pinhub';

export const DEFAULT_PORT = 5000;

/** Every address of this machine, also those of IPv4. */
export const ALL_ADDRESSES = '::';

/** How many ports after the default one may be tried. */
const ALTERNATIVE_PORTS = 20;

/** At which port to serve the pages: one that was asked for, or the default one and those behind it. */
export function pagesPort(port: number | undefined): {
  readonly port: number;
  readonly alternatives: number;
} {
  return port === undefined
    ? { port: DEFAULT_PORT, alternatives: ALTERNATIVE_PORTS }
    : { port, alternatives: 0 };
}

export const DEFAULT_MQTT_PORT = 1883;
/** The port of MQTT with TLS. */
export const DEFAULT_MQTTS_PORT = 8883;

/** The options of `pinhub start`. Those without a default are `undefined` unless set. */
export interface StartOptions extends ClusterOptions {
  /** How long a hub of a cluster may take to move its sessions before it ends, seconds. */
  readonly drainSeconds?: number;
  readonly port?: number;
  readonly host?: string;
  readonly name?: readonly string[];
  readonly allowOrigin?: readonly string[];
  readonly frameAncestors?: readonly string[];
  readonly trustProxy?: readonly string[];
  readonly basePath?: string;
  readonly www?: string;
  readonly history?: readonly string[];
  readonly driver: string;
  /** Module addresses of plug-ins. */
  readonly plugin?: readonly string[];
  /** `false` for `--no-devices`: a hub without pins. */
  readonly devices: boolean;
  readonly device?: readonly string[];
  readonly prefix: string;
  readonly interval: number;
  /** `false` for `--no-pigpiod`. */
  readonly pigpiod: boolean;
  readonly pigpiodPort?: number;
  /** `false` for `--no-mqtt`. */
  readonly mqtt: boolean;
  readonly mqttPort?: number;
  /** Home Assistant's discovery prefix; `undefined` announces nothing. */
  readonly homeAssistant?: string;
  readonly homeAssistantForm?: AnnouncementForm;
  /** Whether a class is held on the hub. */
  readonly class?: boolean;
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

/** Which hub a command connects to, and how. */
export interface HubOptions {
  readonly hub: string;
  readonly tokenFile?: string;
  readonly ca?: string;
}

/** The options of `pinhub device`. */
export interface DeviceOptions
  extends HubOptions,
    Pick<StartOptions, 'driver' | 'plugin' | 'device' | 'prefix' | 'interval' | 'logLevel'> {}

/** The options of `pinhub pub` and `pinhub sub`. */
export interface ClientOptions extends HubOptions {
  readonly retain?: boolean;
  readonly verbose?: boolean;
  readonly count?: number;
}

/** The prefix of our environment variables. */
export const PREFIX = 'PINHUB_';

/** An option with an environment variable: `PINHUB_PIGPIOD_PORT` for `--pigpiod-port`, `PINHUB_NO_MQTT` for `--no-mqtt`. */
export class Setting extends Option {
  readonly variable = `${PREFIX}${this.name().replaceAll('-', '_').toUpperCase()}`;
}

function setting<T>(flags: string, description: string, parse?: Parse<T>): Setting {
  const made = new Setting(flags, description);
  return parse ? made.argParser(parse) : made;
}

function portSetting(name: string, description: string): Setting {
  return setting(`${name} <number>`, description, parsePort);
}

function pathSetting(flags: string, description: string): Setting {
  return setting(flags, description, parsePath);
}

function choiceSetting(flags: string, description: string, choices: readonly string[]): Setting {
  return setting(flags, description).choices(choices);
}

/** The opposite of a `--no-…`, so that the command line can overrule a file that says no. */
function onByDefault(flag: string): Option {
  return new Option(flag).default(true).hideHelp();
}

/** Creates the options of all commands, for one command: commander stores in an option the heading under which help shows it. */
export function createOptions() {
  const dataFolder = `default: ${describeDataFolder()}`;
  const mqttPorts = `default: ${DEFAULT_MQTT_PORT}, or ${DEFAULT_MQTTS_PORT} with --cert`;
  return {
    port: portSetting('--port', `port of the pages (default: ${DEFAULT_PORT}, or the next free one)`),
    host: setting(
      '--host [address]',
      'open the hub to the network: on one address of this machine, or on all',
      parseHost,
    ).preset(ALL_ADDRESSES),
    name: setting(
      '--name <host...>',
      'names by which others call the hub, as in pinhub.example (default: those of this machine)',
      collect(parseHostName),
    ),
    allowOrigin: setting(
      '--allow-origin <url...>',
      "others' pages that may use the hub, as in https://home.example:8123 (default: none)",
      collect(parseOrigin),
    ),
    frameAncestors: setting(
      '--frame-ancestors <url...>',
      "others' pages that may show the hub's in a frame (default: none)",
      collect(parseOrigin),
    ),
    trustProxy: setting(
      '--trust-proxy <address...>',
      'proxies that say for whom they ask: addresses, networks, or loopback (default: none)',
      collect(parseProxy),
    ),
    basePath: setting('--base-path <path>', 'what every path begins with, as in /pinhub', parsePublicPath),
    www: pathSetting('--www <folder>', 'serve the files of this folder at /www/'),
    history: setting(
      '--history <filter...>',
      "numeric topics whose history is kept, as in 'meter/+/power' or 'zigbee2mqtt/+?temperature' (default: what devices report)",
      collect((text) => {
        parseHistoryChoice(text);
        return text;
      }),
    ),
    mqttPort: portSetting('--mqtt-port', `port of MQTT over TCP (${mqttPorts})`),
    mqtt: onByDefault('--mqtt'),
    noMqtt: setting('--no-mqtt', 'turn MQTT off, over TCP and WebSocket'),
    cert: pathSetting(
      '--cert <file>',
      'encrypt every connection with this certificate (PEM); a renewed file is read again',
    ),
    key: pathSetting('--key <file>', 'the private key of the certificate (PEM)'),
    clientCa: pathSetting(
      '--client-ca <file>',
      'accept client certificates signed by these (PEM); the CN names the user',
    ),
    driver: setting(
      '--driver <name>',
      `what drives the pins: ${BUILT_IN_DRIVERS.join(', ')}, or a plug-in's; auto looks for real ones`,
    ).default(AUTO),
    plugin: setting(
      '--plugin <file...>',
      'plug-ins to load: files, or names of packages, separated by commas (default: none)',
      collectPlugins,
    ),
    devices: onByDefault('--devices'),
    noDevices: setting('--no-devices', 'run the hub alone, without pins and devices'),
    device: setting(
      '--device <kind/id...>',
      'devices to run, as in led/21 servo/18=Barrier rgb/5-6-13 (default: led/21, and button/23 on a virtual Pi)',
      collectDevices,
    ),
    prefix: setting(
      '--prefix <levels>',
      'topic levels in front of every device, as in lab/ana',
      parsePrefix,
    ).default('', 'none'),
    interval: setting(
      '--interval <ms>',
      'shortest time between two writes to a pin',
      wholeNumber(1, 10_000),
    ).default(20),
    pigpiodPort: portSetting(
      '--pigpiod-port',
      `port of pigpiod, on this machine only; puts it in front of real pins too (default: ${DEFAULT_PIGPIOD_PORT} for a virtual Pi; none for real pins)`,
    ),
    pigpiod: onByDefault('--pigpiod'),
    noPigpiod: setting('--no-pigpiod', "turn Pinhub's own pigpiod off"),
    homeAssistant: setting(
      '--home-assistant [prefix]',
      'announce every device to Home Assistant by MQTT discovery, below this prefix',
      parseDiscoveryPrefix,
    ).preset('homeassistant'),
    homeAssistantForm: choiceSetting(
      '--home-assistant-form <form>',
      'one announcement a device, or one a component for older programs',
      ANNOUNCEMENT_FORMS,
    ).default('device'),
    class: setting('--class', 'hold a class at /class: students join by a code, without accounts'),
    data: pathSetting('--data <folder>', `where messages, users and tokens are kept (${dataFolder})`),
    ephemeral: setting('--ephemeral', 'keep messages and sessions in memory only'),
    durability: choiceSetting(
      '--durability <what>',
      'what an acknowledged message survives: the end of the process, or a power cut',
      DURABILITIES,
    ).default('process'),
    limit: setting(
      '--limit <name=value...>',
      'limits by name, as in queuedMessages=500; docs/limits.md lists them',
      collectLimits,
    ),
    cluster: setting(
      '--cluster <url...>',
      'serve together with other hubs, and keep messages and sessions on these NATS servers, as in nats://a:4222,nats://b:4222',
      (text, before: readonly string[] = []) => [...before, ...split(text).map(parseServer)],
    ),
    clusterName: setting(
      '--cluster-name <name>',
      'tells clusters apart that share NATS servers',
      parseClusterName,
    ).default(DEFAULT_CLUSTER_NAME),
    hubName: setting(
      '--hub-name <name>',
      'its name among the hubs of the cluster; of several processes of one name one serves, and the others wait',
      parseClusterName,
    ).default(DEFAULT_HUB_NAME),
    clusterCredentials: pathSetting(
      '--cluster-credentials <file>',
      'what NATS asks for: a .creds file, or a file with user:password or a token',
    ),
    clusterSystemCredentials: pathSetting(
      '--cluster-system-credentials <file>',
      'the same for a user of the system account of NATS, who hears at once which hubs are gone',
    ),
    clusterCa: pathSetting('--cluster-ca <file>', 'the authority that signed the certificates of NATS (PEM)'),
    clusterCert: pathSetting('--cluster-cert <file>', 'a client certificate for NATS (PEM)'),
    clusterKey: pathSetting('--cluster-key <file>', 'its private key (PEM)'),
    drainSeconds: setting(
      '--drain-seconds <seconds>',
      'how long a hub that is stopped may take to move its clients and sessions to other hubs; 0 leaves them to whoever adopts it',
      wholeNumber(0, 3_600),
    ).default(DEFAULT_DRAIN_SECONDS),
    clusterAnyVersion: setting('--cluster-any-version', 'try a nats-server older than 2.12 too'),
    config: pathSetting('--config <file>', 'a JSON file with options by name, as in { "port": 5001 }'),
    logLevel: choiceSetting('--log-level <level>', 'what to log, on standard error', LOG_LEVELS).default(
      'info',
    ),
    hub: setting('--hub <url>', "the hub's address", parseHubUrl).default(`http://localhost:${DEFAULT_PORT}`),
    tokenFile: pathSetting(
      '--token-file <file>',
      'a file with the token that the hub asks for (or set PINHUB_TOKEN to the token)',
    ),
    ca: pathSetting(
      '--ca <file>',
      "the authority that signed the hub's certificate (PEM); for `pinhub cert`, its cert.pem",
    ),
    role: setting(
      '--role <name>',
      'viewer, controller, seat, teacher, integration, device, admin, or a role of the configuration file',
    ),
  };
}

/** For help, which must also work for a user without a home folder. */
function describeDataFolder(): string {
  try {
    return defaultDataFolder();
  } catch (error) {
    return `none, as ${toHubError(error).message}`;
  }
}
