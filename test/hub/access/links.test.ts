import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../../hub/access/access.ts';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import { ShareLinks } from '../../../hub/access/links.ts';
import { HubError } from '../../../hub/core/error.ts';
import { createMemoryVault } from './memory-vault.ts';
import { createQuickUser } from './quick-user.ts';

const AT_START = new Map([
  ['viewer', 'ph_watch'],
  ['controller', 'ph_control'],
]);

function createLinks(atStart: ReadonlyMap<string, string> = new Map()) {
  const made: { name: string; role: string }[] = [];
  const failures: HubError[] = [];
  const revoked = new Set<string>();
  const links = new ShareLinks({
    addresses: ['192.168.1.5'],
    accounts: {
      async renewToken(wanted) {
        const failure = failures.pop();
        if (failure) throw failure;
        made.push(wanted);
        return `ph_${made.length}`;
      },
      hasToken: async (token) => !revoked.has(token),
    },
    roleNames: () => ['admin', 'pupil', 'viewer', 'device', 'controller'],
    atStart,
    namePrefix: 'link-for-',
    log: pino({ level: 'silent' }),
  });
  return { links, made, failures, revoked };
}

const PASSWORD = 'correct horse';

function somebody(role: string, how = 'login'): Principal {
  return { name: 'ana', role, how, accountId: '1', credentialIds: ['user:ana'], generation: '1' };
}

describe('Links to others', () => {
  it('may give any role if an admin makes them, the least powerful first', () => {
    const { links } = createLinks();
    expect(links.rolesFor(somebody('admin'))).toEqual(['viewer', 'controller', 'device', 'admin', 'pupil']);
  });

  it('of the start are passed on by people who came by them, with no more rights than their own', async () => {
    const { links, made } = createLinks(AT_START);
    expect(links.rolesFor(somebody('controller'))).toEqual(['viewer', 'controller']);
    expect(links.rolesFor(somebody('viewer'))).toEqual(['viewer']);
    expect(await links.tokenFor(somebody('controller'), 'controller')).toBe('ph_control');
    expect(await links.tokenFor(somebody('viewer'), 'viewer')).toBe('ph_watch');
    expect(made).toEqual([]);
  });

  it.each(['viewer', 'controller', 'device', 'pupil', 'nobody'])(
    'are only for admins if there are users: %s',
    async (role) => {
      const { links } = createLinks();
      expect(links.rolesFor(somebody(role))).toEqual([]);
      await expect(links.tokenFor(somebody(role), 'viewer')).rejects.toMatchObject({ code: 'auth/denied' });
    },
  );

  it('of the start are not passed on once they are revoked', async () => {
    const { links, revoked } = createLinks(AT_START);
    revoked.add('ph_watch');
    await expect(links.tokenFor(somebody('viewer'), 'viewer')).rejects.toMatchObject({ code: 'auth/denied' });
    expect(await links.tokenFor(somebody('admin'), 'viewer')).toBe('ph_1');
  });

  it('never give more than one may', async () => {
    const { links, made } = createLinks(AT_START);
    for (const role of ['admin', 'device', 'pupil', ''])
      await expect(links.tokenFor(somebody('controller'), role)).rejects.toMatchObject({
        code: 'auth/denied',
      });
    await expect(links.tokenFor(somebody('viewer'), 'controller')).rejects.toThrow('"controller"');
    await expect(links.tokenFor(somebody('admin'), 'unknown')).rejects.toMatchObject({ code: 'auth/denied' });
    expect(made).toEqual([]);
  });

  it('are needed by nobody if everyone may connect', () => {
    expect(createLinks().links.rolesFor(somebody('admin', 'open'))).toEqual([]);
  });

  it('are one for each role, however often they are asked for at once', async () => {
    const { links, made } = createLinks();
    const ask = () => links.tokenFor(somebody('admin'), 'pupil');
    expect(await Promise.all([ask(), ask()])).toEqual(['ph_1', 'ph_1']);
    expect(await ask()).toBe('ph_1');
    const maker = { account: 'user:ana', generation: '1', role: 'admin' };
    expect(made).toEqual([{ name: 'link-for-pupil-by-ana', role: 'pupil', maker }]);
  });

  it('are tried again after a failure', async () => {
    const { links, failures } = createLinks();
    failures.push(new HubError('store/unavailable', 'the disk is full'));
    await expect(links.tokenFor(somebody('admin'), 'viewer')).rejects.toThrow('full');
    expect(await links.tokenFor(somebody('admin'), 'viewer')).toBe('ph_1');
  });
});

describe('A link that is made', () => {
  const log = pino({ level: 'silent' });
  const longRole = 'r'.repeat(64);

  async function open() {
    const vault = createMemoryVault();
    const accounts = new Accounts(vault);
    for (const name of ['ana', 'rui'])
      await vault.put('users', name, await createQuickUser('admin', PASSWORD));
    const access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
    const roleNames = () => ['viewer', longRole];
    const given = { addresses: [], accounts, roleNames, atStart: new Map(), namePrefix: 'link-for-', log };
    const links = new ShareLinks(given);
    const linkOf = async (user: string, role = 'viewer') =>
      links.tokenFor(await access.authenticate({ user, password: PASSWORD }, { address: '::1' }), role);
    const enter = async (token: string) => {
      await access.refresh();
      return access.authenticate({ token }, { address: '::1' });
    };
    return { accounts, access, linkOf, enter };
  }

  it.each([
    ['is removed', (accounts: Accounts) => accounts.removeUser('ana')],
    ['loses the role', (accounts: Accounts) => accounts.setRole('ana', 'viewer')],
    ['has a new password', (accounts: Accounts) => accounts.setPassword('ana', 'another horse')],
  ])('ends when its maker %s; those of others stay', async (_what, change) => {
    const { accounts, access, linkOf, enter } = await open();
    const [link, other] = [await linkOf('ana'), await linkOf('rui')];
    const { name } = await enter(link);
    expect(name).toBe('link-for-viewer-by-ana');
    const ended: string[] = [];
    access.ended$.subscribe(({ credentialId }) => ended.push(credentialId));
    await change(accounts);
    await expect(enter(link)).rejects.toMatchObject({ code: 'auth/wrong' });
    expect(ended).toContain(`token:${name}`);
    expect(await enter(other)).toMatchObject({ name: 'link-for-viewer-by-rui' });
    access.close();
  });

  it('is replaced by a new one for everybody after it was revoked', async () => {
    const { accounts, access, linkOf, enter } = await open();
    const link = await linkOf('ana');
    await accounts.revokeToken('link-for-viewer-by-ana');
    const [next, same] = await Promise.all([linkOf('ana'), linkOf('ana')]);
    expect(next).not.toBe(link);
    expect(same).toBe(next);
    await expect(enter(next)).resolves.toMatchObject({ role: 'viewer' });
    access.close();
  });

  it('may be for a role with a long name', async () => {
    const { access, linkOf, enter } = await open();
    expect((await enter(await linkOf('ana', longRole))).name).toHaveLength(64);
    access.close();
  });
});
