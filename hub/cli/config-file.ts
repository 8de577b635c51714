import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { parseRoles, type Roles } from '../access/rights/role.ts';
import { HubError, quote, toHubError } from '../core/error.ts';
import { describeIssues } from '../describe-issues.ts';
import { readText } from '../files/files.ts';
import { locatePlugin } from './locate-plugin.ts';

const value = z.union([z.string(), z.number(), z.boolean()]);
const given = z.union([value, z.array(value)], {
  error: 'must be text, a number, true or false, or a list of these',
});
/** Limits as text, or as an object with a number for each. */
const limit = z.union([given, z.record(z.string(), z.number())], {
  error:
    'must be limits by name, as in { "queuedMessages": 500 }, or text as in "queuedMessages=500", or a list of such',
});
const plugins = z.array(z.string(), {
  error: 'must be a list of files or packages, as in ["./relay.mjs"]',
});
const schema = z
  .object({ limit, plugins, roles: z.unknown() }) // Roles are not options: `readConfigRoles` reads them.
  .partial()
  .catchall(given);

/** A value of an option in a configuration file. */
export type ConfigValue = z.infer<typeof value>;
export type ConfigEntry = ConfigValue | readonly ConfigValue[];

/** The options in a configuration file, by name. Throws `option/invalid` if the file cannot be read. */
export function readConfigFile(path: string): ReadonlyMap<string, ConfigEntry> {
  const { roles: _, limit, plugins, ...options } = parse(path);
  return new Map(
    Object.entries({
      ...options,
      ...(limit !== undefined && { limit: toText(limit) }),
      ...(plugins !== undefined && { plugin: locateAll(plugins, path) }),
    }),
  );
}

/** The plug-ins in a file are relative to it. */
function locateAll(plugins: readonly string[], path: string): readonly string[] {
  const folder = dirname(resolve(path));
  return explain(path, () => plugins.map((word) => locatePlugin(word, folder)));
}

function toText(limit: z.infer<typeof schema.shape.limit>): ConfigEntry {
  if (typeof limit !== 'object' || Array.isArray(limit)) return limit ?? [];
  return Object.entries(limit).map(([name, number]) => `${name}=${number}`);
}

/** The built-in roles and those under `roles` in a configuration file. Throws `option/invalid`. */
export function readConfigRoles(path: string): Roles {
  const { roles = {} } = parse(path);
  return explain(path, () => parseRoles(roles));
}

/** Adds the name of the file to errors of the work. */
function explain<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    throw new HubError(error.code, `${nameOf(path)}: ${error.message}`, { cause: error });
  }
}

function parse(path: string): z.infer<typeof schema> {
  const parsed = schema.safeParse(parseJson(path));
  if (parsed.success) return parsed.data;
  throw new HubError('option/invalid', `${nameOf(path)}: ${describeIssues(parsed.error)}`);
}

function parseJson(path: string): unknown {
  const text = readText(path, nameOf(path));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HubError('option/invalid', `${nameOf(path)} cannot be read: ${toHubError(cause).message}`, {
      cause,
    });
  }
}

function nameOf(path: string): string {
  return `configuration file ${quote(path)}`;
}
