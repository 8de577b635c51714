import { Command, type Option } from 'commander';
import type { token, user } from './accounts.ts';
import type { CertOptions } from './cert.ts';
import type { ImportOptions } from './cluster-import.ts';
import type { ClusterOptions } from './cluster-options.ts';
import { applySettings } from './config.ts';
import { parseCount } from './option-values.ts';
import {
  ALL_ADDRESSES,
  type ClientOptions,
  COMMAND,
  createOptions,
  type DeviceOptions,
  type StartOptions,
} from './options.ts';
import type { ForceOptions, Service } from './service/service.ts';
import { SERVICE } from './service/unit.ts';

/** The implementations of the commands. */
export interface Actions {
  start(options: StartOptions): Promise<void>;
  device(options: DeviceOptions): Promise<void>;
  pub(topic: string, value: string, options: ClientOptions): Promise<void>;
  sub(filters: readonly string[], options: ClientOptions): Promise<void>;
  readonly user: typeof user;
  readonly token: typeof token;
  cert(options: CertOptions): Promise<void>;
  readonly service: Service;
  listPins(): Promise<void>;
  clusterStatus(options: ClusterOptions): Promise<void>;
  clusterDrain(hub: string | undefined, options: ClusterOptions): Promise<void>;
  clusterImport(options: ImportOptions): Promise<void>;
}

/** How long a certificate is valid, days; browsers accept no more. */
const CERTIFICATE_DAYS = 825;

const SOURCES = `
Options may also come from the environment (PINHUB_MQTT_PORT=1884, PINHUB_NO_MQTT=1)
or from a JSON file (--config FILE: { "mqtt-port": 1884, "mqtt": false }).
The command line wins over the environment, and the environment over the file.`;

/** The command line: its commands and options. Options may also come from the environment and from a file. */
export function createProgram(
  version: string,
  actions: Actions,
  environment: NodeJS.ProcessEnv = process.env,
): Command {
  const program = new Command('pinhub')
    .usage('[command] [options]')
    .description('A publish/subscribe hub between web pages and pins.')
    .version(version)
    .addHelpText('after', `\nWithout a command, pinhub starts the hub: see ${COMMAND} start --help.`)
    .hook('preAction', (_program, command) => applySettings(command, environment));
  addStart(program, actions);
  addClass(program, actions);
  addDevice(program, actions);
  addClients(program, actions);
  addUser(program, actions);
  addToken(program, actions);
  addCert(program, actions);
  addService(program, actions);
  addPins(program, actions);
  addCluster(program, actions);
  pointToHelp(program);
  return program;
}

/** Flags that the program answers without a command. */
const PROGRAM_FLAGS = ['-h', '--help', '-V', '--version'];

/** Adds the default command, `start`, if the words of the command line name none. */
export function withCommand(words: readonly string[]): string[] {
  const [first] = words;
  const isMissing = first === undefined || (first.startsWith('-') && !PROGRAM_FLAGS.includes(first));
  return isMissing ? ['start', ...words] : [...words];
}

function addStart(program: Command, actions: Actions): void {
  const start = program
    .command('start')
    .description('start the hub, its pages and its devices')
    .addHelpText('after', SOURCES)
    .action((options: StartOptions) => actions.start(options));
  addStartOptions(start);
  add(start, 'Class:', [createOptions().class]);
}

/** The same as `start --host --class`. */
function addClass(program: Command, actions: Actions): void {
  const command = program
    .command('class')
    .description('start the hub for a class: open to the network, with a code by which students join')
    .addHelpText('after', SOURCES)
    .action(({ host = ALL_ADDRESSES, ...options }: StartOptions) =>
      actions.start({ ...options, host, class: true }),
    );
  addStartOptions(command);
}

