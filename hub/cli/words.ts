import { readConfigFile } from './config-file.ts';

/** What the program itself answers, without a command. */
const PROGRAM_FLAGS = ['-h', '--help', '-V', '--version'];

/** The words with the command that is meant where none is given: `start`. */
export function withCommand(words: readonly string[]): string[] {
  const [first] = words;
  const isMissing = first === undefined || (first.startsWith('-') && !PROGRAM_FLAGS.includes(first));
  return isMissing ? ['start', ...words] : [...words];
}

/** The commands that take options from a configuration file, and which; `undefined` for all. */
const CONFIGURED: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  ['start', undefined],
  ['device', undefined],
  ['user', ['data']],
  ['token', ['data']],
]);

/**
 * The words of the command line, the command first, with those of its configuration file put in. An option given on the command line or in the environment
 * wins over the file's. Throws `option/invalid`.
 */
export function withConfigFile(words: readonly string[], environment: NodeJS.ProcessEnv): string[] {
  const command = words[0] ?? '';
  const path = configPath(words) ?? environment.PINHUB_CONFIG;
  if (path === undefined || !CONFIGURED.has(command)) return [...words];
  const wanted = CONFIGURED.get(command);
  const isGiven = (name: string) =>
    isOnCommandLine(words, name) || [name, `no-${name}`].some((one) => environmentName(one) in environment);
  const added = [...readConfigFile(path)].filter(
    ([name]) => !isGiven(name) && (wanted?.includes(name) ?? true),
  );
  return [...words, ...added.flatMap(([, values]) => values)];
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

function environmentName(name: string): string {
  return `PINHUB_${name.replaceAll('-', '_').toUpperCase()}`;
}
