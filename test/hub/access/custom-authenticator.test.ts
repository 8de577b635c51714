import { pino } from 'pino';
import { filter, firstValueFrom, Subject, throwError, VirtualTimeScheduler } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Credentials } from '../../../hub/access/access.ts';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { createAuthenticator } from '../../../hub/access/authenticators/custom.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import { parseRoles } from '../../../hub/access/rights/role.ts';
import type { Vault } from '../../../hub/access/vault/vault.ts';
import { HubError } from '../../../hub/core/error.ts';
import type { EndedCredential } from '../../../hub/session/link.ts';
import { createMemoryVault } from './memory-vault.ts';
import { createQuickUser } from './quick-user.ts';

const REMOTE = { address: '10.0.0.1' };
const STUDENT = { student: { read: ['lab/%u/#'], publish: ['lab/%u/#'] } };

let vault: Vault;
let access: GuardedAccess;
let lines: string[];
let ended$: Subject<EndedCredential>;

beforeEach(async () => {
  vault = createMemoryVault();
  await open();
});
afterEach(() => access.close());

/** A hub whose students are in LDAP. */
async function open({ hasLdap = true, name = 'ana' } = {}): Promise<void> {
  lines = [];
  ended$ = new Subject();
  const ldap = createAuthenticator('ldap', async ({ user, password }) => {
    if (user !== 'ana') return undefined;
    if (password !== 'secret of LDAP') throw new HubError('auth/wrong', 'LDAP says no');
    return { name, role: 'student' };
  });
  access = await openGuardedAccess({
    vault,
    scheduler: new VirtualTimeScheduler(),
    log: pino({ base: null }, { write: (line) => lines.push(line) }),
    roles: parseRoles(STUDENT),
    authenticators: hasLdap ? [{ ...ldap, ended$ }] : [],
  });
}

const enter = (credentials: Credentials) => access.authenticate(credentials, REMOTE);
const ana = () => enter({ user: 'ana', password: 'secret of LDAP' });

describe('a client that an embedder has authenticated', () => {
  it('has the rights of its role', async () => {
    const principal = await ana();
    expect(principal).toMatchObject({
      name: 'ana',
      how: 'ldap',
      credentialIds: ['ldap:ana', 'role:student'],
    });
    const rights = access.rightsOf(principal, 'c');
    expect([rights.mayPublish('lab/ana/led'), rights.mayPublish('lab/bia/led')]).toEqual([true, false]);
  });

  it('loses rights with its role, and is notified', async () => {
    const rights = access.rightsOf(await ana(), 'c');
    const ended: EndedCredential[] = [];
    access.ended$.subscribe((one) => ended.push(one));
    access.directory.roles = parseRoles({ student: { read: ['lab/%u/#'] } });
    expect(ended).toMatchObject([
      { credentialId: 'role:student', isGone: false, reason: { code: 'session/closed' } },
    ]);
    expect([rights.mayRead('lab/ana/led'), rights.mayPublish('lab/ana/led')]).toEqual([true, false]);
    access.directory.roles = parseRoles({});
    expect(ended.at(-1)).toMatchObject({ credentialId: 'role:student', isGone: false });
    expect(rights.mayRead('lab/ana/led')).toBe(false);
  });

  it('is disconnected when the embedder says so', async () => {
    const ended: EndedCredential[] = [];
    access.ended$.subscribe((one) => ended.push(one));
    const one = {
      credentialId: 'ldap:ana',
      isGone: true,
      reason: new HubError('auth/denied', 'left school'),
    };
    ended$.next(one);
    expect(ended).toEqual([one]);
  });

  it('keeps its sessions, with the same rights, over a restart', async () => {
    const { name, accountId, credentialIds } = await ana();
    access.close();
    await open();
    const owner = access.recognize({ name, accountId, credentialIds });
    expect(owner).toEqual({ name, accountId, credentialIds });
    const rights = owner && access.rightsOf(owner, 'c');
    expect([rights?.mayRead('lab/ana/led'), rights?.mayRead('lab/bia/led')]).toEqual([true, false]);
  });

  it('stays logged in in a browser, until the embedder says that it is gone', async () => {
    const ticket = await access.logins.open(await ana(), { remote: REMOTE });
    const again = await access.logins.open(await ana(), { remote: REMOTE, held: ticket.secret });
    expect(again.secret).toBe(ticket.secret);
    access.close();
    await open();
    const principal = await enter({ login: ticket.secret });
    expect(principal).toMatchObject({ name: 'ana', role: 'student', how: 'login' });
    expect(access.rightsOf(principal, 'c').mayRead('lab/ana/led')).toBe(true);
    const loggedOut = firstValueFrom(
      access.ended$.pipe(filter(({ credentialId }) => credentialId.startsWith('login:'))),
    );
    ended$.next({
      credentialId: 'ldap:ana',
      isGone: true,
      reason: new HubError('auth/denied', 'left school'),
    });
    expect(principal.credentialIds).toContain((await loggedOut).credentialId);
    await expect(enter({ login: ticket.secret })).rejects.toMatchObject({ code: 'auth/required' });
  });

  it('is unknown to a hub without that authenticator, its session and login too', async () => {
    const principal = await ana();
    const { secret } = await access.logins.open(principal, { remote: REMOTE });
    access.close();
    await open({ hasLdap: false });
    expect(access.recognize(principal)).toBeUndefined();
    await expect(enter({ login: secret })).rejects.toMatchObject({ code: 'auth/required' });
  });

  it('is refused with a reserved name, or that of a user or token: it would own their sessions', async () => {
    const accounts = new Accounts(vault);
    await accounts.makeToken({ name: 'kiosk', role: 'viewer' });
    await vault.put('users', 'bia', { ...(await createQuickUser('viewer', 'secret')) });
    for (const name of ['kiosk', 'bia', 'anyone', 'token']) {
      access.close();
      await open({ name });
      await expect(ana(), name).rejects.toMatchObject({ code: 'auth/denied' });
    }
  });

  it('loses its login and sessions to a user who gets its name', async () => {
    const principal = await ana();
    const { secret } = await access.logins.open(principal, { remote: REMOTE });
    await vault.put('users', 'ana', { ...(await createQuickUser('viewer', 'secret')) });
    await access.refresh();
    await expect(enter({ login: secret })).rejects.toMatchObject({ code: 'auth/denied' });
    expect(access.recognize(principal)).toBeUndefined();
  });

  it('is refused by the embedder, which is logged without the secret', async () => {
    await expect(enter({ user: 'ana', password: 'a guess' })).rejects.toThrow('LDAP says no');
    expect(access.refused).toBe(1);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { how: 'user and password', address: '10.0.0.1', msg: 'refused: LDAP says no' },
    ]);
    expect(lines.join()).not.toContain('a guess');
  });
});

