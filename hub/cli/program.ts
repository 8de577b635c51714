import { Command } from 'commander';
import { type AccessActions, addAccessCommands } from './access-commands.ts';
import { COMMAND } from './command-name.ts';
import { parseCount } from './option-values.ts';
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
  pigpiodOption,
  pigpiodPortOption,
  portOption,
  prefixOption,
  type StartOptions,
  tokenFileOption,
} from './options.ts';

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
