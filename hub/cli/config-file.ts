import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseRoles, type Roles } from '../access/role.ts';
import { HubError, quote } from '../core/error.ts';

const value = z.union([z.string(), z.number(), z.boolean()]);
/** What is no option: it has more to it than a line of words. */
const structured = z.object({ roles: z.unknown() }).partial();
const schema = structured.catchall(z.union([value, z.array(value)]));

/**
 * A configuration file as command-line words, to be read like those of the command line: `{"port": 5001, "mqtt": false, "device":
 * ["led/21"]}` says `--port 5001 --no-mqtt --device led/21`. Throws `option/invalid` where it cannot be read.
 */
export function readConfigFile(path: string): ReadonlyMap<string, readonly string[]> {
  const { roles: _, ...options } = parse(path);
  return new Map(Object.entries(options).map(([name, given]) => [name, toWords(name, given)]));
}

/** The roles that a configuration file describes under `roles`, with those built in. Throws `option/invalid`. */
export function readConfigRoles(path: string): Roles {
  return parseRoles(parse(path).roles ?? {});
}

function parse(path: string): z.infer<typeof schema> {
  const parsed = schema.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  throw new HubError('option/invalid', `configuration file ${quote(path)}: ${z.prettifyError(parsed.error)}`);
}

type Given = z.infer<typeof value> | readonly z.infer<typeof value>[];

function toWords(name: string, given: Given): string[] {
  if (Array.isArray(given)) return given.flatMap((one) => toWords(name, one));
  if (typeof given === 'boolean') return [given ? `--${name}` : `--no-${name}`];
  return [`--${name}`, String(given)];
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HubError('option/invalid', `configuration file ${quote(path)} cannot be read: ${reason}`, {
      cause,
    });
  }
}
