import { Command } from 'commander';
import type { CertOptions } from './cert.ts';
import { COMMAND } from './nearest.ts';
import {
  type ClientOptions,
  caOption,
  certOption,
  clientCaOption,
  configOption,
  type DeviceOptions,
  dataOption,
  deviceOption,
  driverOption,
  durabilityOption,
  ephemeralOption,
  hostOption,
  hubOption,
  intervalOption,
  keyOption,
  limitOption,
  logLevelOption,
  mqttOption,
  mqttPortOption,
  noMqttOption,
  noPigpiodOption,
  parseCount,
  pigpiodOption,
  pigpiodPortOption,
  portOption,
  prefixOption,
  roleOption,
  type StartOptions,
  tokenFileOption,
} from './options.ts';
import type { token } from './token.ts';
import type { user } from './user.ts';

/** What the command line can be asked to do about who may come in. */
interface AccessActions {
  readonly user: typeof user;
  readonly token: typeof token;
  cert(options: CertOptions): Promise<void>;
}

/** How long a certificate is good, days; browsers take none for longer. */
const CERTIFICATE_DAYS = 825;

/** Adds the commands `user`, `token` and `cert`. */
function addAccessCommands(program: Command, { user, token, cert }: AccessActions): void {
  const users = program.command('user').description('who may come in with a password');
  const add = (command: string, description: string) =>
    users.command(command).description(description).addOption(dataOption()).addOption(configOption());
  add('add <name>', 'let somebody in; the password is asked for, or read from the standard input')
    .addOption(roleOption('controller'))
    .action(user.add);
  add('passwd <name>', 'give somebody another password').action(user.passwd);
  add('role <name> <role>', 'give somebody another role').action(user.role);
  add('remove <name>', 'let somebody in no more').action(user.remove);
  add('list', 'who may come in').action(user.list);

  const tokens = program.command('token').description('keys for programs, boards and links');
  const addToken = (command: string, description: string) =>
    tokens.command(command).description(description).addOption(dataOption()).addOption(configOption());
  addToken('make <name>', 'make a token, and print it')
    .addOption(roleOption('viewer'))
    .option('--days <number>', 'how long it is to be of use (default: until it is revoked)', parseCount)
    .action(token.make);
  addToken('revoke <name>', 'make a token of no more use').action(token.revoke);
  addToken('list', 'what tokens there are').action(token.list);

  program
    .command('cert')
    .description('make a certificate for a lab, which vouches for itself alone')
    .option(
      '--name <name...>',
      'names and addresses by which the hub is called (default: all of this machine)',
    )
    .addOption(dataOption())
    .option('--days <number>', 'how long it is to be good', parseCount, CERTIFICATE_DAYS)
    .option('--force', 'replace what is there')
    .action((options: CertOptions) => cert(options));
}

/** What the command line can be asked to do. */
export interface Actions extends AccessActions {
  start(options: StartOptions): Promise<void>;
  device(options: DeviceOptions): Promise<void>;
  pub(topic: string, value: string, options: ClientOptions): Promise<void>;
  sub(filters: readonly string[], options: ClientOptions): Promise<void>;
}

/** The command line: its commands and options, and nothing of what they do. */
export function createProgram(version: string, actions: Actions): Command {
  const program = new Command('pinhub')
    .description('A publish/subscribe hub between web pages and pins.')
    .version(version)
    .showHelpAfterError(`See ${COMMAND} --help.`)
    .configureHelp({ showGlobalOptions: true });

  program
    .command('start')
    .description('start the hub, with its pages and devices (also without a command)')
    .addOption(portOption())
    .addOption(hostOption())
    .addOption(driverOption())
    .addOption(deviceOption())
    .addOption(prefixOption())
    .addOption(intervalOption())
    .addOption(pigpiodPortOption())
    .addOption(pigpiodOption())
    .addOption(noPigpiodOption())
    .addOption(mqttPortOption())
    .addOption(mqttOption())
    .addOption(noMqttOption())
    .addOption(certOption())
    .addOption(keyOption())
    .addOption(clientCaOption())
    .addOption(dataOption())
    .addOption(ephemeralOption())
    .addOption(durabilityOption())
    .addOption(limitOption())
    .addOption(configOption())
    .addOption(logLevelOption())
    .action((options: StartOptions) => actions.start(options));

  program
    .command('device')
    .description('run devices here for a hub elsewhere')
    .addOption(hubOption())
    .addOption(tokenFileOption())
    .addOption(caOption())
    .addOption(driverOption())
    .addOption(deviceOption())
    .addOption(prefixOption())
    .addOption(intervalOption())
    .addOption(configOption())
    .addOption(logLevelOption())
    .action((options: DeviceOptions) => actions.device(options));

  program
    .command('pub')
    .description('publish one value, as in: pinhub pub led/21/duty 40')
    .argument('<topic>')
    .argument('<value>')
    .addOption(hubOption())
    .addOption(tokenFileOption())
    .addOption(caOption())
    .option('--no-retain', "don't have the hub keep it")
    .action((topic: string, value: string, options: ClientOptions) => actions.pub(topic, value, options));

  program
    .command('sub')
    .description("print what is published, as in: pinhub sub 'led/+/duty'")
    .argument('<filter...>')
    .addOption(hubOption())
    .addOption(tokenFileOption())
    .addOption(caOption())
    .option('-v, --verbose', 'print the topic before each value (default: where there may be several)')
    .option('--no-verbose', 'print values alone')
    .option('-n, --count <number>', 'leave after so many messages', parseCount)
    .action((filters: string[], options: ClientOptions) => actions.sub(filters, options));

  addAccessCommands(program, actions);
  for (const command of program.commands) pointToHelp(command, COMMAND);
  return program;
}

/** After an error a command names its own help: that of the program lists commands only. */
function pointToHelp(command: Command, parents: string): void {
  const name = `${parents} ${command.name()}`;
  command.showHelpAfterError(`See ${name} --help.`);
  for (const inner of command.commands) pointToHelp(inner, name);
}
