import type { HubCondition } from '../../../cluster/status.ts';
import { ISSUES } from '../issues.ts';

const banner = {
  dashboard: 'Dashboard',
  simulator: 'Simulator',
  pins: 'Pins',
  noPins: 'none (--no-devices)',
  refused: (device: string, reason: string) => `${device} is not running: ${reason}`,
  data: 'Data',
  share: 'Share',
  stop: 'Stop',
  hub: 'Hub',
  devices: 'Devices',
  otherPort: (port: number) => `another program uses port ${port}; --port chooses one`,
  noMqtt: 'off (--no-mqtt)',
  noTcp: (reason: string) => `no TCP: ${reason} with --mqtt-port`,
  noPigpiod: 'off (--no-pigpiod)',
  pigpiodFailed: (reason: string) => `off: ${reason} with --pigpiod-port`,
  pigpiod: (port: number) => `port ${port}: any pigpio program drives the virtual Pi`,
  pigpiodInFront: (port: number, driver: string) =>
    `port ${port}: any pigpio program drives the real pins (driver ${driver}), together with the devices`,
  homeAssistant: (prefix: string) => `devices are announced below ${prefix}/`,
  loopback: (command: string) => `only this machine can reach it; ${command} opens it to your network`,
  loopbackWithUsers: (command: string) =>
    `only this machine can reach it, and its users log in; ${command} opens it to your network`,
  warning: 'Warning',
  unencrypted: 'passwords and tokens travel in the clear on this network;',
  encrypt: (command: string) => `--cert and --key encrypt them (${command})`,
  control: 'To control',
  watch: 'To watch',
  linksAreNew: 'new at each start; browsers that used a link stay logged in',
  logInAsUser: 'log in as one of your users',
};

const classroom = {
  code: 'Class code',
  students: 'Students',
  teacher: 'Teacher',
  linkIsNew: 'the link of the teacher is new at each start; browsers that used it stay logged in',
};

/** Where a hub keeps its state. */
const kept = {
  ephemeral: (folder: string) => `not kept (--ephemeral); users and tokens are, in ${folder}`,
  ephemeralDespite: (durability: string, folder: string) =>
    `not kept (--ephemeral), so --durability ${durability} has no effect; users and tokens are, in ${folder}`,
  plugIn: (folder: string, plugin: string) => `${folder}, in the store of the plug-in ${plugin}`,
  damaged: (folder: string) => `${folder}, partly damaged: see the log`,
  cluster: (hub: string, cluster: string, servers: string, folder: string) =>
    `hub ${hub} of cluster ${cluster}, on ${servers}; history in ${folder}`,
};

const accounts = {
  userAdded: (name: string, role: string, place: string) =>
    `${name} can log in, as ${role}; kept in ${place}.`,
  userRemoved: (name: string, place: string) => `${name} can no longer log in; kept in ${place}.`,
  passwordChanged: (name: string, place: string) =>
    `${name} has a new password, and must log in again everywhere. Kept in ${place}.`,
  roleChanged: (name: string, role: string, place: string) =>
    `${name} can log in as ${role}; kept in ${place}.`,
  tokenRevoked: (name: string, place: string) => `The token ${name} is no longer valid; kept in ${place}.`,
  noUsers: (place: string) => `There are no users in ${place}.`,
  noTokens: (place: string) => `There are no tokens in ${place}.`,
  userColumns: ['NAME', 'ROLE', 'SINCE'],
  tokenColumns: ['NAME', 'ROLE', 'SINCE', 'LAST USED', 'EXPIRES'],
  unknownRole: (role: string) => `${role} (no such role)`,
  never: 'never',
  nextStart: 'next start',
  password: 'Password: ',
  onceMore: 'Once more: ',
};

const cert = {
  validFor: (names: string, until: Date) => `For ${names}, until ${until.toDateString()}:`,
  trust: (path: string, example: string) => `Programs trust it with --ca ${path}, as in ${example} --ca …`,
  browsers: 'Browsers warn about it until they are told to trust it: no authority has signed it.',
};

const pins = {
  columns: ['GPIO', 'PIN', 'PWM', 'RESOLUTION', 'NOW', 'HELD BY', 'FOR PWM OF THE KERNEL'],
  unknown: 'unknown',
  noName: 'no name',
  output: 'output',
  input: 'input',
  mayBeMore: (reason: string) => `There may be more PWM: ${reason}.`,
  whoKnows: 'Only rgpiod or the GPIO character device knows who holds a pin.',
  whereLinesGo: (file: string) => `Lines go into ${file}, then reboot; see docs/wiring.md.`,
  fourPio: 'Four pins at most can have pwm-pio.',
};

const conditions: Readonly<Record<HubCondition, string>> = {
  serves: 'running',
  drains: 'leaving',
  gone: 'gone',
  stopped: 'stopped',
  adopted: 'taken over',
};

const cluster = {
  conditions,
  adoptedBy: (hub: string) => `taken over by ${hub}`,
  hubColumns: ['HUB', 'STATE', 'PROCESS', 'EPOCH', 'SINCE', 'ADDRESSES'],
  logColumns: ['LOG', 'ENTRIES', 'BYTES', 'WHOLE ON'],
  serverColumns: ['NATS', 'VERSION'],
  wholeOn: (current: number, replicas: number) =>
    replicas === 1 ? '1 server' : `${current} of ${replicas} servers`,
  isWell: 'All is well.',
  problem: (reason: string) => `Problem: ${reason}`,
  left: (clients: number, sessions: number) => `Still to move: ${clients} clients and ${sessions} sessions.`,
  ended: (hub: string) => `Hub ${hub} has ended. Everything that it had is on other hubs now.`,
  endedWithRest: (hub: string, sessions: number) =>
    `Hub ${hub} has ended. ${sessions} sessions were left; the hub that takes over from it will have them.`,
  imported: (folder: string, cluster: string, { sessions, retained, users, tokens }: ImportCounts) =>
    `${folder} now holds the state of cluster ${cluster}: ${sessions} sessions, ${retained} retained messages, ${users} users and ${tokens} tokens.`,
  goOn: (command: string) => `The cluster is as it was. To go on without it: ${command}`,
};

/** How much a cluster held. */
export interface ImportCounts {
  readonly sessions: number;
  readonly retained: number;
  readonly users: number;
  readonly tokens: number;
}

const service = {
  installed: (name: string) => `Pinhub runs as the service "${name}", and starts with this machine`,
  status: 'Status',
  log: 'Log',
  logHasSecrets: 'with the links to share, which are secrets',
  users: 'Users',
  options: 'Options',
  optionsExample: 'OPTIONS…',
  remove: 'Remove',
  missing: (name: string) => `There is no service "${name}".`,
  removed: 'The service is removed. Its data and its user stay. To remove them too:',
};

/** Everything that commands print, except for help and errors. */
export const output = {
  banner,
  classroom,
  kept,
  accounts,
  cert,
  pins,
  cluster,
  service,
  /** An error that Pinhub did not expect, with its stack. */
  bug: (error: string) =>
    `${error}\nThis is a fault of Pinhub. Please report it with the lines above: ${ISSUES}`,
  stopped: 'Stopped.',
  hangs: (seconds: number) => `not closed within ${seconds} s; ended anyway`,
  bytes: (count: number) => `(${count} bytes)`,
};
