import { Command, type Option } from 'commander';
import type { token, user } from './accounts.ts';
import type { CertOptions } from './cert.ts';
import type { ImportOptions } from './cluster-import.ts';
import type { ClusterOptions } from './cluster-options.ts';
import { applySettings } from './config.ts';
import { WRONG_USE } from './exit-code.ts';
import { skipLanguage } from './languages/choose-language.ts';
import { type Language, type SpokenOptions, wordsOf } from './languages/index.ts';
import type { Words } from './languages/words.ts';
import { localize, type Title } from './localize.ts';
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
  listPins(options: SpokenOptions): Promise<void>;
  clusterStatus(options: ClusterOptions): Promise<void>;
  clusterDrain(hub: string | undefined, options: ClusterOptions): Promise<void>;
  clusterImport(options: ImportOptions): Promise<void>;
}

/** How long a certificate is valid, days: the most that browsers accept. */
const CERTIFICATE_DAYS = 825;

/** Everything that a command is built from. */
interface Making {
  readonly program: Command;
  readonly actions: Actions;
  readonly words: Words;
}

/** The command line in a language: its commands and options. Options may also come from the environment and a file. */
export function createProgram(
  version: string,
  actions: Actions,
  environment: NodeJS.ProcessEnv = process.env,
  language: Language = 'en',
): Command {
  const words = wordsOf({ lang: language });
  const { help } = words;
  const program = new Command('pinhub')
    .usage('[command] [options]')
    .description(help.commands.program)
    .version(version, '-V, --version', help.options.version)
    .addHelpText('after', `\n${help.withoutCommand(COMMAND)}`)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USE))
    .hook('preAction', (_program, command) => {
      applyLanguage(program, command, language);
      applySettings(command, environment);
    });
  localize(program, words);
  const making: Making = { program, actions, words };
  addStart(making);
  addClass(making);
  addDevice(making);
  addClients(making);
  addUser(making);
  addToken(making);
  addCert(making);
  addService(making);
  addPins(making);
  addCluster(making);
  addLanguage(program, words);
  pointToHelp(program, words);
  return program;
}

/** commander assigns `--lang` to the program, at any position. */
function applyLanguage(program: Command, command: Command, language: Language): void {
  const { lang } = program.opts<SpokenOptions>();
  command.setOptionValueWithSource('lang', lang ?? language, lang === undefined ? 'default' : 'cli');
}

/** Flags that the program answers without a command. */
const PROGRAM_FLAGS = ['-h', '--help', '-V', '--version'];

/** Adds the default command, `start`, if the command line names none. */
export function withCommand(words: readonly string[]): string[] {
  const [first] = skipLanguage(words);
  const isMissing = first === undefined || (first.startsWith('-') && !PROGRAM_FLAGS.includes(first));
  return isMissing ? ['start', ...words] : [...words];
}

function addStart({ program, actions, words }: Making): void {
  const start = program
    .command('start')
    .description(words.help.commands.start)
    .addHelpText('after', sourcesOfHub(words))
    .action((options: StartOptions) => actions.start(options));
  addStartOptions(start, words);
  add(start, 'Class:', [createOptions(words).class]);
}

/** The same as `start --host --class`. */
function addClass({ program, actions, words }: Making): void {
  const command = program
    .command('class')
    .description(words.help.commands.class)
    .addHelpText('after', sourcesOfHub(words))
    .action(({ host = ALL_ADDRESSES, ...options }: StartOptions) =>
      actions.start({ ...options, host, class: true }),
    );
  addStartOptions(command, words);
}

