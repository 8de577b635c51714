import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, get, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import express from 'express';
import mqtt from 'mqtt';
import { firstValueFrom, VirtualTimeScheduler } from 'rxjs';
import { Server as SocketIoServer } from 'socket.io';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createHubClient } from '../../hub/client/index.ts';
import { createHub, type HubOptions, type WebHub } from '../../hub/create-hub.ts';
import { createEphemeralStore } from '../../hub/session/store.ts';

let pagesFolder: string;
beforeAll(() => {
  pagesFolder = mkdtempSync(join(tmpdir(), 'pinhub-pages-'));
  mkdirSync(join(pagesFolder, 'login'));
  writeFileSync(join(pagesFolder, 'index.html'), '<title>Dashboard</title>');
  writeFileSync(join(pagesFolder, 'login', 'index.html'), '<title>Login</title>');
});
afterAll(() => rmSync(pagesFolder, { recursive: true }));

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function create(options: HubOptions = {}): WebHub {
  const hub = createHub({ basePath: '/pinhub', pagesFolder, ...options });
  closers.push(() => hub.close());
  return hub;
}

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A hub below /pinhub of an Express app that has its own page, Socket.IO and WebSocket. */
async function embed(options: HubOptions = {}) {
  const hub = create(options);
  const app = express();
  app.get('/', (_request, response) => void response.send('mine'));
  app.use('/pinhub', hub.router);
  const { server, url } = await serve(app);
  hub.attach(server);
  const ownIo = new SocketIoServer(server);
  ownIo.on('connection', (socket) => socket.on('hello', (answer) => answer('hello yourself')));
  const ownWs = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (request.url === '/mine') ownWs.handleUpgrade(request, socket, head, (ws) => ws.send('mine'));
  });
  return { hub, url };
}

const bodyOf = async (url: string, options?: RequestInit) => (await fetch(url, options)).text();

describe('a hub below a path of an Express app', () => {
  it('serves its pages and REST there, and nothing beside', async () => {
    const { url } = await embed();
    expect(await bodyOf(`${url}/pinhub`)).toContain('Dashboard');
    const put = await fetch(`${url}/pinhub/api/topics/led/21/duty`, { method: 'PUT', body: '30' });
    expect(await put.json()).toMatchObject({ ok: true });
    expect(await bodyOf(`${url}/pinhub/api/topics/led/21/duty`)).toBe('30');
    expect(await bodyOf(url)).toBe('mine');
    expect(await bodyOf(`${url}/pinhub/nowhere`)).toContain('there are /pinhub/, /pinhub/simulator');
    expect(await bodyOf(`${url}/api/topics/led/21/duty`)).toContain('Cannot GET');
  });

  it('keeps its security headers to its own pages', async () => {
    const { url } = await embed();
    expect((await fetch(`${url}/pinhub/`)).headers.get('content-security-policy')).toContain("'self'");
    expect((await fetch(url)).headers.get('content-security-policy')).toBeNull();
  });

  it.each(['polling', 'websocket'] as const)('serves Socket.IO by %s', async (transport) => {
    const { hub, url } = await embed();
    const client = io(url, { path: '/pinhub/socket.io', transports: [transport] });
    closers.push(() => client.close());
    const told = firstValueFrom(hub.broker.bus().messages('a'));
    const answer = await client.emitWithAck('publish', 'a', '1');
    expect(answer).toMatchObject({ ok: true });
    expect(await told).toMatchObject({ topic: 'a', text: '1' });
    expect(hub.broker.clients().map(({ protocol }) => protocol)).toEqual(['socket.io']);
  });

  it('serves MQTT over WebSocket', async () => {
    const { hub, url } = await embed();
    const client = await mqtt.connectAsync(`${url.replace('http', 'ws')}/pinhub/mqtt`, { clientId: 'lamp' });
    closers.push(() => client.endAsync(true));
    expect(hub.broker.clients().map(({ id, protocol }) => [id, protocol])).toEqual([['lamp', 'mqtt']]);
  });

  it('serves the client of `pinhub/client`', async () => {
    const { url } = await embed();
    const client = createHubClient(`${url}/pinhub`);
    closers.push(() => client.close());
    await client.publish('a', '1', { retain: true });
    expect(await bodyOf(`${url}/pinhub/api/topics/a`)).toBe('1');
  });

  it("leaves the server's own Socket.IO and WebSockets alone", async () => {
    const { url } = await embed();
    const client = io(url, { transports: ['websocket'] });
    closers.push(() => client.close());
    expect(await client.emitWithAck('hello')).toBe('hello yourself');
    const socket = new WebSocket(`${url.replace('http', 'ws')}/mine`);
    closers.push(() => socket.close());
    const [message] = await once(socket, 'message');
    expect(String(message)).toBe('mine');
  });

  it('counts its WebSockets in its metrics, and no connection of the server', async () => {
    const { hub, url } = await embed();
    const received = async () => {
      const metrics = await bodyOf(`${url}/pinhub/metrics`);
      return Number(/pinhub_received_bytes_total\{port="pages"\} (\d+)/.exec(metrics)?.[1]);
    };
    expect(await received()).toBe(0);
    const client = await mqtt.connectAsync(`${url.replace('http', 'ws')}/pinhub/mqtt`);
    closers.push(() => client.endAsync(true));
    expect(await received()).toBeGreaterThan(0);
    expect(hub.broker.clients()).toHaveLength(1);
  });
});

