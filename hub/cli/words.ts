import type { Command, Option } from 'commander';
import { readConfigFile } from './config-file.ts';
import { toWords } from './config-words.ts';
import { variableOf } from './environment.ts';
import { dataOption } from './options.ts';

/** What the program itself answers, without a command. */
const PROGRAM_FLAGS = ['-h', '--help', '-V', '--version'];

/** The words with the command that is meant where none is given: `start`. */
export function withCommand(words: readonly string[]): string[] {
  const [first] = words;
  const isMissing = first === undefined || (first.startsWith('-') && !PROGRAM_FLAGS.includes(first));
  return isMissing ? ['start', ...words] : [...words];
}

/** The commands that take from a configuration file all that there is. */
const CONFIGURED = ['start', 'device'];

/** Those that take from it where the data is, and leave the rest to others. */
const NEED_DATA = ['user', 'token'];

/**
 * The words of the command line, the command first, with those of its configuration file put in. An option given on the command line or in the environment
 * wins over the file's. Throws `option/invalid`.
 */
export function withConfigFile(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  program: Command,
): string[] {
  const command = words[0] ?? '';
  const path = configPath(words) ?? environment.PINHUB_CONFIG;
  const options = optionsOf(command, program);
  if (path === undefined || options.length === 0) return [...words];
  const isGiven = (name: string) =>
    isOnCommandLine(words, name) || [name, `no-${name}`].some((one) => variableOf(one) in environment);
  const isWanted = (name: string) => !NEED_DATA.includes(command) || name === 'data';
  const entries = [...readConfigFile(path)].filter(([name]) => isWanted(name));
  // What is overruled is looked at, too: it would else be found wrong on the day when it counts.
  const added = entries.flatMap(([name, given]) => {
    const meant = toWords({ path, name, given, options });
    return isGiven(name) ? [] : meant;
  });
  return [...words, ...added];
}

function optionsOf(command: string, program: Command): readonly Option[] {
  if (NEED_DATA.includes(command)) return [dataOption()];
  if (!CONFIGURED.includes(command)) return [];
  return program.commands.find((one) => one.name() === command)?.options ?? [];
}

function configPath(words: readonly string[]): string | undefined {
  const index = words.indexOf('--config');
  if (index !== -1) return words[index + 1];
  return words.find((word) => word.startsWith('--config='))?.slice('--config='.length);
}

function isOnCommandLine(words: readonly string[], name: string): boolean {
  const flags = [`--${name}`, `--no-${name}`];
  return words.some((word) => flags.includes(word.split('=', 1)[0] ?? ''));
}
