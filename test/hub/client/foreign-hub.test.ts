import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { filter, firstValueFrom } from 'rxjs';
import { Server, type Socket } from 'socket.io';
import { afterEach, describe, expect, it } from 'vitest';
import { createHubClient, type HubClient, watchIdentity } from '../../../hub/client/index.ts';

let io: Server;
let client: HubClient;

/** A Socket.IO server that is not one of our hubs, or is broken. */
async function openServer(serve: (socket: Socket) => void): Promise<void> {
  const server = createServer();
  io = new Server(server);
  io.on('connection', serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = createHubClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

function acknowledge(socket: Socket, answer: unknown): void {
  socket.onAny((_event, ...args) => args.at(-1)?.(answer));
}

afterEach(async () => {
  await client.close();
  await io.close();
});

describe('A client of a server that is not a hub', () => {
  it.each([[undefined], [null], ['yes'], [{}], [{ ok: false }], [{ ok: false, error: null }], [{ ok: 1 }]])(
    'takes %j for no answer',
    async (answer) => {
      await openServer((socket) => acknowledge(socket, answer));
      await expect(client.publish('a', '1')).rejects.toMatchObject({ code: 'protocol/violation' });
    },
  );

  const someone = { ok: true, name: 'ana', role: 'viewer', how: 'login' };
  it.each([
    [{ ok: true }],
    [{ ...someone, may: null }],
    [{ ...someone, may: { read: ['#'], publish: ['#'] } }],
    [{ ...someone, may: { read: ['#'], publish: [5], report: [] } }],
  ])('does not learn from %j who it is', async (answer) => {
    await openServer((socket) => acknowledge(socket, answer));
    await firstValueFrom(client.connection$.pipe(filter(({ status }) => status === 'online')));
    await expect(client.whoAmI()).rejects.toMatchObject({ code: 'protocol/violation' });
    expect(await firstValueFrom(watchIdentity(client))).toBeUndefined();
  });

  const good = ['a', 'good', 0];
  it.each([
    [undefined],
    [null],
    [5],
    ['text'],
    [{}],
    [[null]],
    [[[]]],
    [[[5, 'x', 0]]],
    [[['a', null, 0]]],
    [[['a', {}, 0]]],
    [[['a', 'x']]],
  ])('leaves out messages that are not valid: %j', async (messages) => {
    await openServer((socket) => {
      acknowledge(socket, { ok: true });
      socket.once('subscribe', () => {
        socket.emit('messages', messages);
        socket.emit('messages', [good]);
      });
    });
    const received = await new Promise((resolve, reject) => {
      client.messages('#').subscribe({ next: ({ text }) => resolve(text), error: reject });
    });
    expect(received).toBe('good');
  });

  it.each([[undefined], [null], ['bye'], [{}]])('comes back after the goodbye %j', async (fault) => {
    let connections = 0;
    const isBack = new Promise<void>((resolve) => {
      void openServer((socket) => {
        if (++connections === 2) resolve();
        else {
          socket.emit('goodbye', fault);
          socket.disconnect(true);
        }
      });
    });
    await isBack;
  });
});
