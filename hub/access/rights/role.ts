import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { isTopicFilter } from '../../core/filter.ts';
import { HUBS_TOPIC } from '../../core/ports.ts';
import { BRIDGE_STATES } from '../../core/rights.ts';
import { describeIssues } from '../../describe-issues.ts';

/** The rights of a role: topic filters in which `%u` is the client's name and `%c` its client identifier. */
export interface Role {
  readonly read: readonly string[];
  /** Topics to publish to, reports excepted. */
  readonly publish: readonly string[];
  /** Reports to publish: `…/actual`, `…/status`, `…/info`, `…/error` of a device, and the state of a mosquitto bridge. */
  readonly report: readonly string[];
}

/** Roles by name. */
export type Roles = ReadonlyMap<string, Role>;

/** The role of clients without a role, or whose role no longer exists. */
export const NO_ROLE: Role = { read: [], publish: [], report: [] };

/** Reports of a device with one topic level in front, such as a browser tab: `ana/led/21/duty/actual`, `ana/led/21/status`. */
const REPORTS_BEHIND_A_NAME = ['+/+/+/+/actual', '+/+/+/status', '+/+/+/info', '+/+/+/error'];

const PEOPLE_COUNT = '$SYS/broker/clients/people';

/** Topics that every client may read: a page goes to another hub when its own is gone. */
const KNOWN_TO_ALL = [PEOPLE_COUNT, HUBS_TOPIC];

/**
 * The roles that always exist. A controller's browser tab may be a device with a level in front, but may not report for the hub's own devices,
 * which have none; nor may an integration, such as zigbee2mqtt, which reports below its own name: `zigbee2mqtt/bridge/info`. Only `admin` reads
 * all of `$SYS`; viewers and controllers read how many people are connected, but not who
 * they are, and which hubs of a cluster serve. A seat of a class has the topics below its name, and no others; a teacher may do what a
 * controller may, and lead the class.
 */
export const BUILT_IN_ROLES: Roles = new Map([
  ['viewer', { read: ['#', ...KNOWN_TO_ALL], publish: [], report: [] }],
  ['controller', { read: ['#', ...KNOWN_TO_ALL], publish: ['#'], report: REPORTS_BEHIND_A_NAME }],
  ['seat', { read: ['%u/#', ...KNOWN_TO_ALL], publish: ['%u/#'], report: ['%u/#'] }],
  ['teacher', { read: ['#', ...KNOWN_TO_ALL], publish: ['#'], report: REPORTS_BEHIND_A_NAME }],
  ['integration', { read: ['#'], publish: ['#'], report: ['%u/#', ...REPORTS_BEHIND_A_NAME, BRIDGE_STATES] }],
  ['device', { read: ['#'], publish: ['#'], report: ['#', BRIDGE_STATES] }],
  ['admin', { read: ['#', '$SYS/#'], publish: ['#'], report: ['#', BRIDGE_STATES] }],
]);

const pattern = z
  .string({ error: 'must be a topic filter in quotes, as in "lab/%u/#"' })
  .refine((text) => isTopicFilter(fill(text)) && !text.startsWith('$share'), {
    error: ({ input }) => `${quote(input)} is not a topic filter`,
  })
  .refine((text) => !/%(?![uc])\p{L}/u.test(text), {
    error: ({ input }) =>
      `${quote(input)} has an unknown placeholder; there are %u, the name, and %c, the client identifier`,
  });
const patterns = z
  .array(pattern, { error: 'must be a list of topic filters, as in ["lab/%u/#"]' })
  .default([]);
const name = z.string().regex(/^[\w-]{1,64}$/, {
  error: ({ input }) => `${quote(input)} is not a valid role name: use 1 to 64 letters, digits, "_" or "-"`,
});
const role = z.strictObject(
  { read: patterns, publish: patterns, report: patterns },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `${issue.keys.map((key) => quote(key)).join(', ')}: allowed are only "read", "publish" and "report"`
        : 'must be an object with "read", "publish" and "report"',
  },
);
const schema = z.record(name, role);

/** Throws `option/invalid` if the role does not exist; the message names the existing ones, and ends with `hint`. */
export function ensureRole(role: string, roles: Roles, hint = ''): void {
  if (roles.has(role)) return;
  const known = [...roles.keys()].join(', ');
  throw new HubError('option/invalid', `there is no role ${quote(role)}; there are ${known}${hint}`);
}

/** The roles of a configuration together with the built-in ones. Throws `option/invalid`. */
export function parseRoles(value: unknown): Roles {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new HubError('option/invalid', `roles: ${describeIssues(parsed.error)}`, { cause: parsed.error });
  }
  const given = Object.entries(parsed.data);
  const taken = given.find(([role]) => BUILT_IN_ROLES.has(role));
  if (taken) {
    throw new HubError('option/invalid', `roles: ${quote(taken[0])} is built in; choose another name`);
  }
  return new Map([...BUILT_IN_ROLES, ...given]);
}

function fill(text: string): string {
  return text.replace(/%[uc]/g, 'x');
}
