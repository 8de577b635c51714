import { type Command, InvalidArgumentError, type Option } from 'commander';
import { HubError, quote } from '../core/error.ts';
import { type ConfigEntry, type ConfigValue, readConfigFile } from './config-file.ts';
import { COMMAND, PREFIX, Setting } from './options.ts';

/** The source of a value, other than the command line. */
interface Source {
  /** Commander's name for it. */
  readonly name: 'env' | 'config';
  /** Its name for the option, for errors. */
  readonly entry: string;
  fail(reason: string): HubError;
}

/** Fills in options from the environment, then from the file. Also checks values that are overruled. Throws `option/invalid`. */
export function applySettings(command: Command, environment: NodeJS.ProcessEnv): void {
  checkVariables(environment, command);
  for (const option of command.options)
    if (option instanceof Setting) applyVariable(command, option, environment);
  const { config } = command.opts<{ config?: string }>();
  if (config !== undefined) applyFile(command, config);
}

/** Sets an option unless a stronger source has. */
function set(command: Command, option: Option, value: unknown, { name }: Source): void {
  const key = option.attributeName();
  const isOpen = [undefined, 'default'].includes(command.getOptionValueSource(key));
  if (isOpen) command.setOptionValueWithSource(key, value, name);
}

const YES = ['1', 'true', 'yes', 'on'];
const NO = ['0', 'false', 'no', 'off'];

function applyVariable(command: Command, option: Setting, environment: NodeJS.ProcessEnv): void {
  const { variable, required, optional } = option;
  const text = environment[variable];
  if (!text) return; // An empty variable counts as unset.
  const fail = (reason: string) => new HubError('option/invalid', `environment: ${reason}`);
  const source: Source = { name: 'env', entry: variable, fail };
  const isYes = YES.includes(text.toLowerCase());
  const isSwitch = !required && (isYes || NO.includes(text.toLowerCase()));
  if (!isSwitch && !required && !optional)
    throw fail(`${variable} must be ${YES.join(', ')} or ${NO.join(', ')}, not ${quote(text)}`);
  set(command, option, isSwitch ? switched(option, isYes) : parse(option, text, source), source);
}

/** Commands that take every option from the file. Others take only what says where a hub keeps its data, and leave the rest to these. */
const CONFIGURED = ['start', 'class', 'device'];
const TAKEN_BY_OTHERS = /^(data|lang|hub-name|cluster(-.*)?)$/;

function applyFile(command: Command, path: string): void {
  const fail = (reason: string) =>
    new HubError('option/invalid', `configuration file ${quote(path)}: ${reason}`);
  for (const [name, given] of readConfigFile(path)) {
    const takesAll = CONFIGURED.includes(command.name());
    if (!takesAll && !TAKEN_BY_OTHERS.test(name)) continue;
    const option = command.options.find(({ long }) => long === `--${name}`);
    if (!option && !takesAll) continue;
    if (!option) throw fail(`there is no option ${quote(name)}${suggestOption(name, command)}`);
    const source: Source = { name: 'config', entry: quote(name), fail };
    set(command, option, readValue(option, given, source), source);
  }
}

function readValue(option: Option, given: ConfigEntry, source: Source): unknown {
  if (!isList(given)) return readOne(option, given, source);
  if (!option.variadic) throw source.fail(`${source.entry} has one value, not a list`);
  if (given.length === 0)
    throw source.fail(`${source.entry} is an empty list: leave it out, or give it a value`);
  return given.reduce<unknown>((before, one) => readOne(option, one, source, before), undefined);
}

function isList(given: ConfigEntry): given is readonly ConfigValue[] {
  return Array.isArray(given);
}

function readOne(option: Option, one: ConfigValue, source: Source, before?: unknown): unknown {
  const { entry, fail } = source;
  if (typeof one === 'boolean') {
    if (option.required) throw fail(`${entry} needs a value, not ${one}`);
    return switched(option, one);
  }
  if (!option.required && !option.optional) throw fail(`${entry} must be true or false, not ${quote(one)}`);
  if (typeof one === 'number' && !/<(number|ms|seconds)>/.test(option.flags))
    throw fail(`${entry} must be text, as in ${quote(String(one))}, not ${one}`);
  return parse(option, String(one), source, before);
}

/** The value of an on/off option: `no-mqtt` on means that MQTT is off. */
function switched(option: Option, isOn: boolean): unknown {
  if (option.optional) return isOn ? option.presetArg : undefined;
  return option.negate ? !isOn : isOn;
}

function parse({ parseArg }: Option, text: string, { entry, fail }: Source, before?: unknown): unknown {
  if (!parseArg) return text;
  try {
    return parseArg(text, before);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw fail(`${entry} cannot be ${quote(text)}. ${error.message}`);
  }
}

/** Throws if a variable has the hub's prefix but belongs to no option of any command. */
function checkVariables(environment: NodeJS.ProcessEnv, command: Command): void {
  const settings = optionsBelow(rootOf(command)).filter((option) => option instanceof Setting);
  const known = [...settings.map(({ variable }) => variable), 'PINHUB_TOKEN'];
  const unknown = Object.keys(environment).filter((name) => name.startsWith(PREFIX) && !known.includes(name));
  if (unknown.length === 0) return;
  const faults = unknown.map((name) => `${name} is not a setting${suggestVariable(name, known)}`);
  throw new HubError('option/invalid', `environment: ${faults.join('; ')}`);
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}

function optionsBelow(command: Command): readonly Option[] {
  return [...command.options, ...command.commands.flatMap(optionsBelow)];
}

function suggestVariable(variable: string, known: readonly string[]): string {
  const bare = (name: string) => name.slice(PREFIX.length);
  const opposite = `${PREFIX}NO_${bare(variable)}`; // An option that is on by default has a variable that turns it off.
  const near = known.includes(opposite) ? bare(opposite) : nearest(bare(variable), known.map(bare));
  if (near === undefined) return `; ${COMMAND} start --help lists the options`;
  return `, did you mean ${PREFIX}${near}?`;
}

function suggestOption(name: string, { options }: Command): string {
  const known = options.flatMap(({ long }) => long?.replace(/^--/, '') ?? []);
  const near = nearest(name, known);
  return near === undefined ? '' : `; did you mean ${quote(near)}?`;
}

/** The most letters that a typing error may change. */
const MAX_DISTANCE = 3;

/** The known name that was probably meant by a misspelled one, if there is one. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const most = Math.min(MAX_DISTANCE, Math.floor(name.length / 2));
  const [best] = known
    .map((candidate) => ({ candidate, distance: levenshtein(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .sort((one, other) => one.distance - other.distance);
  return best?.candidate;
}

function levenshtein(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= other.length; column++) {
      const exchanged = (row[column - 1] ?? 0) + (letter === other[column - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
