import { once } from 'node:events';
import { io, type Socket } from 'socket.io-client';
import { afterEach, expect, it, vi } from 'vitest';
import { type Access, EVERYONE, openToAll } from '../../../../hub/access/access.ts';
import { openSocketIoHub, type SocketIoHub } from './socket-io-hub.ts';

let hub: SocketIoHub;
let clients: Socket[] = [];

afterEach(async () => {
  for (const client of clients) client.disconnect();
  clients = [];
  await hub.stop();
});

async function connect(token: string, headers: Record<string, string> = {}): Promise<Socket> {
  const client = io(hub.url, {
    transports: ['websocket'],
    forceNew: true,
    auth: { token },
    extraHeaders: headers,
  });
  clients.push(client);
  await once(client as unknown as NodeJS.EventEmitter, 'connect');
  return client;
}

it('People are browsers that are logged in, however many connections each has; programs are not people', async () => {
  const access: Access = {
    ...openToAll,
    async authenticate({ token = '' }) {
      const [how = '', login = ''] = token.split(' ');
      return { ...EVERYONE, how, credentialIds: ['user:ana', ...(login ? [`login:${login}`] : [])] };
    },
  };
  hub = await openSocketIoHub({ access });
  for (const token of ['login a', 'login a', 'login a', 'token', 'password']) await connect(token);
  expect(hub.gateway.peopleCount).toBe(1);
  const second = await connect('login b');
  expect(hub.gateway.peopleCount).toBe(2);
  second.disconnect();
  await vi.waitUntil(() => hub.gateway.clientCount === 5);
  expect(hub.gateway.peopleCount).toBe(1);
});

it('People are named as far as they are known: users by name, those of a link by their role', async () => {
  const access: Access = {
    ...openToAll,
    async authenticate({ token = '' }) {
      const [kind = '', name = '', role = ''] = token.split(' ');
      const credentialIds = [`${kind}:${name}`, `login:${name}`];
      return { ...EVERYONE, how: 'login', name, role, credentialIds };
    },
  };
  hub = await openSocketIoHub({ access });
  for (const token of ['user ana admin', 'token link-for-viewer viewer', 'user ana admin'])
    await connect(token);
  expect(hub.gateway.people).toEqual([{ name: 'ana', role: 'admin' }, { role: 'viewer' }]);
});

it('If nobody has to log in, the browsers at one address are one', async () => {
  hub = await openSocketIoHub();
  await connect('');
  expect(hub.gateway.peopleCount).toBe(0);
  await connect('', { origin: hub.url });
  await connect('', { origin: hub.url });
  expect(hub.gateway.peopleCount).toBe(1);
  expect(hub.gateway.people, 'whose name and role say nothing').toEqual([{}]);
});
