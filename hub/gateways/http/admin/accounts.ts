import { z } from 'zod';
import type { ManagedAccounts } from '../../../access/accounts/managed.ts';
import { BUILT_IN_ROLES, ensureRole } from '../../../access/rights/role.ts';
import { HubError } from '../../../core/error.ts';
import { JSON_TYPE } from '../operation.ts';
import type { Administration } from './administration.ts';
import { AFTER, LIMIT } from './clients.ts';
import { type AdminOperation, type Call, defineOperation, pageOf } from './define.ts';

const DAY_MS = 24 * 3_600_000;
const MAX_DAYS = 36_500;

const name = z.string().min(1).max(64);
const role = z.string().min(1).max(64);
const password = z.string().min(1).max(1_024);

export const ACCOUNT_OPERATIONS: readonly AdminOperation[] = [
  defineOperation({
    method: 'get',
    path: '/api/admin/users',
    part: 'accounts',
    summary: 'A page of the users, in the order of their names.',
    query: { after: AFTER, limit: LIMIT },
    answer: { [JSON_TYPE]: 'users' },
    handle: listUsers,
  }),
  defineOperation({
    method: 'post',
    path: '/api/admin/users',
    part: 'accounts',
    summary: 'Adds a user.',
    body: z.strictObject({ user: name, password, role }),
    answer: { [JSON_TYPE]: 'user' },
    handle: changing(async ({ accounts, roles }, { body }) => {
      ensureRole(body.role, roles);
      return { user: await accounts.addUser(body.user, body.password, body.role) };
    }),
  }),
  defineOperation({
    method: 'put',
    path: '/api/admin/users/{user}',
    part: 'accounts',
    summary: 'Gives a user another role, another password, or both. Ends the connections of the user.',
    body: z
      .strictObject({ role: role.optional(), password: password.optional() })
      .refine((body) => Object.keys(body).length > 0, 'it must have "role", "password" or both'),
    answer: { [JSON_TYPE]: 'done' },
    handle: changing(async ({ accounts, roles }, { body, param, visitor }) => {
      const { role: newRole, password: newPassword } = body;
      if (newRole !== undefined) {
        ensureOther(visitor, 'user', param('user'), 'give yourself another role');
        ensureRole(newRole, roles);
      }
      await accounts.checkUser(param('user'));
      if (newPassword !== undefined) await accounts.setPassword(param('user'), newPassword);
      if (newRole !== undefined) await accounts.setRole(param('user'), newRole);
      return {};
    }),
  }),
  defineOperation({
    method: 'delete',
    path: '/api/admin/users/{user}',
    part: 'accounts',
    summary: 'Removes a user, and ends the connections of the user.',
    answer: { [JSON_TYPE]: 'done' },
    handle: changing(async ({ accounts }, { param, visitor }) => {
      ensureOther(visitor, 'user', param('user'), 'remove yourself');
      await accounts.removeUser(param('user'));
      return {};
    }),
  }),
  defineOperation({
    method: 'get',
    path: '/api/admin/roles',
    part: 'accounts',
    summary: 'The roles in force. Those that are not built in are described in the configuration file.',
    answer: { [JSON_TYPE]: 'adminRoles' },
    handle: (administration) => {
      const { roles } = accountsOf(administration);
      const described = [...roles].map(([each, rights]) => ({
        role: each,
        isBuiltIn: BUILT_IN_ROLES.has(each),
        ...rights,
      }));
      return { content: { roles: described } };
    },
  }),
  defineOperation({
    method: 'get',
    path: '/api/admin/tokens',
    part: 'accounts',
    summary: 'A page of the tokens, in the order of their names, without their secrets.',
    query: { after: AFTER, limit: LIMIT },
    answer: { [JSON_TYPE]: 'tokens' },
    handle: listTokens,
  }),
  defineOperation({
    method: 'post',
    path: '/api/admin/tokens',
    part: 'accounts',
    summary: 'Makes a token. Only this answer shows it.',
    body: z.strictObject({ token: name, role, days: z.int().min(1).max(MAX_DAYS).optional() }),
    answer: { [JSON_TYPE]: 'token' },
    handle: changing(async ({ accounts, roles }, { body }) => {
      ensureRole(body.role, roles);
      const { days } = body;
      const expiresAt = days === undefined ? {} : { expiresAt: new Date(Date.now() + days * DAY_MS) };
      return { token: await accounts.makeToken({ name: body.token, role: body.role, ...expiresAt }) };
    }),
  }),
  defineOperation({
    method: 'delete',
    path: '/api/admin/tokens/{token}',
    part: 'accounts',
    summary: 'Revokes a token, and ends the connections that use it.',
    answer: { [JSON_TYPE]: 'done' },
    handle: changing(async ({ accounts }, { param, visitor }) => {
      ensureOther(visitor, 'token', param('token'), 'revoke the token that you use');
      await accounts.revokeToken(param('token'));
      return {};
    }),
  }),
];

/**
 * Changes accounts; the change is in force before it is answered. On a hub without accounts nobody may change them: the first account
 * would lock out all other visitors.
 */
function changing<B>(change: (accounts: ManagedAccounts, call: Call<B>) => Promise<object>) {
  return async (administration: Administration, call: Call<B>) => {
    if (call.visitor.principal.how === 'open')
      throw new HubError(
        'auth/denied',
        'this hub requires no authentication yet: only its own machine adds the first user (pinhub user add)',
      );
    const accounts = accountsOf(administration);
    const content = await change(accounts, call);
    await accounts.settle();
    return { content };
  };
}

/** An administrator can lock out anybody but themselves, so that one remains. */
function ensureOther(
  { principal }: Call['visitor'],
  kind: 'user' | 'token',
  account: string,
  what: string,
): void {
  if (!principal.credentialIds.includes(`${kind}:${account.normalize('NFKC')}`)) return;
  throw new HubError('option/invalid', `you cannot ${what}; another administrator can, or "pinhub ${kind}"`);
}

async function listUsers(administration: Administration, call: Call) {
  const users = await accountsOf(administration).accounts.users();
  const page = await pageOf(call, { entries: users, keyOf: ([user]) => user });
  const described = page.entries.map(([user, { role: given, createdAt }]) => {
    return { user, role: given, since: createdAt };
  });
  return { content: { users: described }, page };
}

async function listTokens(administration: Administration, call: Call) {
  const tokens = await accountsOf(administration).accounts.tokens();
  const page = await pageOf(call, { entries: tokens, keyOf: ([token]) => token });
  const described = page.entries.map(([token, { role: given, createdAt, usedAt, expiresAt, maker }]) => ({
    token,
    role: given,
    since: createdAt,
    ...(usedAt !== undefined && { used: usedAt }),
    ...(expiresAt !== undefined && { expires: expiresAt }),
    ...(maker && { maker: maker.account.replace(/^\w+:/, '') }),
  }));
  return { content: { tokens: described }, page };
}

function accountsOf({ accounts }: Administration): ManagedAccounts {
  if (accounts) return accounts;
  throw new HubError('internal', 'this hub has no accounts');
}
