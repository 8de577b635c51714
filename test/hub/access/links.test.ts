import { describe, expect, it } from 'vitest';
import type { Principal } from '../../../hub/access/access.ts';
import { ShareLinks } from '../../../hub/access/links.ts';
import { HubError } from '../../../hub/core/error.ts';

const AT_START = new Map([
  ['viewer', 'ph_watch'],
  ['controller', 'ph_control'],
]);

function createLinks(atStart: ReadonlyMap<string, string> = new Map()) {
  const made: { name: string; role: string }[] = [];
  const failures: HubError[] = [];
  const links = new ShareLinks({
    addresses: ['192.168.1.5'],
    accounts: {
      async renewToken(wanted) {
        const failure = failures.pop();
        if (failure) throw failure;
        made.push(wanted);
        return `ph_${made.length}`;
      },
    },
    roleNames: () => ['admin', 'pupil', 'viewer', 'device', 'controller'],
    atStart,
    namePrefix: 'link-for-',
  });
  return { links, made, failures };
}

function somebody(role: string, how = 'login'): Principal {
  return { name: 'ana', role, how, accountId: '1', credentialIds: ['user:ana'], generation: '1' };
}

describe('Links to others', () => {
  it('may give any role if an admin makes them, the least powerful first', () => {
    const { links } = createLinks();
    expect(links.rolesFor(somebody('admin'))).toEqual(['viewer', 'controller', 'device', 'admin', 'pupil']);
  });

  it('of the start are passed on by those who came by them, with no more power than their own', async () => {
    const { links, made } = createLinks(AT_START);
    expect(links.rolesFor(somebody('controller'))).toEqual(['viewer', 'controller']);
    expect(links.rolesFor(somebody('viewer'))).toEqual(['viewer']);
    expect(await links.tokenFor(somebody('controller'), 'controller')).toBe('ph_control');
    expect(await links.tokenFor(somebody('viewer'), 'viewer')).toBe('ph_watch');
    expect(made).toEqual([]);
  });

  it.each(['viewer', 'controller', 'device', 'pupil', 'nobody'])(
    'are for admins alone where there are users: %s',
    async (role) => {
      const { links } = createLinks();
      expect(links.rolesFor(somebody(role))).toEqual([]);
      await expect(links.tokenFor(somebody(role), 'viewer')).rejects.toMatchObject({ code: 'auth/denied' });
    },
  );

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

  it('are needed by nobody where everyone may come in', () => {
    expect(createLinks().links.rolesFor(somebody('admin', 'open'))).toEqual([]);
  });

  it('are one for each role, however often they are asked for at once', async () => {
    const { links, made } = createLinks();
    const ask = () => links.tokenFor(somebody('admin'), 'pupil');
    expect(await Promise.all([ask(), ask()])).toEqual(['ph_1', 'ph_1']);
    expect(await ask()).toBe('ph_1');
    expect(made).toEqual([{ name: 'link-for-pupil', role: 'pupil' }]);
  });

  it('are tried again after a failure', async () => {
    const { links, failures } = createLinks();
    failures.push(new HubError('store/unavailable', 'the disk is full'));
    await expect(links.tokenFor(somebody('admin'), 'viewer')).rejects.toThrow('full');
    expect(await links.tokenFor(somebody('admin'), 'viewer')).toBe('ph_1');
  });
});
