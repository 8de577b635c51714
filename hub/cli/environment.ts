import type { Command, Option } from 'commander';
import { HubError, quote } from '../core/error.ts';
import { COMMAND, nearest } from './nearest.ts';

const PREFIX = 'PINHUB_';

/** What is read without being an option. */
const OTHERS = ['PINHUB_TOKEN'];

/** What the variable of an option is called: `PINHUB_PIGPIOD_PORT` for `pigpiod-port`. */
export function variableOf(option: string): string {
  return `${PREFIX}${option.replaceAll('-', '_').toUpperCase()}`;
}

/** What switches on and off, in the environment. */
const YES = ['1', 'true', 'yes', 'on'];
const NO = ['0', 'false', 'no', 'off'];

/**
 * Checks the variables that are named as ours, and leaves in `environment` those that say something: commander takes whatever is there for a
 * yes. One that is empty is as good as not set. Returns those that say yes, no or anything else: a no, too, wins over a configuration file.
 * Throws `option/invalid` where one means nothing.
 */
export function settleVariables(environment: NodeJS.ProcessEnv, program: Command): NodeJS.ProcessEnv {
  checkNames(environment, program);
  const names = Object.keys(environment).filter((name) => name.startsWith(PREFIX));
  for (const name of names) if (environment[name] === '') delete environment[name];
  const given = { ...environment };
  for (const option of optionsOf(program)) settle(option, environment);
  return given;
}

/** Of a variable that switches leaves nothing where it says no, and of a yes for what may have a value the value that is meant. */
function settle(option: Option, environment: NodeJS.ProcessEnv): void {
  const { envVar: name = '', required, optional, presetArg } = option;
  const value = environment[name];
  if (value === undefined || required) return;
  if (NO.includes(value.toLowerCase())) delete environment[name];
  else if (YES.includes(value.toLowerCase())) environment[name] = String(presetArg ?? value);
  else if (!optional) {
    const allowed = `${list(YES)} (or ${list(NO)}, as if it were not set)`;
    throw new HubError('option/invalid', `environment: ${name} must be ${allowed}, not ${quote(value)}`);
  }
}

function list(words: readonly string[]): string {
  return words.join(', ');
}

function checkNames(environment: NodeJS.ProcessEnv, program: Command): void {
  const variables = optionsOf(program).flatMap(({ envVar }) => envVar ?? []);
  const known = [...variables, ...OTHERS].map((name) => name.slice(PREFIX.length));
  const given = Object.keys(environment).filter((name) => name.startsWith(PREFIX));
  const unknown = given.map((name) => name.slice(PREFIX.length)).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const faults = unknown.map((name) => `${PREFIX}${name} is no setting${suggestion(name, known)}`);
  throw new HubError('option/invalid', `environment: ${faults.join('; ')}`);
}

function suggestion(name: string, known: readonly string[]): string {
  // What is on as it is has a variable by which it is off.
  const near = known.includes(`NO_${name}`) ? `NO_${name}` : nearest(name, known);
  return near === undefined ? `; ${COMMAND} start --help lists them` : `, did you mean ${PREFIX}${near}?`;
}

/** Those of a command and of all under it. */
function optionsOf(command: Command): readonly Option[] {
  return [...command.options, ...command.commands.flatMap(optionsOf)];
}
