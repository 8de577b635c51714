import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseRoles, type Roles } from '../access/role.ts';
import { HubError, quote } from '../core/error.ts';

const value = z.union([z.string(), z.number(), z.boolean()]);
/** What is no option: it has more to it than a line of words. */
const structured = z.object({ roles: z.unknown() }).partial();
const schema = structured.catchall(z.union([value, z.array(value)]));

/** What a configuration file says of one option. */
export type GivenOne = z.infer<typeof value>;
export type Given = GivenOne | readonly GivenOne[];

/** The options in a configuration file, by their names. Throws `option/invalid` where it cannot be read. */
export function readConfigFile(path: string): ReadonlyMap<string, Given> {
  const { roles: _, ...options } = parse(path);
  return new Map(Object.entries(options));
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
  throw new HubError('option/invalid', `configuration file ${quote(path)}: ${z.prettifyError(parsed.error)}`);
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
