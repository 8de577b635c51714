import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Accounts } from '../../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../../hub/access/guarded-access.ts';
import { type HubServer, openHubServer } from '../../../../hub/server.ts';
import { createMemoryVault } from '../../access/memory-vault.ts';

const PASSWORD = 'correct horse';
const log = pino({ level: 'silent' });
let folder: string;
let accounts: Accounts;
let access: GuardedAccess;
let server: HubServer;
let url: string;
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-pages-'));
  for (const page of ['', 'login', 'simulator', 'assets', 'docs']) {
    await mkdir(join(folder, page), { recursive: true });
    await writeFile(join(folder, page, page === 'assets' ? 'x.js' : 'index.html'), `the page ${page}`);
  }
  const vault = createMemoryVault();
  accounts = new Accounts(vault);
  token = await accounts.makeToken({ name: 'phone', role: 'controller' });
  await accounts.addUser('ana', PASSWORD, 'viewer');
  await accounts.addUser('rui', PASSWORD, 'viewer');
  access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
  server = await openHubServer({ port: 0, pagesFolder: folder, log, access, logins: access.logins });
  url = `http://127.0.0.1:${server.port}`;
});
afterAll(async () => {
  await server.close();
  access.close();
  await rm(folder, { recursive: true });
});

interface Given {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

function call(path: string, { method = 'GET', headers = {}, body }: Given = {}): Promise<Response> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const text = body === undefined ? null : JSON.stringify(body);
  return fetch(url + path, { method, headers: { ...json, ...headers }, body: text, redirect: 'manual' });
}

/** Logs in, and returns the cookie as a browser sends it back. */
async function logIn(body: unknown): Promise<string> {
  const response = await call('/api/login', { method: 'POST', body });
  expect(response.status).toBe(200);
  return cookieOf(response);
}

function cookieOf(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

describe('an unauthenticated visitor', () => {
  it.each([
    '/',
    '/index.html',
    '/index',
    '/%69ndex.html',
    '/simulator',
    '/simulator?device=ana',
    '/there/is/no/such/page',
  ])('who asks for %s is led to the login page, which knows where to go on', async (path) => {
    const response = await call(path);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`/login?${new URLSearchParams({ next: path })}`);
  });

  it.each(['/login', '/login?next=%2F', '/assets/x.js', '/docs/', '/healthz'])(
    'may have %s',
    async (path) => {
      expect((await call(path)).status).toBe(200);
    },
  );

  it.each([
    ['GET', '/api/me'],
    ['GET', '/api/topics/led/21/duty'],
    ['PUT', '/api/topics/led/21/duty'],
    ['GET', '/api/topics/a%23'],
  ])('is asked who they are on %s %s', async (method, path) => {
    const response = await call(path, { method });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="pinhub"',
    ]);
    expect(await response.json()).toMatchObject({ ok: false, error: { code: 'auth/required' } });
  });

  it('gets the refusal before a long body is read', async () => {
    const sent = await new Promise<number | undefined>((resolve, reject) => {
      const put = request(`${url}/api/topics/led/21/duty`, {
        method: 'PUT',
        headers: { 'content-length': 2e9 },
      });
      put.on('response', ({ statusCode }) => resolve(statusCode)).on('error', reject);
      put.flushHeaders();
    });
    expect(sent).toBe(401);
  });
});

describe('a link with a token', () => {
  it('logs the browser in, and takes the token out of the address', async () => {
    const response = await call(`/simulator?device=ana&token=${token}`);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/simulator?device=ana']);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('set-cookie')).toMatch(
      new RegExp(`^pinhub-${server.port}=[\\w-]{27}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000$`),
    );
    expect(response.headers.get('set-cookie')).not.toContain(token.slice(3));
    const page = await call('/', { headers: { cookie: cookieOf(response) } });
    expect(await page.text()).toBe('the page ');
  });

  it('that is wrong leads to the login page, without it', async () => {
    const response = await call('/?token=ph_wrong');
    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      '/login?next=%2F&failed=token',
    ]);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it.each(['//evil.example/', '/simulator/..//evil.example/', '/simulator/..%2f%2fevil.example/'])(
    'never leads to another site: %s',
    async (path) => {
      const { hostname, port } = new URL(url);
      const location = await new Promise((resolve, reject) => {
        // Not with fetch, which would normalize the path.
        const get = request({ hostname, port, path: `${path}?token=${token}` });
        get.on('response', ({ headers }) => resolve(headers.location)).on('error', reject);
        get.end();
      });
      expect(new URL(String(location ?? '/'), url).host).toBe(new URL(url).host);
    },
  );
});