function addStartOptions(start: Command): void {
  const all = createOptions();
  add(start, 'Network:', [all.port, all.host, all.mqttPort, all.mqtt, all.noMqtt]);
  add(start, 'Names and pages:', [all.name, all.basePath, all.trustProxy]);
  add(start, 'Names and pages:', [all.allowOrigin, all.frameAncestors, all.www]);
  add(start, 'Encryption:', [all.cert, all.key, all.clientCa]);
  add(start, 'Devices:', [all.driver, all.device, all.devices, all.noDevices, all.prefix, all.interval]);
  add(start, 'Devices:', [all.plugin]);
  add(start, 'Devices:', [all.pigpiodPort, all.pigpiod, all.noPigpiod]);
  add(start, 'Home Assistant:', [all.homeAssistant, all.homeAssistantForm]);
  add(start, 'Storage and limits:', [all.data, all.ephemeral, all.durability, all.limit]);
  add(start, 'Storage and limits:', [all.history]);
  add(start, 'Cluster:', [all.cluster, all.clusterName, all.hubName, all.clusterCredentials]);
  add(start, 'Cluster:', [
    all.clusterSystemCredentials,
    all.clusterCa,
    all.clusterCert,
    all.clusterKey,
    all.clusterAnyVersion,
    all.drainSeconds,
  ]);
  add(start, 'Options:', [all.config, all.logLevel]);
}

function addDevice(program: Command, actions: Actions): void {
  const all = createOptions();
  const device = program
    .command('device')
    .description('run devices on this machine for a hub on another')
    .addHelpText('after', SOURCES)
    .action((options: DeviceOptions) => actions.device(options));
  add(device, 'Hub:', [all.hub, all.tokenFile, all.ca]);
  add(device, 'Devices:', [all.driver, all.device, all.prefix, all.interval, all.plugin]);
  add(device, 'Options:', [all.config, all.logLevel]);
}

function addClients(program: Command, actions: Actions): void {
  const pub = program
    .command('pub')
    .description('publish one value')
    .addHelpText('after', `\nExample: ${COMMAND} pub led/21/duty 40`)
    .argument('<topic>', 'the topic, as in led/21/duty')
    .argument('<value>', 'any text; put -- in front of a negative number')
    .option('--no-retain', 'do not let the hub retain the value')
    .action((topic: string, value: string, options: ClientOptions) => actions.pub(topic, value, options));
  const sub = program
    .command('sub')
    .description('print messages as they arrive')
    .addHelpText('after', `\nExample: ${COMMAND} sub 'led/+/duty'`)
    .argument('<filter...>', 'topic filters; + matches one level, # all that follow')
    .option('-v, --verbose', 'print the topic in front of each value (default: if the filters match several)')
    .option('--no-verbose', 'print values only')
    .option('-n, --count <number>', 'stop after this many messages', parseCount)
    .action((filters: string[], options: ClientOptions) => actions.sub(filters, options));
  for (const client of [pub, sub]) {
    const { hub, tokenFile, ca } = createOptions();
    add(client, 'Hub:', [hub, tokenFile, ca]);
  }
}

function addUser(program: Command, { user }: Actions): void {
  const users = program.command('user').description('manage people who log in with a password');
  const { role } = createOptions();
  addVaultCommand(users, 'add <name>', 'add a user; asks for the password, or reads it from standard input')
    .addOption(role.default('controller'))
    .action(user.add);
  addVaultCommand(users, 'passwd <name>', 'change the password of a user').action(user.passwd);
  addVaultCommand(users, 'role <name> <role>', 'change the role of a user').action(user.role);
  addVaultCommand(users, 'remove <name>', 'remove a user').action(user.remove);
  addVaultCommand(users, 'list', 'list the users').action(user.list);
}

function addToken(program: Command, { token }: Actions): void {
  const tokens = program.command('token').description('manage tokens for programs, boards and links');
  const { role } = createOptions();
  addVaultCommand(tokens, 'make <name>', 'make a token and print it')
    .addOption(role.default('viewer'))
    .option('--days <number>', 'how long it is valid (default: until it is revoked)', parseCount)
    .action(token.make);
  addVaultCommand(tokens, 'revoke <name>', 'revoke a token').action(token.revoke);
  addVaultCommand(tokens, 'list', 'list the tokens').action(token.list);
}

/** A command on users or tokens, which needs the data folder and the roles. */
function addVaultCommand(parent: Command, nameAndArguments: string, description: string): Command {
  const { data, config } = createOptions();
  return parent.command(nameAndArguments).description(description).addOption(data).addOption(config);
}

function addCert(program: Command, actions: Actions): void {
  program
    .command('cert')
    .description('make a self-signed certificate for a lab')
    .option('--name <name...>', 'names and addresses of the hub (default: all of this machine)')
    .addOption(createOptions().data)
    .option('--days <number>', 'how long it is valid', parseCount, CERTIFICATE_DAYS)
    .option('--force', 'replace an existing certificate')
    .action((options: CertOptions) => actions.cert(options));
}

