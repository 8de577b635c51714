import { once } from 'node:events';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type HubServer, openHubServer } from '../../../../hub/server.ts';

let server: HubServer;
let origin: string;
let polling: string;
beforeAll(async () => {
  server = await openHubServer({ port: 0, pagesFolder: '/nowhere', log: pino({ level: 'silent' }) });
  origin = `http://127.0.0.1:${server.port}`;
  polling = `${origin}/socket.io/?EIO=4&transport=polling`;
});
afterAll(() => server.close());

const EVIL = { origin: 'http://evil.example' };

async function shake(): Promise<string> {
  const response = await fetch(polling);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  return JSON.parse((await response.text()).slice(1)).sid;
}

describe("another site's page", () => {
  it('gets no connection by JSONP, which has no Origin', async () => {
    const response = await fetch(`${polling}&j=0`);
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('sid');
    const sid = await shake();
    expect((await fetch(`${polling}&j=0&sid=${sid}`)).status).toBe(403);
  });

  it('cannot use a connection that is there', async () => {
    const sid = await shake();
    const post = (headers: Record<string, string>) =>
      fetch(`${polling}&sid=${sid}`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain', ...headers },
        body: '40',
      });
    expect((await post(EVIL)).status).toBe(403);
    expect((await post({ origin })).status).toBe(200);
    expect((await fetch(`${polling}&sid=${sid}`, { headers: EVIL })).status).toBe(403);
  });

  it('gets no WebSocket, its own or that of a connection that is there', async () => {
    const url = `${origin.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    for (const target of [url, `${url}&sid=${await shake()}`]) {
      const socket = new WebSocket(target, { headers: EVIL });
      await expect(once(socket, 'open')).rejects.toThrow(/40[03]/);
    }
  });
});
