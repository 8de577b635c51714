import { Option } from 'commander';
import { AUTO, BUILT_IN_DRIVERS } from '../../devices/facts/drivers.ts';
import { DEFAULT_PIGPIOD_PORT } from '../../devices/facts/pigpiod-port.ts';
import { toHubError } from '../core/error.ts';
import { parseHostName, parseOrigin } from '../gateways/http/origin.ts';
import { parseHistoryChoice } from '../history/choice.ts';
import { ANNOUNCEMENT_FORMS, type AnnouncementForm } from '../home-assistant/announcement.ts';
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
import { parseLanguage } from './languages/choose-language.ts';
import { LANGUAGE_TAGS, type SpokenOptions } from './languages/index.ts';
import { translated, type Words } from './languages/words.ts';
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

/** The program as users call it after `npm ci`, without a system-wide installation. */
export const COMMAND = 'npx pinhub';

export const DEFAULT_PORT = 5000;

/** Every address of this machine, IPv4 ones included. */
export const ALL_ADDRESSES = '::';

/** How many ports after the default one may be tried. */
const ALTERNATIVE_PORTS = 20;

/** The port for the pages: the requested one, or the default one and those after it. */
export function pagesPort(port: number | undefined): {
  readonly port: number;
  readonly alternatives: number;
} {
  return port === undefined
    ? { port: DEFAULT_PORT, alternatives: ALTERNATIVE_PORTS }
    : { port, alternatives: 0 };
}

export const DEFAULT_MQTT_PORT = 1883;
/** The port of MQTT over TLS. */
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
export interface HubOptions extends SpokenOptions {
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

/** Creates the options of all commands in a language for one command: commander stores in an option the heading under which help shows it. */
export function createOptions(words: Words) {
  const { options: say, none } = words.help;
  return {
    port: portSetting('--port', say.port(DEFAULT_PORT)),
    host: setting('--host [address]', say.host, parseHost).preset(ALL_ADDRESSES),
    name: setting('--name <host...>', say.name, collect(parseHostName)),
    allowOrigin: setting('--allow-origin <url...>', say.allowOrigin, collect(parseOrigin)),
    frameAncestors: setting('--frame-ancestors <url...>', say.frameAncestors, collect(parseOrigin)),
    trustProxy: setting('--trust-proxy <address...>', say.trustProxy, collect(parseProxy)),
    basePath: setting('--base-path <path>', say.basePath, parsePublicPath),
    www: pathSetting('--www <folder>', say.www),
    history: setting(
      '--history <filter...>',
      say.history,
      collect((text) => {
        parseHistoryChoice(text);
        return text;
      }),
    ),
    mqttPort: portSetting('--mqtt-port', say.mqttPort(DEFAULT_MQTT_PORT, DEFAULT_MQTTS_PORT)),
    mqtt: onByDefault('--mqtt'),
    noMqtt: setting('--no-mqtt', say.noMqtt),
    cert: pathSetting('--cert <file>', say.cert),
    key: pathSetting('--key <file>', say.key),
    clientCa: pathSetting('--client-ca <file>', say.clientCa),
    driver: setting('--driver <name>', say.driver(BUILT_IN_DRIVERS.join(', '))).default(AUTO),
    plugin: setting('--plugin <file...>', say.plugin, collectPlugins),
    devices: onByDefault('--devices'),
    noDevices: setting('--no-devices', say.noDevices),
    device: setting('--device <kind/id...>', say.device, collectDevices),
    prefix: setting('--prefix <levels>', say.prefix, parsePrefix).default('', none),
    interval: setting('--interval <ms>', say.interval, wholeNumber(1, 10_000)).default(20),
    pigpiodPort: portSetting('--pigpiod-port', say.pigpiodPort(DEFAULT_PIGPIOD_PORT)),
    pigpiod: onByDefault('--pigpiod'),
    noPigpiod: setting('--no-pigpiod', say.noPigpiod),
    homeAssistant: setting('--home-assistant [prefix]', say.homeAssistant, parseDiscoveryPrefix).preset(
      'homeassistant',
    ),
    homeAssistantForm: choiceSetting(
      '--home-assistant-form <form>',
      say.homeAssistantForm,
      ANNOUNCEMENT_FORMS,
    ).default('device'),
    class: setting('--class', say.class),
    data: pathSetting('--data <folder>', say.data(describeDataFolder(words))),
    certData: pathSetting('--data <folder>', say.certData(describeDataFolder(words))),
    ephemeral: setting('--ephemeral', say.ephemeral),
    durability: choiceSetting('--durability <what>', say.durability, DURABILITIES).default('process'),
    limit: setting('--limit <name=value...>', say.limit, collectLimits),
    cluster: setting('--cluster <url...>', say.cluster, collectServers),
    servers: setting('--cluster <url...>', say.servers, collectServers),
    clusterName: setting('--cluster-name <name>', say.clusterName, parseClusterName).default(
      DEFAULT_CLUSTER_NAME,
    ),
    hubName: setting('--hub-name <name>', say.hubName, parseClusterName).default(DEFAULT_HUB_NAME),
    clusterCredentials: pathSetting('--cluster-credentials <file>', say.clusterCredentials),
    clusterSystemCredentials: pathSetting(
      '--cluster-system-credentials <file>',
      say.clusterSystemCredentials,
    ),
    clusterCa: pathSetting('--cluster-ca <file>', say.clusterCa),
    clusterCert: pathSetting('--cluster-cert <file>', say.clusterCert),
    clusterKey: pathSetting('--cluster-key <file>', say.clusterKey),
    drainSeconds: setting('--drain-seconds <seconds>', say.drainSeconds, wholeNumber(0, 3_600)).default(
      DEFAULT_DRAIN_SECONDS,
    ),
    clusterAnyVersion: setting('--cluster-any-version', say.clusterAnyVersion),
    config: pathSetting('--config <file>', say.config),
    configOfHub: pathSetting('--config <file>', say.configOfHub),
    logLevel: choiceSetting('--log-level <level>', say.logLevel, LOG_LEVELS).default('info'),
    lang: setting('--lang <language>', say.lang(LANGUAGE_TAGS.join(', ')), parseLanguage),
    hub: setting('--hub <url>', say.hub, parseHubUrl).default(`http://localhost:${DEFAULT_PORT}`),
    tokenFile: pathSetting('--token-file <file>', say.tokenFile),
    ca: pathSetting('--ca <file>', say.ca),
    role: setting('--role <name>', say.role),
  };
}

function collectServers(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...split(text).map(parseServer)];
}

/** Used in help, which must also work for a user without a home folder. */
function describeDataFolder(words: Words): string {
  try {
    return defaultDataFolder();
  } catch (error) {
    return words.help.noFolder(translated(words, toHubError(error).message));
  }
}
