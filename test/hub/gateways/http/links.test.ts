import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Access, EVERYONE, openToAll } from '../../../../hub/access/access.ts';
import type { Links } from '../../../../hub/access/links.ts';
import { HubError } from '../../../../hub/core/error.ts';
import { Hub } from '../../../../hub/core/hub.ts';
import { createHttpApp } from '../../../../hub/gateways/http/app.ts';
import { Exposure } from '../../../../hub/gateways/http/exposure.ts';

const links: Links = {
  addresses: ['192.168.1.5'],
  rolesFor: ({ role }) => (role === 'admin' ? ['viewer'] : []),
  async tokenFor(_, role) {
    if (role !== 'viewer') throw new HubError('auth/denied', 'you may not');
    return 'ph_x';
  },
};

/** Admits every client with a token. */
const access: Access = {
  ...openToAll,
  async authenticate({ token }) {
    if (token === undefined) throw new HubError('auth/required', 'who are you?');
    return { ...EVERYONE, role: token };
  },
};

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer(
    createHttpApp({
      hub: new Hub({ now: () => 0 }),
      readiness: { reason: undefined },
      metrics: { contentType: 'text/plain', text: async () => '' },
      exposure: new Exposure({ isLoopbackOnly: true }),
      log: pino({ level: 'silent' }),
      version: '1.2.3',
      payloadBytes: 1_000,
      topicLevels: 8,
      pagesFolder: '/nowhere',
      access,
      links,
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://localhost:${(server.address() as AddressInfo).port}/api/links`;
});
afterAll(() => server.close());

const asAdmin = { Authorization: 'Bearer admin' };
const post = (body: string, headers: Record<string, string> = asAdmin) =>
  fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body });

it('The roles that one may give, and the addresses of the machine, are sent and never stored', async () => {
  const response = await fetch(url, { headers: asAdmin });
  expect(await response.json()).toEqual({ ok: true, roles: ['viewer'], addresses: ['192.168.1.5'] });
  expect(response.headers.get('cache-control')).toBe('no-store');
});

it('A link is made for a role that one may give', async () => {
  const response = await post('{"role":"viewer"}');
  expect(await response.json()).toEqual({ ok: true, token: 'ph_x' });
  expect(response.headers.get('cache-control')).toBe('no-store');
});

it.each([
  ['{"role":"admin"}', 403, 'auth/denied'],
  ['{"role":""}', 400, 'event/invalid'],
  ['{}', 400, 'event/invalid'],
  ['[', 400, 'event/invalid'],
])('%s is refused with %d', async (body, status, code) => {
  const response = await post(body);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ ok: false, error: { code } });
});

it.each([
  ['links', 'PUT', 'GET, HEAD, POST'],
  ['me', 'POST', 'GET, HEAD'],
  ['login', 'GET', 'POST'],
  ['logout', 'DELETE', 'POST'],
])('/api/%s does not know the method %s', async (path, method, allowed) => {
  const response = await fetch(new URL(path, url), { method, headers: asAdmin });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe(allowed);
  expect(await response.json()).toMatchObject({ error: { code: 'method/unsupported' } });
});

it('Unauthenticated clients get nothing', async () => {
  expect((await fetch(url)).status).toBe(401);
  expect((await post('{"role":"viewer"}', {})).status).toBe(401);
});