function addStartOptions(start: Command, words: Words): void {
  const all = createOptions(words);
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

function addDevice({ program, actions, words }: Making): void {
  const all = createOptions(words);
  const device = program
    .command('device')
    .description(words.help.commands.device)
    .addHelpText(
      'after',
      `\n${words.help.sources('PINHUB_HUB=http://lab:5000', '{ "hub": "http://lab:5000" }')}`,
    )
    .action((options: DeviceOptions) => actions.device(options));
  add(device, 'Hub:', [all.hub, all.tokenFile, all.ca]);
  add(device, 'Devices:', [all.driver, all.device, all.prefix, all.interval, all.plugin]);
  add(device, 'Options:', [all.config, all.logLevel]);
}

function addClients({ program, actions, words }: Making): void {
  const { commands, arguments: args, options: say } = words.help;
  const pub = program
    .command('pub')
    .description(commands.pub)
    .addHelpText('after', exampleOf(words, 'pub led/21/duty 40'))
    .argument('<topic>', args.topic)
    .argument('<value>', args.value)
    .option('--no-retain', say.noRetain)
    .action((topic: string, value: string, options: ClientOptions) => actions.pub(topic, value, options));
  const sub = program
    .command('sub')
    .description(commands.sub)
    .addHelpText('after', exampleOf(words, "sub 'led/+/duty'"))
    .argument('<filter...>', args.filters)
    .option('-v, --verbose', say.verbose)
    .option('--no-verbose', say.noVerbose)
    .option('-n, --count <number>', say.count, parseCount)
    .action((filters: string[], options: ClientOptions) => actions.sub(filters, options));
  for (const client of [pub, sub]) {
    const { hub, tokenFile, ca } = createOptions(words);
    add(client, 'Hub:', [hub, tokenFile, ca]);
  }
}

function addUser({ program, actions: { user }, words }: Making): void {
  const { commands } = words.help;
  const users = program.command('user').description(commands.user);
  const { role } = createOptions(words);
  addVaultCommand(users, 'add <name>', commands.userAdd, words)
    .addOption(role.default('controller'))
    .addHelpText('after', exampleOf(words, 'user add ana --role controller'))
    .action(user.add);
  addVaultCommand(users, 'passwd <name>', commands.userPasswd, words).action(user.passwd);
  addVaultCommand(users, 'role <name> <role>', commands.userRole, words).action(user.role);
  addVaultCommand(users, 'remove <name>', commands.userRemove, words).action(user.remove);
  addVaultCommand(users, 'list', commands.userList, words).action(user.list);
}

function addToken({ program, actions: { token }, words }: Making): void {
  const { commands, options: say } = words.help;
  const tokens = program.command('token').description(commands.token);
  const { role } = createOptions(words);
  addVaultCommand(tokens, 'make <name>', commands.tokenMake, words)
    .addOption(role.default('viewer'))
    .option('--days <number>', say.tokenDays, parseCount)
    .addHelpText('after', exampleOf(words, 'token make kitchen --role device > kitchen.token'))
    .action(token.make);
  addVaultCommand(tokens, 'revoke <name>', commands.tokenRevoke, words).action(token.revoke);
  addVaultCommand(tokens, 'list', commands.tokenList, words).action(token.list);
}

/** A command for users or tokens, which needs the data folder and the roles. */
function addVaultCommand(
  parent: Command,
  nameAndArguments: string,
  description: string,
  words: Words,
): Command {
  const { data, configOfHub } = createOptions(words);
  return parent.command(nameAndArguments).description(description).addOption(data).addOption(configOfHub);
}

function addCert({ program, actions, words }: Making): void {
  const { commands, options: say } = words.help;
  program
    .command('cert')
    .description(commands.cert)
    .option('--name <name...>', say.certName)
    .addOption(createOptions(words).certData)
    .option('--days <number>', say.certDays, parseCount, CERTIFICATE_DAYS)
    .option('--force', say.certForce)
    .action((options: CertOptions) => actions.cert(options));
}

interface InstallOptions extends ForceOptions {
  readonly user: string;
  readonly dryRun?: boolean;
}

function addService({ program, actions, words }: Making): void {
  const { commands, arguments: args, options: say } = words.help;
  const service = program.command('service').description(commands.service);
  service
    .command('install')
    .description(commands.serviceInstall)
    .argument('[start-options...]', args.startOptions(COMMAND))
    .addHelpText(
      'after',
      `\n${words.help.example(`sudo ${COMMAND} service install -- --host --config /etc/pinhub/pinhub.json`)}`,
    )
    .option('--user <name>', say.serviceUser, SERVICE)
    .option('--dry-run', say.dryRun)
    .option('--force', say.installForce)
    .action(async (given: string[], options: InstallOptions) => {
      const start = await readStart(given, actions, options);
      await actions.service.install({ ...options, words: given, options: start });
    });
  service
    .command('uninstall')
    .description(commands.serviceUninstall)
    .option('--force', say.uninstallForce)
    .action((options: ForceOptions) => actions.service.uninstall(options));
}

/** Options of `start` as a service reads them: without our environment. */
function readStart(
  words: readonly string[],
  actions: Actions,
  { lang: language = 'en' }: SpokenOptions,
): Promise<StartOptions> {
  return new Promise((resolve, reject) => {
    const start = async (options: StartOptions) => resolve(options);
    const program = createProgram('', { ...actions, start }, {}, language);
    program.parseAsync(['start', ...words], { from: 'user' }).catch(reject);
  });
}

function addPins({ program, actions, words }: Making): void {
  program
    .command('pins')
    .description(words.help.commands.pins)
    .action((options: SpokenOptions) => actions.listPins(options));
}

const SERVERS = '--cluster nats://a,nats://b,nats://c';

function addCluster({ program, actions, words }: Making): void {
  const { commands, arguments: args } = words.help;
  const all = createOptions(words);
  const cluster = program.command('cluster').description(commands.cluster);
  const status = cluster
    .command('status')
    .description(commands.clusterStatus)
    .addHelpText('after', exampleOf(words, `cluster status ${SERVERS}`))
    .action((options: ClusterOptions) => actions.clusterStatus(options));
  add(status, 'Cluster:', [all.servers, all.clusterName, all.clusterCredentials, all.clusterCa]);
  add(status, 'Cluster:', [all.clusterCert, all.clusterKey, all.clusterAnyVersion, all.configOfHub]);
  const drain = cluster
    .command('drain')
    .argument('[hub]', args.hub)
    .description(commands.clusterDrain)
    .addHelpText('after', exampleOf(words, `cluster drain lab ${SERVERS}`))
    .action((hub: string | undefined, options: ClusterOptions) => actions.clusterDrain(hub, options));
  add(drain, 'Cluster:', [all.servers, all.clusterName, all.hubName, all.clusterCredentials, all.clusterCa]);
  add(drain, 'Cluster:', [all.clusterCert, all.clusterKey, all.clusterAnyVersion, all.configOfHub]);
  addImport(cluster, actions, words);
}

function addImport(cluster: Command, actions: Actions, words: Words): void {
  const all = createOptions(words);
  const command = cluster
    .command('import')
    .description(words.help.commands.clusterImport)
    .requiredOption('--to-folder <folder>', words.help.options.toFolder)
    .addHelpText('after', exampleOf(words, `cluster import ${SERVERS} --to-folder ./data`))
    .action((options: ImportOptions) => actions.clusterImport(options));
  add(command, 'Cluster:', [all.servers, all.clusterName, all.clusterCredentials, all.clusterCa]);
  add(command, 'Cluster:', [all.clusterCert, all.clusterKey, all.clusterAnyVersion, all.configOfHub]);
}

function sourcesOfHub({ help }: Words): string {
  const entries = '{ "mqtt-port": 1884, "mqtt": false }';
  return `\n${help.sources('PINHUB_MQTT_PORT=1884, PINHUB_NO_MQTT=1', entries)}`;
}

function exampleOf({ help }: Words, command: string): string {
  return `\n${help.example(`${COMMAND} ${command}`)}`;
}

function add(command: Command, heading: Title, options: readonly Option[]): void {
  for (const option of options) command.addOption(option.helpGroup(heading));
}

/** Every command accepts a language. */
function addLanguage(command: Command, words: Words): void {
  add(command, 'Options:', [createOptions(words).lang]);
  for (const inner of command.commands) addLanguage(inner, words);
}

/** Makes each command refer to its own help after an error. */
function pointToHelp(command: Command, words: Words, name = COMMAND): void {
  command.showHelpAfterError(words.help.seeHelp(name));
  for (const inner of command.commands) pointToHelp(inner, words, `${name} ${inner.name()}`);
}
