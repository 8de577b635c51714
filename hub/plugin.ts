import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Driver } from '../devices/drivers.ts';
import type { DeviceKind } from '../devices/index.ts';
import type { Authenticator } from './access/access.ts';
import { HubError, quote } from './core/error.ts';
import { describeIssues } from './describe-issues.ts';
import type { KindModules } from './gateways/http/kind-modules.ts';
import type { Store } from './session/store.ts';

/** The default export of a plug-in's module: any of these parts. */
export interface Plugin {
  /** Unique among plug-ins: small letters, digits and hyphens. */
  readonly name: string;
  /** Further kinds of device. */
  readonly kinds?: readonly PluginKind[];
  /** Further drivers of pins. `auto` asks them before those of Pinhub. */
  readonly drivers?: readonly Driver[];
  /** Further ways to prove an identity, asked before the hub's own accounts. */
  readonly authenticators?: readonly Authenticator[];
  /** Opens what keeps messages and sessions, in place of Pinhub's own store; only one plug-in may have it. */
  readonly openStore?: (options: PluginStoreOptions) => Promise<Store>;
}

/** A kind of device, and what pages draw it with. Each module is one file; docs/plug-ins.md says what it exports. */
export interface PluginKind extends DeviceKind {
  /** The module of the kind's card on the dashboard, as in `new URL('./relay-card.js', import.meta.url)`. Default: the card for any device. */
  readonly card?: URL | undefined;
  /** The module that draws the kind on the simulator. Default: the simulator does not draw it. */
  readonly part?: URL | undefined;
}

export interface PluginStoreOptions {
  /** A folder for this plug-in alone, within the hub's data folder, which this process has locked. */
  readonly folder: string;
  readonly log: Logger;
}

/** The kinds of the hub's own authenticators, which begin the ids of their credentials. */
const OWN_AUTHENTICATORS = ['user', 'token', 'login', 'role'];

const text = z.string('must be text');
const name = text.regex(/^[a-z0-9][a-z0-9-]*$/, 'must be small letters, digits and hyphens, as in my-relay');
const method = z.custom((value) => typeof value === 'function', 'must be a function');
const topicLevel = text.regex(/^[^/+#$\0][^/+#\0]*$/, 'must be a topic level, as in relay');
const authenticatorKind = name.refine((kind) => !OWN_AUTHENTICATORS.includes(kind), {
  error: `must not be one of the hub's own: ${OWN_AUTHENTICATORS.join(', ')}`,
});

const pageModule = z
  .custom((value) => value instanceof URL && value.protocol === 'file:', {
    error: "must be the URL of a file, as in new URL('./relay-card.js', import.meta.url)",
  })
  .optional();

/** A list of objects that may have further members, and may be instances of classes. */
function listOf(members: z.ZodRawShape) {
  const item = z.looseObject(members, 'must be an object');
  return z.array(item, 'must be a list').optional();
}

const members = {
  name,
  kinds: listOf({
    kind: topicLevel,
    gpios: method.optional(),
    open: method,
    card: pageModule,
    part: pageModule,
  }),
  drivers: listOf({ name, open: method, probe: method.optional() }),
  authenticators: listOf({
    kind: authenticatorKind,
    identify: method.optional(),
    beginExchange: method.optional(),
  }),
  openStore: method.optional(),
};
const MEMBERS = Object.keys(members).join(', ');
const schema = z.looseObject(members, `must be an object with a name and any of ${MEMBERS}`);

/** Checks what a module exports as its default; `from` names the module in errors. Throws `option/invalid`. */
export function parsePlugin(value: unknown, from: string): Plugin {
  const fail = (reason: string) => new HubError('option/invalid', `plug-in ${quote(from, 200)}: ${reason}`);
  const { error } = schema.safeParse(value);
  if (error) throw fail(`its default export is wrong: ${describeIssues(error)}`);
  const plugin = value as Plugin; // The value itself: a copy would lose the classes of its parts.
  const unknownKey = Object.keys(plugin).find((key) => !Object.hasOwn(members, key));
  if (unknownKey !== undefined) throw fail(`it has ${quote(unknownKey)}; allowed are ${MEMBERS}`);
  return plugin;
}

/** Reads what pages load for the kinds of a plug-in. Throws `option/invalid` if a file cannot be read. */
export function readKindModules({
  name,
  kinds = [],
}: Pick<Plugin, 'name' | 'kinds'>): readonly KindModules[] {
  return kinds
    .filter(({ card, part }) => card ?? part)
    .map(({ kind, card, part }) => {
      const read = (what: string, file: URL | undefined) =>
        file && readModule(file, `plug-in ${quote(name)}: the ${what} of its kind ${quote(kind)}`);
      return { kind, card: read('card', card), part: read('part', part) };
    });
}

function readModule(file: URL, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const path = quote(fileURLToPath(file), 200);
    const reason = code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read (${code})`;
    throw new HubError('option/invalid', `${what} cannot be loaded: ${reason}`, { cause });
  }
}
