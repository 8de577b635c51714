/** The headings of help pages, by the heading that the code and commander give. */
const titles = {
  'Usage:': 'Usage:',
  'Arguments:': 'Arguments:',
  'Options:': 'Options:',
  'Commands:': 'Commands:',
  'Network:': 'Network:',
  'Names and pages:': 'Names and pages:',
  'Encryption:': 'Encryption:',
  'Devices:': 'Devices:',
  'Home Assistant:': 'Home Assistant:',
  'Storage and limits:': 'Storage and limits:',
  'Cluster:': 'Cluster:',
  'Class:': 'Class:',
  'Hub:': 'Hub:',
};

/** The words in angle and square brackets: `--port <number>`. */
const placeholders = {
  address: 'address',
  command: 'command',
  file: 'file',
  filter: 'filter',
  folder: 'folder',
  form: 'form',
  host: 'host',
  hub: 'hub',
  'kind/id': 'kind/id',
  language: 'language',
  level: 'level',
  levels: 'levels',
  ms: 'ms',
  name: 'name',
  'name=value': 'name=value',
  number: 'number',
  options: 'options',
  path: 'path',
  prefix: 'prefix',
  role: 'role',
  seconds: 'seconds',
  'start-options': 'start-options',
  topic: 'topic',
  url: 'url',
  value: 'value',
  what: 'what',
};

const commands = {
  program: 'A publish/subscribe hub between web pages and pins.',
  start: 'start the hub, its pages and its devices',
  class: 'start the hub for a class: open to the network, and students join with a code',
  device: 'run devices on this machine for a hub on another machine',
  pub: 'publish one value',
  sub: 'print messages as they arrive',
  user: 'manage people who log in with a password',
  userAdd: 'add a user; asks for the password, or reads it from standard input',
  userPasswd: 'change the password of a user',
  userRole: 'change the role of a user',
  userRemove: 'remove a user',
  userList: 'list the users',
  token: 'manage tokens for programs, boards and links',
  tokenMake: 'make a token and print it',
  tokenRevoke: 'revoke a token',
  tokenList: 'list the tokens',
  cert: 'make a self-signed certificate for a lab',
  service: 'run the hub as a service of systemd (Linux)',
  serviceInstall: 'install the service and start it; again, to change its options',
  serviceUninstall: 'stop the service and remove it; its data stay',
  pins: 'show which pins of this Raspberry Pi have PWM, and what the others need',
  cluster: 'look at the hubs of a cluster, stop one, or leave it',
  clusterStatus:
    'print which hubs serve, and how their state is kept; the exit code is 1 if something is wrong',
  clusterDrain: 'move all clients and sessions of a hub to the other hubs, and end it',
  clusterImport: 'write what a cluster keeps to an empty data folder, for a hub that is alone from then on',
  help: 'show the help of a command',
};

const commandArguments = {
  topic: 'the topic, as in led/21/duty',
  value: 'any text; put -- in front of a negative number',
  filters: 'topic filters; + matches one level, # all that follow',
  startOptions: (command: string) => `options of "${command} start", after --`,
  hub: 'its name (default: that of --hub-name)',
};

