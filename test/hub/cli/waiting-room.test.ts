import { afterEach, expect, it } from 'vitest';
import { openWaitingRoom, type WaitingRoom } from '../../../hub/cli/waiting-room.ts';

let rooms: WaitingRoom[] = [];
afterEach(() => {
  for (const room of rooms.splice(0)) room.close();
});

async function open(port = 0, basePath = ''): Promise<WaitingRoom> {
  const room = await openWaitingRoom({ port, alternatives: 0, basePath });
  rooms.push(room);
  return room;
}

async function ask({ port }: WaitingRoom, path: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return [response.status, await response.json()];
}

it('a process that stands by runs, and is not ready, at the base path of its pages', async () => {
  const room = await open(0, '/pinhub');
  expect(await ask(room, '/pinhub/healthz')).toEqual([200, { ok: true }]);
  const standsBy = [503, { ok: false, reason: 'standby' }];
  for (const path of ['/pinhub/readyz', '/pinhub/', '/healthz'])
    expect(await ask(room, path)).toEqual(standsBy);
});

it('its port is free as soon as it serves, although whoever watches it keeps connections open', async () => {
  const room = await open();
  await ask(room, '/healthz');
  room.close();
  rooms = [];
  const next = await open(room.port);
  expect(next.port).toBe(room.port);
});

it('a port that is taken is told at once', async () => {
  const { port } = await open();
  await expect(open(port)).rejects.toMatchObject({ code: 'port/in-use' });
});