describe('mounting a hub', () => {
  it('may be a router within a router', async () => {
    const hub = create({ basePath: '/house/pinhub' });
    const house = express.Router();
    house.use('/pinhub', hub.router);
    const { url } = await serve(express().use('/house', house));
    expect(await bodyOf(`${url}/house/pinhub/healthz`)).toContain('true');
    const { headers } = await fetch(`${url}/house/pinhub`, { redirect: 'manual' });
    expect(headers.get('location')).toBe('/house/pinhub/');
  });

  it('may be a server without any framework', async () => {
    const { url } = await serve(create({ basePath: '' }).router);
    expect(await bodyOf(url)).toContain('Dashboard');
  });

  it('may be a port of its own', async () => {
    const port = await create({ basePath: '' }).listen({ port: 0 });
    expect(await bodyOf(`http://127.0.0.1:${port}/`)).toContain('Dashboard');
  });

  it('is named if it is another than the base path', async () => {
    const { url } = await serve(express().use('/other', create().router));
    const response = await fetch(`${url}/other/`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('there is no \\"/other/\\"; there are /pinhub/');
  });

  it('must be in front of body parsers: a body that is gone does not clear the topic', async () => {
    const hub = create();
    const app = express().use(express.urlencoded());
    const { url } = await serve(app.use('/pinhub', hub.router));
    await hub.broker.publish('a', '1', { retain: true });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(`${url}/pinhub/api/topics/a`, { method: 'PUT', body: '2', headers });
    expect(await response.text()).toContain('in front of body parsers');
    expect(response.status).toBe(500);
    expect(await bodyOf(`${url}/pinhub/api/topics/a`)).toBe('1');
  });
});

describe("an embedder's own login", () => {
  const authenticate: HubOptions['authenticate'] = (_credentials, { request }) =>
    request?.headers.cookie === 'shop=ana'
      ? { name: 'ana', mayPublish: (topic) => topic === 'a' }
      : undefined;
  const headers = { cookie: 'shop=ana' };

  it('decides by its cookie over pages, REST, and Socket.IO', async () => {
    const { url } = await embed({ authenticate });
    expect(await bodyOf(`${url}/pinhub/`, { headers })).toContain('Dashboard');
    const put = (topic: string) =>
      fetch(`${url}/pinhub/api/topics/${topic}`, { method: 'PUT', body: '1', headers });
    expect([(await put('a')).status, (await put('b')).status]).toEqual([200, 403]);
    const client = io(url, { path: '/pinhub/socket.io', extraHeaders: headers });
    closers.push(() => client.close());
    expect(await client.emitWithAck('whoami')).toMatchObject({ ok: true, name: 'ana' });
  });

  it('gets the address that was asked for, whatever Express cuts off below the mount', async () => {
    const asked: string[] = [];
    const { url } = await embed({
      authenticate: (_credentials, { request }) => {
        asked.push(`${request?.url} ${request?.headers.cookie}`);
        return { name: 'ana' };
      },
    });
    await fetch(`${url}/pinhub/api/topics/a?b`, { headers });
    expect(asked).toEqual(['/pinhub/api/topics/a?b shop=ana']);
  });

  it('refuses the others, as the login page of the hub could not let them in', async () => {
    const { url } = await embed({ authenticate });
    expect((await fetch(`${url}/pinhub/`)).status).toBe(401);
    const stranger = io(url, { path: '/pinhub/socket.io', reconnection: false });
    closers.push(() => stranger.close());
    const [error] = await new Promise<[Error & { data?: unknown }]>((resolve) =>
      stranger.once('connect_error', (...args) => resolve(args)),
    );
    expect(error.data).toMatchObject({ code: 'auth/required' });
  });

  it('may have a page, to which visitors are sent', async () => {
    const { url } = await embed({ authenticate, loginPage: '/shop/login' });
    const locationOf = async (path: string) =>
      (await fetch(url + path, { redirect: 'manual' })).headers.get('location');
    expect(await locationOf('/pinhub/simulator')).toBe('/shop/login?next=%2Fpinhub%2Fsimulator');
    expect(await locationOf('/pinhub/login?next=%2Fpinhub%2F')).toBe('/shop/login?next=%2Fpinhub%2F');
  });
});

describe('a hub that begins and ends', () => {
  it('is not ready before it is attached to a server', async () => {
    const hub = create();
    const { server, url } = await serve(express().use('/pinhub', hub.router));
    expect((await fetch(`${url}/pinhub/readyz`)).status).toBe(503);
    hub.attach(server);
    expect((await fetch(`${url}/pinhub/readyz`)).status).toBe(200);
  });

  it("leaves the server's connections open when it is closed, and answers that it is", async () => {
    const { hub, url } = await embed();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    closers.push(() => agent.destroy());
    const ask = async (path: string) => {
      const [response] = (await once(get(url + path, { agent }), 'response')) as [IncomingMessage];
      const { localPort } = response.socket;
      return { localPort, status: response.statusCode, body: await text(response) };
    };
    const own = io(url, { transports: ['websocket'] });
    const others = io(url, { path: '/pinhub/socket.io', transports: ['websocket'], reconnection: false });
    closers.push(() => [own, others].map((client) => client.close()));
    await own.emitWithAck('hello');
    await others.emitWithAck('whoami');
    const { localPort } = await ask('/pinhub/healthz');
    const gone = new Promise((resolve) => others.once('disconnect', resolve));
    await hub.close();
    await gone;
    expect(await ask('/')).toEqual({ localPort, status: 200, body: 'mine' });
    expect(await ask('/pinhub/')).toMatchObject({ status: 503 });
    expect(await own.emitWithAck('hello')).toBe('hello yourself');
  });

  it('says why it cannot be created, and leaves no timer and an open store', () => {
    const scheduler = new VirtualTimeScheduler();
    const store = createEphemeralStore(() => 0);
    let closed = 0;
    const close = () => Promise.resolve(void closed++);
    const options = { scheduler, store: Object.assign(store, { close }), pagesFolder };
    expect(() => createHub({ ...options, www: '/nowhere' })).toThrow('"/nowhere" is not a folder');
    expect(() => createHub({ ...options, basePath: 'pinhub' })).toThrow('"pinhub" is not a path');
    scheduler.maxFrames = 60_000;
    scheduler.flush();
    expect(scheduler.actions).toEqual([]);
    expect(closed).toBe(0);
  });
});

it('leaves nothing running if it cannot be created', () => {
  const before = process.getActiveResourcesInfo().length;
  expect(() => createHub({ pagesFolder, www: 'no-such-folder' })).toThrow('is not a folder');
  expect(process.getActiveResourcesInfo().length).toBe(before);
});