describe('a login', () => {
  it('with a password says who the user is, and keeps it in a cookie', async () => {
    const cookie = await logIn({ user: 'ana', password: PASSWORD });
    const me = await call('/api/me', { headers: { cookie } });
    expect(await me.json()).toEqual({ ok: true, name: 'ana', role: 'viewer', how: 'login' });
  });

  it('with a password marks the browser; other people’s guesses there do not slow its owner down', async () => {
    const body = { user: 'rui', password: PASSWORD };
    const guess = (cookie = '') =>
      call('/api/login', { method: 'POST', body: { ...body, password: 'wrong' }, headers: { cookie } });
    const response = await call('/api/login', { method: 'POST', body });
    const marks = response.headers.getSetCookie().filter((cookie) => cookie.includes('-device='));
    expect(marks).toEqual([
      expect.stringMatching(
        /^pinhub-\d+-device=[\w-]{27}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=31536000$/,
      ),
    ]);
    const cookie = marks[0]?.split(';')[0] ?? '';
    for (let tried = 0; tried < 5; tried++) expect((await guess()).status).toBe(401);
    expect((await guess()).status).toBe(429);
    const again = await call('/api/login', { method: 'POST', body, headers: { cookie } });
    expect(again.status).toBe(200);
    expect(again.headers.getSetCookie(), 'the mark that it has').toContainEqual(
      expect.stringContaining(`${cookie};`),
    );
    const me = await call('/api/me', { headers: { cookie } });
    expect(me.status, 'the mark lets nobody in').toBe(401);
    const planted = `${cookie.split('=')[0]}=of-somebody-else`;
    const other = await call('/api/login', {
      method: 'POST',
      body,
      headers: { cookie: `${planted}; ${cookie}` },
    });
    expect(other.status, 'the first of two counts, and the network is slowed down').toBe(429);
  });

  it('with a token works too', async () => {
    const cookie = await logIn({ token });
    const me = await call('/api/me', { headers: { cookie } });
    expect(await me.json()).toMatchObject({ name: 'phone', role: 'controller' });
  });

  it('ends with a logout, at once and for good', async () => {
    const cookie = await logIn({ user: 'ana', password: PASSWORD });
    const out = await call('/api/logout', { method: 'POST', headers: { cookie } });
    expect(out.headers.get('set-cookie')).toMatch(/=; .*Max-Age=0/);
    expect((await call('/api/me', { headers: { cookie } })).status).toBe(401);
  });

  it('of a browser that is logged in already is reused', async () => {
    const cookie = await logIn({ token });
    const again = await call('/api/login', { method: 'POST', body: { token }, headers: { cookie } });
    expect(cookieOf(again)).toBe(cookie);
    const byLink = await call(`/?token=${token}`, { headers: { cookie } });
    expect(cookieOf(byLink)).toBe(cookie);
    const asAna = { user: 'ana', password: PASSWORD };
    const other = await call('/api/login', { method: 'POST', body: asAna, headers: { cookie } });
    expect(cookieOf(other)).not.toBe(cookie);
  });

  it('ends the login that somebody else had in the same browser, and no other', async () => {
    const status = async (cookie: string) => (await call('/api/me', { headers: { cookie } })).status;
    const [former, elsewhere] = [await logIn({ token }), await logIn({ token })];
    const body = { user: 'ana', password: PASSWORD };
    const response = await call('/api/login', { method: 'POST', body, headers: { cookie: former } });
    const next = cookieOf(response);
    expect([await status(former), await status(elsewhere), await status(next)]).toEqual([401, 200, 200]);
    await call('/api/login', { method: 'POST', body, headers: { cookie: next } });
    expect(await status(next), 'the same person, in another tab').toBe(200);
  });

  it.each([
    [{ user: 'ana', password: 'wrong horse' }, 401, 'auth/wrong'],
    [{ user: 'bia', password: PASSWORD }, 401, 'auth/wrong'],
    [{ token: 'ph_wrong' }, 401, 'auth/wrong'],
    [{}, 400, 'payload/invalid'],
    [{ user: 'ana' }, 400, 'payload/invalid'],
    [{ user: ['ana'], password: PASSWORD }, 400, 'payload/invalid'],
    [{ user: 'ana', password: PASSWORD, __proto__: null, admin: true }, 400, 'payload/invalid'],
    [{ token: 'x'.repeat(5_000) }, 413, 'payload/too-large'],
  ])('with %j is refused', async (body, status, code) => {
    const response = await call('/api/login', { method: 'POST', body });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ ok: false, error: { code } });
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('cannot be sent by a form of another site, which has no way to send JSON', async () => {
    const body = JSON.stringify({ user: 'ana', password: PASSWORD });
    const response = await fetch(`${url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body,
    });
    expect(response.status).toBe(400);
  });
});

describe('a cookie that a browser adds to what another page sends', () => {
  let cookie: string;
  beforeAll(async () => {
    cookie = await logIn({ token });
  });
  const put = (headers: Record<string, string>) =>
    call('/api/topics/led/21/duty', { method: 'PUT', headers: { cookie, ...headers } });

  it('does not publish in the name of its owner', async () => {
    expect((await put({ origin: 'http://evil.example' })).status).toBe(403);
    expect((await put({ origin: `http://127.0.0.1:${server.port + 1}` })).status).toBe(403);
    expect((await put({ 'sec-fetch-site': 'cross-site' })).status).toBe(401);
    expect((await put({})).status).toBe(401);
    expect(server.hub.retained.get('led/21/duty')).toBeUndefined();
    expect((await put({ origin: url })).status).toBe(200);
  });

  it.each([
    ['our own page', () => url, 'connect'],
    ['another page', () => 'http://evil.example', 'connect_error'],
    ['who knows whom', () => undefined, 'connect_error'],
  ])('opens Socket.IO for %s, or does not', async (_, originOf, outcome) => {
    const origin = originOf();
    const socket = io(url, {
      extraHeaders: { cookie, ...(origin !== undefined && { origin }) },
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    const first = await new Promise((resolve) => {
      socket.on('connect', () => resolve('connect'));
      socket.on('connect_error', () => resolve('connect_error'));
    });
    expect(first).toBe(outcome);
    socket.disconnect();
  });

  it('opens MQTT over WebSocket for our own page', async () => {
    const client = await connectAsync(`ws://127.0.0.1:${server.port}/mqtt`, {
      wsOptions: { headers: { cookie, origin: url } },
      reconnectPeriod: 0,
    });
    await client.endAsync();
  });

  it('opens MQTT over WebSocket for no other page', async () => {
    const mqtt = `ws://127.0.0.1:${server.port}/mqtt`;
    const unknown = connectAsync(mqtt, { wsOptions: { headers: { cookie } }, reconnectPeriod: 0 });
    await expect(unknown).rejects.toThrow(/not authorized/i);
    const other = new WebSocket(mqtt, 'mqtt', { headers: { cookie, origin: 'http://evil.example' } });
    await expect(once(other, 'open')).rejects.toThrow(/403/);
  });
});

it('the holder of a link cannot throw out other people who came in by it', async () => {
  const body = { token: await accounts.makeToken({ name: 'watch', role: 'viewer' }) };
  await access.refresh();
  const cookie = await logIn(body);
  const statuses = new Map<number, number>();
  for (let times = 0; times < 201; times++) {
    const { status } = await call('/api/login', { method: 'POST', body });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect((await call('/api/me', { headers: { cookie } })).status).toBe(200);
  expect([...statuses.keys()], 'each costs the disk a write, and there is an end to that').toEqual([
    200, 429,
  ]);
  expect(statuses.get(429)).toBeGreaterThan(130);
  const link = await call(`/?token=${body.token}`);
  expect(link.headers.get('location'), 'which says that one is to wait').toBe('/login?next=%2F&failed=limit');
});

it('guesses are slowed down, and the guesser gets to know that', async () => {
  const guess = () => call('/api/login', { method: 'POST', body: { user: 'zoe', password: 'wrong horse' } });
  const statuses = [];
  for (let tried = 0; tried < 7; tried++) statuses.push((await guess()).status);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  const refused = await guess();
  expect(await refused.json()).toMatchObject({ error: { code: 'limit/exceeded' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});
