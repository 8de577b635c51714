import { afterEach, describe, expect, it } from 'vitest';
import { type Access, type Credentials, openToAll, type Principal } from '../../../../hub/access/access.ts';
import { Grants } from '../../../../hub/access/rights/grants.ts';
import { BUILT_IN_ROLES, NO_ROLE, parseRoles, type Roles } from '../../../../hub/access/rights/role.ts';
import { HubError } from '../../../../hub/core/error.ts';
import { type HttpHub, openHttpHub } from './http-hub.ts';

const ROLES: Roles = parseRoles({
  monitor: { read: ['$SYS/#'] },
  curious: { read: ['$SYS/broker/version'] },
});

/** Admits clients whose token is the name of a role. */
const access: Access = {
  ...openToAll,
  async authenticate(credentials: Credentials): Promise<Principal> {
    const { token: role } = credentials;
    if (role === undefined) throw new HubError('auth/required', 'who are you?');
    if (!ROLES.has(role)) throw new HubError('auth/wrong', 'wrong');
    return { name: role, role, how: 'token', accountId: '', credentialIds: [], generation: '' };
  },
  rightsOf: ({ name }) => new Grants(ROLES.get(name) ?? NO_ROLE, { user: name, clientIdentifier: '' }),
};

let hub: HttpHub;
afterEach(() => hub.stop());

function get(path: string, token?: string): Promise<Response> {
  return fetch(hub.url + path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
}

describe('/healthz', () => {
  it('says that the hub is there, to anyone, and nothing else', async () => {
    hub = await openHttpHub({}, access);
    hub.readiness.reason = 'starting';
    const response = await get('/healthz');
    expect([response.status, await response.text()]).toEqual([200, '{"ok":true}']);
  });
});

describe('/readyz', () => {
  it('says when the hub does its work', async () => {
    hub = await openHttpHub();
    const response = await get('/readyz');
    expect([response.status, await response.text()]).toEqual([200, '{"ok":true}']);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('says when the hub does not do its work, and why', async () => {
    hub = await openHttpHub();
    hub.readiness.reason = 'draining';
    const response = await get('/readyz');
    expect([response.status, await response.json()]).toEqual([503, { ok: false, reason: 'draining' }]);
  });

  it.each([
    ['a stranger', undefined, undefined],
    ['one whose token is wrong', 'nobody', undefined],
    ['a viewer', 'viewer', undefined],
    ['an admin', 'admin', 'the disk is full'],
    ['one who may read $SYS', 'monitor', 'the disk is full'],
  ])(
    'tells %s that it is not healthy, and why only where that is their business',
    async (_title, token, reason) => {
      hub = await openHttpHub({}, access);
      hub.readiness.reason = 'the disk is full';
      const response = await get('/readyz', token);
      expect([response.status, await response.json()]).toEqual([
        503,
        { ok: false, ...(reason && { reason }) },
      ]);
    },
  );
});

describe('/metrics', () => {
  it('is for everyone if the hub has no authentication', async () => {
    hub = await openHttpHub();
    const response = await get('/metrics');
    expect([response.status, await response.text()]).toEqual([200, 'all is well']);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
  });

  it.each([
    ['a stranger', undefined, 401],
    ['one whose token is wrong', 'nobody', 401],
    ...[...BUILT_IN_ROLES.keys()].map(
      (role) => [`role ${role}`, role, role === 'admin' ? 200 : 403] as const,
    ),
    ['one who may read $SYS', 'monitor', 200],
    ['one who may read something of $SYS', 'curious', 403],
  ] as const)('is answered to %s as it must be', async (_title, token, status) => {
    hub = await openHttpHub({}, access);
    const response = await get('/metrics', token);
    expect(response.status).toBe(status);
    const text = await response.text();
    if (status === 200) expect(text).toBe('all is well');
    else expect(text).not.toContain('well');
  });

  it('is not for pages of other sites', async () => {
    hub = await openHttpHub();
    const answer = await hub.raw(['GET /metrics HTTP/1.1', 'Host: evil.example', 'Connection: close']);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });
});
