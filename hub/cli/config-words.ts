import { InvalidArgumentError, type Option } from 'commander';
import { HubError, quote } from '../core/error.ts';
import type { Given, GivenOne } from './config-file.ts';
import { nearest } from './nearest.ts';

/** What a configuration file says of one option, and what options there are. */
interface ConfigEntry {
  readonly path: string;
  readonly name: string;
  readonly given: Given;
  readonly options: readonly Option[];
}

/**
 * An entry of a configuration file as words of the command line: `"mqtt": false` says `--no-mqtt`. What is off unless it is asked for needs
 * no word where it is `false`. Throws `option/invalid`, and names the file, where there is no such option or it cannot have that value.
 */
export function toWords({ path, name, given, options }: ConfigEntry): string[] {
  const wrong = (reason: string) =>
    new HubError('option/invalid', `configuration file ${quote(path)}: ${reason}`);
  const option = options.find(({ long }) => long === `--${name}`);
  if (!option) throw wrong(`there is no option ${quote(name)}${suggest(name, options)}`);
  if (isList(given) && !option.variadic) throw wrong(`${quote(name)} has one value, not a list`);
  if (isList(given) && given.length === 0)
    throw wrong(`${quote(name)} is an empty list: leave it out, or name what it is to be`);
  return (isList(given) ? given : [given]).flatMap((one) => {
    if (typeof one !== 'boolean' && !option.required && !option.optional)
      throw wrong(`${quote(name)} must be true or false, not ${quote(one)}`);
    if (typeof one === 'boolean' && option.required) throw wrong(`${quote(name)} needs a value, not ${one}`);
    if (typeof one === 'number' && !takesNumber(option))
      throw wrong(`${quote(name)} must be text, as in ${quote(String(one))}, not ${one}`);
    const reason = findFault(option, one);
    if (reason !== undefined) throw wrong(`${quote(name)} cannot be ${quote(one)}. ${reason}`);
    return typeof one === 'boolean' ? toSwitch(name, one, options) : [`--${name}=${one}`];
  });
}

function isList(given: Given): given is readonly GivenOne[] {
  return Array.isArray(given);
}

function takesNumber({ flags }: Option): boolean {
  return /<(number|ms)>/.test(flags);
}

function toSwitch(name: string, isOn: boolean, options: readonly Option[]): string[] {
  const opposite = `--no-${name}`;
  if (isOn) return [`--${name}`];
  return options.some(({ long }) => long === opposite) ? [opposite] : [];
}

/** What the option's own parser has to say to a value. */
function findFault({ parseArg }: Option, value: GivenOne): string | undefined {
  if (!parseArg || typeof value === 'boolean') return undefined;
  try {
    parseArg(String(value), undefined);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message;
    throw error;
  }
}

function suggest(name: string, options: readonly Option[]): string {
  const near = nearest(
    name,
    options.flatMap(({ long }) => long?.replace(/^--/, '') ?? []),
  );
  return near === undefined ? '' : `; did you mean ${quote(near)}?`;
}