interface InstallOptions extends ForceOptions {
  readonly user: string;
  readonly dryRun?: boolean;
}

function addService(program: Command, actions: Actions): void {
  const service = program.command('service').description('run the hub as a service of systemd (Linux)');
  service
    .command('install')
    .description('install the service and start it; once more, to change its options')
    .argument('[options...]', `options of "${COMMAND} start", behind --`)
    .addHelpText(
      'after',
      `\nExample: sudo ${COMMAND} service install -- --host --config /etc/pinhub/pinhub.json`,
    )
    .option('--user <name>', 'the user that the service runs as; "pinhub" is made if it is missing', SERVICE)
    .option('--dry-run', 'print the unit, and change nothing')
    .option('--force', 'replace a unit that was edited, or that something else made')
    .action(async (words: string[], options: InstallOptions) => {
      await actions.service.install({ ...options, words, options: await readStart(words, actions) });
    });
  service
    .command('uninstall')
    .description('stop the service and remove it; its data stay')
    .option('--force', 'remove a unit that was edited, or that something else made')
    .action((options: ForceOptions) => actions.service.uninstall(options));
}

/** Options of `start` as a service reads them, which has nothing of our environment. */
function readStart(words: readonly string[], actions: Actions): Promise<StartOptions> {
  return new Promise((resolve, reject) => {
    const start = async (options: StartOptions) => resolve(options);
    const program = createProgram('', { ...actions, start }, {});
    program.parseAsync(['start', ...words], { from: 'user' }).catch(reject);
  });
}

function addPins(program: Command, actions: Actions): void {
  program
    .command('pins')
    .description('show which pins of this Raspberry Pi have PWM, and what the others need')
    .action(() => actions.listPins());
}

function addCluster(program: Command, actions: Actions): void {
  const all = createOptions();
  const cluster = program
    .command('cluster')
    .description('look at the hubs of a cluster, stop one, or leave it');
  const status = cluster
    .command('status')
    .description(
      'print which hubs serve, and how their state is kept; the exit code is 1 if something is wrong',
    )
    .addHelpText('after', `\nExample: ${COMMAND} cluster status --cluster nats://a,nats://b,nats://c`)
    .action((options: ClusterOptions) => actions.clusterStatus(options));
  add(status, 'Cluster:', [all.cluster, all.clusterName, all.clusterCredentials, all.clusterCa]);
  add(status, 'Cluster:', [all.clusterCert, all.clusterKey, all.clusterAnyVersion, all.config]);
  const drain = cluster
    .command('drain')
    .argument('[hub]', 'its name (default: that of --hub-name)')
    .description('move all clients and sessions of a hub to the other hubs, and end it')
    .addHelpText('after', `\nExample: ${COMMAND} cluster drain lab --cluster nats://a,nats://b,nats://c`)
    .action((hub: string | undefined, options: ClusterOptions) => actions.clusterDrain(hub, options));
  add(drain, 'Cluster:', [all.cluster, all.clusterName, all.hubName, all.clusterCredentials, all.clusterCa]);
  add(drain, 'Cluster:', [all.clusterCert, all.clusterKey, all.clusterAnyVersion, all.config]);
  addImport(cluster, actions);
}

function addImport(cluster: Command, actions: Actions): void {
  const all = createOptions();
  const command = cluster
    .command('import')
    .description('write what a cluster keeps to an empty data folder, for a hub that is alone from then on')
    .requiredOption('--to-folder <folder>', 'an empty folder, or a new one')
    .addHelpText(
      'after',
      `\nExample: ${COMMAND} cluster import --cluster nats://a,nats://b,nats://c --to-folder ./data`,
    )
    .action((options: ImportOptions) => actions.clusterImport(options));
  add(command, 'Cluster:', [all.cluster, all.clusterName, all.clusterCredentials, all.clusterCa]);
  add(command, 'Cluster:', [all.clusterCert, all.clusterKey, all.clusterAnyVersion, all.config]);
}

function add(command: Command, heading: string, options: readonly Option[]): void {
  for (const option of options) command.addOption(option.helpGroup(heading));
}

/** Makes each command name its own help after an error. */
function pointToHelp(command: Command, name = COMMAND): void {
  command.showHelpAfterError(`See ${name} --help.`);
  for (const inner of command.commands) pointToHelp(inner, `${name} ${inner.name()}`);
}