describe('credentials that are not the embedder’s', () => {
  it('go to the next authenticator', async () => {
    const accounts = new Accounts(vault);
    const token = await accounts.makeToken({ name: 'kiosk', role: 'viewer' });
    await access.refresh();
    expect(await enter({ token })).toMatchObject({ name: 'kiosk', how: 'token' });
    expect(await enter({ user: 'token', password: token })).toMatchObject({ name: 'kiosk' });
    await expect(enter({ user: 'eve', password: 'any' })).rejects.toMatchObject({ code: 'auth/wrong' });
    await expect(enter({ user: 'eve' })).rejects.toMatchObject({ code: 'auth/required' });
  });

  it('are not logged if the client has presented nothing', async () => {
    await expect(enter({})).rejects.toMatchObject({ code: 'auth/required' });
    expect(lines).toEqual([]);
  });
});

describe('a login, certificate or exchange that is refused', () => {
  it('is logged without the secret', async () => {
    const elsewhere = async (attempt: Promise<unknown>) => {
      await attempt.catch(() => undefined);
      const line = lines.at(-1);
      access.close();
      await open(); // The log takes one line a second.
      return line;
    };
    expect(await elsewhere(enter({ login: 'cookie-value' }))).toMatch(/"how":"login".*your login has ended/);
    expect(await elsewhere(enter({ certificate: { commonName: 'bia' } }))).toMatch(/"certificate".*bia/);
    expect(await elsewhere(enter({ token: 'ph_guess' }))).toMatch(/"token".*the token is not valid/);
    const exchange = access.beginExchange('SCRAM-SHA-256', { address: '10.0.0.1' });
    const line = await elsewhere(exchange?.step(Buffer.from('n,,x=secret-nonce')) ?? Promise.resolve());
    expect(line).toMatch(/"how":"scram"/);
    expect(line).not.toContain('secret-nonce');
  });
});

describe('an authenticator that fails', () => {
  const fail = () => {
    throw new TypeError('oops');
  };

  it.each([
    ['throws at once', { kind: 'ldap', identify: fail, beginExchange: fail }],
    ['rejects', { kind: 'ldap', identify: async () => fail() }],
    [
      'has an ended$ that errs',
      { kind: 'ldap', identify: async () => fail(), ended$: throwError(() => new TypeError('oops')) },
    ],
  ])('that %s is logged, and the next is asked', async (_title, ldap) => {
    access.close();
    lines = [];
    access = await openGuardedAccess({
      vault,
      scheduler: new VirtualTimeScheduler(),
      log: pino({ base: null }, { write: (line) => lines.push(line) }),
      authenticators: [ldap],
    });
    const secret = await new Accounts(vault).makeToken({ name: 'lamp', role: 'device' });
    await access.refresh();
    expect(await enter({ token: secret })).toMatchObject({ name: 'lamp', how: 'token' });
    expect(lines.join()).toContain('the authenticator ldap failed');
    expect(access.beginExchange('SCRAM-SHA-256', REMOTE)).toBeDefined();
    await expect(enter({ user: 'nobody', password: 'x' })).rejects.toMatchObject({ code: 'auth/wrong' });
  });
});
