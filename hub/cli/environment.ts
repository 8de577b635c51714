import type { Command } from 'commander';
import { nearest } from './nearest.ts';

const PREFIX = 'PINHUB_';

/** What is read without being an option. */
const OTHERS = ['PINHUB_TOKEN'];

/** What the variable of an option is called: `PINHUB_PIGPIOD_PORT` for `pigpiod-port`. */
export function variableOf(option: string): string {
  return `${PREFIX}${option.replaceAll('-', '_').toUpperCase()}`;
}

/**
 * Says of variables that are named as ours and mean nothing that it is so, and what may have been meant. They are no error: a container's
 * surroundings make such names too, of a service that is called `pinhub`.
 */
export function warningsOf(environment: NodeJS.ProcessEnv, program: Command): string[] {
  const known = [...variablesOf(program), ...OTHERS].map((name) => name.slice(PREFIX.length));
  const given = Object.keys(environment).filter((name) => name.startsWith(PREFIX));
  const unknown = given.map((name) => name.slice(PREFIX.length)).filter((name) => !known.includes(name));
  return unknown.map((name) => {
    // What is on as it is has a variable by which it is off.
    const near = known.includes(`NO_${name}`) ? `NO_${name}` : nearest(name, known);
    const suggestion = near === undefined ? '' : `; did you mean ${PREFIX}${near}?`;
    return `${PREFIX}${name} is no setting${suggestion}`;
  });
}

function variablesOf(command: Command): string[] {
  const own = command.options.flatMap(({ envVar }) => envVar ?? []);
  return [...own, ...command.commands.flatMap(variablesOf)];
}
