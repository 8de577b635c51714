import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Access, Remote } from '../../../hub/access/access.ts';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import { type HubServer, openHubServer } from '../../../hub/server.ts';
import { createMemoryVault } from '../../hub/access/memory-vault.ts';
import { describeWith } from '../../programs.ts';
import { NAME, type RunningProxy, startCaddy, startNginx } from './proxy.ts';

const log = pino({ level: 'silent' });
const PASSWORD = 'correct horse';
/** The local address of the test's own requests, by which they are recognized. */
const CLIENT = '127.0.0.77';
const agent = new Agent({
  rejectUnauthorized: false,
  localAddress: CLIENT,
  lookup: (_name, { all }, callback) => {
    const found = { address: '127.0.0.1', family: 4 };
    if (all) callback(null, [found]);
    else callback(null, found.address, found.family);
  },
});

const PROXIES = { nginx: startNginx, caddy: startCaddy } as const;

for (const [program, startProxy] of Object.entries(PROXIES)) {
  describeWith(program as keyof typeof PROXIES, `Behind ${program}`, () => {
    describe.each(['', '/pinhub'])('at %j', (basePath) => {
      let access: GuardedAccess;
      let hub: HubServer;
      let proxy: RunningProxy;
      let token: string;
      let origin: string;
      /** The addresses of clients that presented something, by what they presented. */
      const seen = new Map<string, Remote>();

      beforeAll(async () => {
        const vault = createMemoryVault();
        const accounts = new Accounts(vault);
        token = await accounts.makeToken({ name: 'board', role: 'device' });
        await accounts.addUser('ana', PASSWORD, 'controller');
        access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log });
        const pagesFolder = join(import.meta.dirname, '../../../dist/pages');
        const exposure = { names: [NAME], trustedProxies: ['loopback'], basePath };
        hub = await openHubServer({
          port: 0,
          pagesFolder,
          log,
          access: watched(access, seen),
          logins: access.logins,
          exposure,
        });
        proxy = await startProxy({ hubPort: hub.port, basePath });
        origin = `https://${NAME}:${proxy.port}`;
      });
      afterAll(async () => {
        await hub.close();
        access.close();
        await proxy.stop();
      });

      const call = (path: string, how: Sent = {}) => ask(proxy.port, basePath + path, how);
      const logIn = async () => {
        const body = JSON.stringify({ user: 'ana', password: PASSWORD });
        const headers = { 'content-type': 'application/json', origin };
        const { cookies } = await call('/api/login', { method: 'POST', headers, body });
        return { cookies, cookie: cookies.map((one) => one.split(';')[0]).join('; ') };
      };

      it('pages have addresses that lead to the hub', async () => {
        const start = await call('/');
        expect(start).toMatchObject({
          status: 303,
          location: `${basePath}/login?next=${encodeURIComponent(`${basePath}/`)}`,
        });
        const { cookie } = await logIn();
        const pages = ['/', '/simulator', '/login'];
        for (const page of pages) {
          const { status, body } = await call(page, { headers: { cookie } });
          expect([page, status]).toEqual([page, 200]);
          const links = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);
          expect(links.length).toBeGreaterThan(5);
          for (const link of links) {
            const { pathname } = new URL(link, `${origin}${basePath}${page}`);
            expect(pathname.startsWith(`${basePath}/`)).toBe(true);
            expect([pathname, (await ask(proxy.port, pathname)).status]).toEqual([pathname, 200]);
          }
        }
      });

      it('a login is kept in a cookie for encrypted connections, only below the path', async () => {
        const { cookies } = await logIn();
        const kind = basePath === '' ? '__Host-' : '__Secure-';
        const path = basePath || '/';
        for (const cookie of cookies) {
          expect(cookie).toMatch(
            new RegExp(`^${kind}pinhub-${proxy.port}.*; Path=${path}; HttpOnly; .*; Secure$`),
          );
        }
        expect(cookies).toHaveLength(2);
        expect(seen.get('user and password')?.address).toBe(CLIENT);
      });

      it('a link with a token leads to the page without it', async () => {
        const { status, location, cookies } = await call(`/simulator?device=ana&token=${token}`);
        expect([status, location, cookies.length]).toEqual([303, `${basePath}/simulator?device=ana`, 1]);
      });

      it('REST takes what the hub’s own pages send, and nothing from others', async () => {
        const { cookie } = await logIn();
        const put = (from: string) =>
          call('/api/topics/led/21/duty', { method: 'PUT', headers: { cookie, origin: from }, body: '30' });
        expect((await put('https://evil.example')).status).toBe(403);
        expect((await put(origin)).status).toBe(200);
        expect(hub.hub.retained.get('led/21/duty')?.text).toBe('30');
        expect(seen.get('login')?.address).toBe(CLIENT);
      });

      it.each(['polling', 'websocket'] as const)('Socket.IO connects: %s', async (transport) => {
        seen.clear();
        const { cookie } = await logIn();
        const own = { cookie, origin };
        for (const [headers, auth, how] of [
          [own, {}, 'login'],
          [{}, { token }, 'token'],
        ] as const) {
          const socket = io(origin, {
            path: `${basePath}/socket.io`,
            transports: [transport],
            reconnection: false,
            forceNew: true,
            agent: agent as unknown as string, // The type is that of browsers, which have no agents.
            extraHeaders: headers,
            auth,
          });
          await new Promise((resolve, reject) =>
            socket.on('connect', () => resolve(true)).on('connect_error', reject),
          );
          expect(await socket.emitWithAck('whoami')).toMatchObject({ ok: true, how });
          socket.disconnect();
          expect(seen.get(how)?.address).toBe(CLIENT);
        }
      });

      it('MQTT over WebSocket connects, as paho writes its Origin, too', async () => {
        seen.clear();
        for (const headers of [{}, { origin }]) {
          const client = await connectAsync(`wss://${NAME}:${proxy.port}${basePath}/mqtt`, {
            username: 'token',
            password: token,
            reconnectPeriod: 0,
            wsOptions: { agent, headers },
          });
          await client.publishAsync('led/21/status', 'online', { qos: 1, retain: true });
          await client.endAsync();
        }
        expect(hub.hub.retained.get('led/21/status')?.text).toBe('online');
        expect(seen.get('user and password')?.address).toBe(CLIENT);
      });
    });
  });
}

/** The same access, but it records the address of each client. */
function watched(access: GuardedAccess, seen: Map<string, Remote>): Access {
  return {
    authenticate(credentials, remote) {
      seen.set(Object.keys(credentials).join(' and '), remote);
      return access.authenticate(credentials, remote);
    },
    beginExchange: (method, remote) => access.beginExchange(method, remote),
    rightsOf: (owner, clientIdentifier) => access.rightsOf(owner, clientIdentifier),
    recognize: (owner) => access.recognize(owner),
    ended$: access.ended$,
    refused: 0,
  };
}

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface Received {
  readonly status: number;
  readonly location: string | undefined;
  readonly cookies: readonly string[];
  readonly body: string;
}

/** Sends a request through the proxy, from its own address. */
function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Sent = {},
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: NAME, port, path, method, headers, agent });
    sent.on('error', reject);
    sent.on('response', async (response) => {
      const { statusCode: status = 0, headers } = response;
      const cookies = headers['set-cookie'] ?? [];
      resolve({ status, location: headers.location, cookies, body: await text(response) });
    });
    sent.end(body);
  });
}
