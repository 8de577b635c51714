import { createHash } from 'node:crypto';
import type { StartOptions } from '../options.ts';

/** The name of the service, of its user, and of its folder below /var/lib. */
export const SERVICE = 'pinhub';

/** The folder that systemd creates for the service, and that the hub finds in STATE_DIRECTORY. */
export const STATE_FOLDER = `/var/lib/${SERVICE}`;

/** Everything that the text of a unit depends on. */
export interface UnitPlan {
  /** The absolute path of Node. */
  readonly node: string;
  /** The absolute path of `main.js`. */
  readonly program: string;
  /** The options of `start`, as on the command line. */
  readonly words: readonly string[];
  /** The same, as parsed by the command line. */
  readonly options: Pick<StartOptions, 'driver' | 'devices' | 'port' | 'mqttPort' | 'data'>;
  readonly user: string;
  /** Further groups of the process, all of which exist on the machine. */
  readonly groups: readonly string[];
  /** Whether the service needs files below /home, /root or /run/user. */
  readonly readsHome: boolean;
}

/** The systemd unit (systemd.service(5), systemd.exec(5)) of a hub, which blocks everything that the hub does not need. */
export function createUnit(plan: UnitPlan): string {
  const sections = [
    section('Unit', describeOrder(plan)),
    section('Service', [...describeProcess(plan), ...describeSandbox(plan)]),
    section('Install', ['WantedBy=multi-user.target']),
  ];
  const body = sections.join('\n');
  return `${markOf(body)}\n${body}`;
}

/** Whether `createUnit` made this text and it was not edited since. */
export function isOwnUnit(text: string): boolean {
  const end = text.indexOf('\n');
  return text.slice(0, end) === markOf(text.slice(end + 1));
}

function markOf(body: string): string {
  const sum = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return `# Made by "pinhub service install" (${sum}). Put your own settings into "systemctl edit ${SERVICE}".`;
}

function section(name: string, lines: readonly string[]): string {
  return `[${name}]\n${lines.join('\n')}\n`;
}

/** Without a limit on starts: a machine without a screen tries until its port, its address or its configuration is right. */
function describeOrder({ options }: UnitPlan): string[] {
  return [
    'Description=Pinhub, a publish/subscribe hub between web pages and pins',
    'Documentation=https://github.com/pinhub/pinhub#readme',
    'Wants=network-online.target',
    ...(options.devices && DAEMONS.includes(options.driver) ? [`Wants=${options.driver}.service`] : []),
    'After=network-online.target pigpiod.service rgpiod.service',
    'StartLimitIntervalSec=0',
  ];
}

function describeProcess({ node, program, words, user, groups }: UnitPlan): string[] {
  return [
    'Type=exec',
    `ExecStart=${[node, program, 'start', ...words].map(quoteWord).join(' ')}`,
    `User=${user}`,
    ...(groups.length > 0 ? [`SupplementaryGroups=${groups.join(' ')}`] : []),
    `StateDirectory=${SERVICE}`,
    'StateDirectoryMode=0700',
    'UMask=0077',
    'Restart=on-failure',
    'RestartSec=5',
    'TimeoutStopSec=15',
  ];
}

/** A word of a command line, in which systemd expands neither `%` nor `$` (systemd.service(5), "Command lines"). */
function quoteWord(word: string): string {
  return quoteText(word.replace(/[%$]/g, '$&$&'));
}

/** A path in which systemd expands no `%` (systemd.unit(5), "Specifiers"). */
function quotePath(path: string): string {
  return quoteText(path.replaceAll('%', '%%'));
}

/** One word, whatever it contains (systemd.syntax(7), "Quoting"). */
function quoteText(text: string): string {
  if (/^[\w./:@=+,%$[\]-]+$/.test(text)) return text;
  return `"${text.replace(/["\\]/g, '\\$&').replace(/\p{Cc}/gu, escapeControl)}"`;
}

function escapeControl(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** MemoryDenyWriteExecute is missing because V8 compiles at run time; AF_NETLINK is needed to list the machine's addresses. */
function describeSandbox(plan: UnitPlan): string[] {
  const { data } = plan.options;
  return [
    ...describeCapabilities(plan),
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    `ProtectHome=${plan.readsHome ? 'read-only' : 'yes'}`,
    ...(data === undefined || isInState(data) ? [] : [`ReadWritePaths=${quotePath(data)}`]),
    'PrivateTmp=yes',
    ...describeDevices(plan),
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectProc=invisible',
    'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'RemoveIPC=yes',
    'LockPersonality=yes',
    'SystemCallArchitectures=native',
    'SystemCallFilter=@system-service',
    'SystemCallFilter=~@privileged',
    'SystemCallErrorNumber=EPERM',
  ];
}

/** Whether a folder is the service's own, or inside it. */
export function isInState(path: string): boolean {
  return `${path}/`.startsWith(`${STATE_FOLDER}/`);
}

/** Lower ports require root. */
const FIRST_FREE_PORT = 1024;

function describeCapabilities({ options: { port = 0, mqttPort = 0 } }: UnitPlan): string[] {
  const isLow = [port, mqttPort].some((one) => one > 0 && one < FIRST_FREE_PORT);
  if (!isLow) return ['CapabilityBoundingSet='];
  return ['CapabilityBoundingSet=CAP_NET_BIND_SERVICE', 'AmbientCapabilities=CAP_NET_BIND_SERVICE'];
}

/** Drivers that use a daemon, each with a systemd service of its name. */
const DAEMONS: readonly string[] = ['pigpiod', 'rgpiod'];

/** Drivers that open no device of this machine: a daemon has the pins, or there are none. */
const DRIVERS_WITHOUT_DEVICES: readonly string[] = ['virtual', ...DAEMONS];

/** Whether the hub itself may open the devices of the pins. */
export function opensPins({ driver, devices }: UnitPlan['options']): boolean {
  return devices && !DRIVERS_WITHOUT_DEVICES.includes(driver);
}

/** A hub with pins may write below /sys where its groups may, as hardware PWM is set there. */
function describeDevices({ options }: UnitPlan): string[] {
  if (!opensPins(options)) return ['PrivateDevices=yes', 'ProtectKernelTunables=yes'];
  return ['DevicePolicy=closed', 'DeviceAllow=char-gpiochip rw', 'DeviceAllow=/dev/gpiomem rw'];
}