const options = {
  port: (port: number) => `port of the pages (default: ${port}, or the next free one)`,
  host: 'open the hub to the network: on one address of this machine, or on all',
  name: 'names that others use for the hub, as in pinhub.example (default: those of this machine)',
  allowOrigin: 'pages of other sites that may use the hub, as in https://home.example:8123 (default: none)',
  frameAncestors: "pages of other sites that may show the hub's pages in a frame (default: none)",
  trustProxy:
    'proxies that may say which client they ask for: addresses, networks, or loopback (default: none)',
  basePath: 'what every path begins with, as in /pinhub',
  www: 'serve the files of this folder at /www/',
  history:
    "numeric topics whose history is kept, as in 'meter/+/power' or 'zigbee2mqtt/+?temperature' (default: what devices report)",
  mqttPort: (port: number, encrypted: number) =>
    `port of MQTT over TCP (default: ${port}, or ${encrypted} with --cert)`,
  noMqtt: 'turn MQTT off, over TCP and WebSocket',
  cert: 'encrypt every connection with this certificate (PEM); a renewed file is read again',
  key: 'the private key of the certificate (PEM)',
  clientCa: 'accept client certificates signed by these (PEM); the CN names the user',
  driver: (drivers: string) => `what drives the pins: ${drivers}, or a plug-in's; auto looks for real ones`,
  plugin: 'plug-ins to load: files, or names of packages, separated by commas (default: none)',
  noDevices: 'run the hub alone, without pins and devices',
  device:
    'devices to run, as in led/21 servo/18=Barrier rgb/5-6-13 (default: led/21, and button/23 on a virtual Pi)',
  prefix: 'topic levels in front of every device, as in lab/ana',
  interval: 'shortest time between two writes to a pin',
  pigpiodPort: (port: number) =>
    `port of pigpiod, on this machine only; puts it in front of real pins too (default: ${port} for a virtual Pi; none for real pins)`,
  noPigpiod: "turn Pinhub's own pigpiod off",
  homeAssistant: 'announce every device to Home Assistant by MQTT discovery, below this prefix',
  homeAssistantForm: 'one announcement for each device or, for older programs, one for each component',
  class: 'hold a class at /class: students join with a code, without accounts',
  data: (folder: string) => `where messages, users and tokens are kept (default: ${folder})`,
  ephemeral: 'keep messages and sessions in memory only',
  durability: 'what an acknowledged message survives: the end of the process, or a power cut',
  limit: 'limits by name, as in queuedMessages=500; docs/limits.md lists them',
  cluster:
    'serve together with other hubs, and keep messages and sessions on these NATS servers, as in nats://a:4222,nats://b:4222',
  servers: 'the NATS servers of the cluster, as in nats://a:4222,nats://b:4222',
  clusterName: 'the name of the cluster, among those on the same NATS servers',
  hubName:
    "the hub's name in the cluster; of several processes with the same name, one serves and the others wait",
  clusterCredentials: 'what NATS asks for: a .creds file, or a file with user:password or a token',
  clusterSystemCredentials:
    "the same for a user of NATS's system account, by which a hub learns at once that another is gone",
  clusterCa: 'the authority that signed the certificates of NATS (PEM)',
  clusterCert: 'a client certificate for NATS (PEM)',
  clusterKey: 'the private key of that certificate (PEM)',
  drainSeconds:
    'how long a hub that is stopped may take to move its clients and sessions to other hubs; with 0 they wait until another hub takes over',
  clusterAnyVersion: 'try a nats-server older than 2.12 too',
  config: 'a JSON file with options by name',
  configOfHub: "the hub's configuration file",
  logLevel: 'what to log, on standard error',
  lang: (tags: string) =>
    `the language of help, answers and errors: ${tags} (default: by LC_ALL, LC_MESSAGES or LANG)`,
  hub: "the hub's address",
  tokenFile: 'a file with the token that the hub asks for (or set PINHUB_TOKEN to the token)',
  ca: "the authority that signed the hub's certificate (PEM); for `pinhub cert`, its cert.pem",
  role: 'viewer, controller, seat, teacher, integration, device, admin, or a role of the configuration file',
  noRetain: 'do not let the hub retain the value',
  verbose: 'print the topic in front of each value (default: if the filters match several)',
  noVerbose: 'print values only',
  count: 'stop after this many messages',
  tokenDays: 'for how many days it is valid (default: until it is revoked)',
  certName: 'names and addresses of the hub (default: all those of this machine)',
  certData: (folder: string) => `the folder for cert.pem and key.pem (default: ${folder})`,
  certDays: 'for how many days it is valid',
  certForce: 'replace an existing certificate',
  serviceUser: 'the user that the service runs as; "pinhub" is made if it is missing',
  dryRun: 'print the unit, and change nothing',
  installForce: 'replace a unit that was edited, or that something else made',
  uninstallForce: 'remove a unit that was edited, or that something else made',
  toFolder: 'an empty folder, or a new one',
  help: 'show this help',
  version: 'show the version',
};

/** Everything that help pages say. */
export const help = {
  titles,
  placeholders,
  commands,
  arguments: commandArguments,
  options,
  /** The text in brackets after a description. */
  choices: 'choices',
  byDefault: 'default',
  preset: 'without a value',
  none: 'none',
  noFolder: (reason: string) => `none, as ${reason}`,
  example: (command: string) => `Example: ${command}`,
  withoutCommand: (command: string) =>
    `Without a command, pinhub starts the hub: see ${command} start --help.`,
  sources: (variables: string, entries: string) =>
    `Options may also come from the environment (${variables})
or from a JSON file (--config FILE: ${entries}).
The command line wins over the environment, and the environment over the file.`,
  /** The hint below an error on the command line. */
  seeHelp: (command: string) => `See ${command} --help.`,
};
