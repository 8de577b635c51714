import type { Command } from 'commander';
import { HubError } from '../core/error.ts';
import { nearest } from './nearest.ts';

const PREFIX = 'PINHUB_';

/** What is read without being an option. */
const OTHERS = ['PINHUB_TOKEN'];

/** What the variable of an option is called: `PINHUB_PIGPIOD_PORT` for `pigpiod-port`. */
export function variableOf(option: string): string {
  return `${PREFIX}${option.replaceAll('-', '_').toUpperCase()}`;
}

/** Checks the variables that are named as ours. Throws `option/invalid` where one means nothing, with what may have been meant. */
export function checkVariables(environment: NodeJS.ProcessEnv, program: Command): void {
  const known = [...variablesOf(program), ...OTHERS].map((name) => name.slice(PREFIX.length));
  const given = Object.keys(environment).filter((name) => name.startsWith(PREFIX));
  const unknown = given.map((name) => name.slice(PREFIX.length)).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const faults = unknown.map((name) => `${PREFIX}${name} is no setting${suggestion(name, known)}`);
  throw new HubError('option/invalid', `environment: ${faults.join('; ')}`);
}

function suggestion(name: string, known: readonly string[]): string {
  // What is on as it is has a variable by which it is off.
  const near = known.includes(`NO_${name}`) ? `NO_${name}` : nearest(name, known);
  return near === undefined ? '' : `, did you mean ${PREFIX}${near}?`;
}

function variablesOf(command: Command): string[] {
  const own = command.options.flatMap(({ envVar }) => envVar ?? []);
  return [...own, ...command.commands.flatMap(variablesOf)];
}
