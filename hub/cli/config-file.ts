import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseRoles, type Roles } from '../access/rights/role.ts';
import { HubError, quote } from '../core/error.ts';
import { describeIssues } from '../describe-issues.ts';

const value = z.union([z.string(), z.number(), z.boolean()]);
const given = z.union([value, z.array(value)], {
  error: 'must be text, a number, true or false, or a list of these',
});
/** As words, or by their names. */
const limit = z.union([given, z.record(z.string(), z.number())], {
  error:
    'must be limits by their names, as in { "queuedMessages": 500 }, or text as in "queuedMessages=500", or a list of such',
});
const schema = z
  .object({ limit, roles: z.unknown() }) // Roles are no option: there is more to them than a line of words.
  .partial()
  .catchall(given);

/** What a configuration file says of one option. */
export type GivenOne = z.infer<typeof value>;
export type Given = GivenOne | readonly GivenOne[];

/** The options in a configuration file, by their names. Throws `option/invalid` where it cannot be read. */
export function readConfigFile(path: string): ReadonlyMap<string, Given> {
  const { roles: _, limit, ...options } = parse(path);
  const limits = limit === undefined ? {} : { limit: toText(limit) };
  return new Map(Object.entries({ ...options, ...limits }));
}

function toText(limit: z.infer<typeof schema.shape.limit>): Given {
  if (typeof limit !== 'object' || Array.isArray(limit)) return limit ?? [];
  return Object.entries(limit).map(([name, number]) => `${name}=${number}`);
}

/** The roles that a configuration file describes under `roles`, with those built in. Throws `option/invalid`. */
export function readConfigRoles(path: string): Roles {
  const { roles = {} } = parse(path);
  try {
    return parseRoles(roles);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    throw new HubError(error.code, `configuration file ${quote(path)}: ${error.message}`, { cause: error });
  }
}

function parse(path: string): z.infer<typeof schema> {
  const parsed = schema.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  throw new HubError('option/invalid', `configuration file ${quote(path)}: ${describeIssues(parsed.error)}`);
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
