import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type HubServer, openHubServer } from '../../../../hub/server.ts';

/** The log, line by line. */
const lines: string[] = [];
const logged = () => lines.map((line) => JSON.parse(line));
let server: HubServer;
let origin: string;
let polling: string;
beforeAll(async () => {
  const log = pino({ level: 'debug' }, { write: (line) => void lines.push(line) });
  server = await openHubServer({ port: 0, pagesFolder: '/nowhere', log });
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
      await expect(once(socket, 'open')).rejects.toThrow('403');
    }
  });
});

describe('an upgrade that is refused says why before it is one', () => {
  const WEB_SOCKET = 'socket.io/?EIO=4&transport=websocket';

  /** The answer to a request for a WebSocket: its status, and its body. */
  async function upgrade(path: string, headers: Record<string, string> = {}) {
    const socket = connect(server.port, '127.0.0.1');
    const all = {
      host: `127.0.0.1:${server.port}`,
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'sec-websocket-version': '13',
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    socket.write(`GET /${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    return { status: Number(head.split(' ')[1]), ...JSON.parse(body).error };
  }

  it.each([
    ['another path', 'elsewhere?token=secret', {}, 404, 'topic/unknown'],
    ['an old protocol', 'socket.io/?EIO=3&transport=websocket', {}, 400, 'protocol/unsupported'],
    ['another transport', 'socket.io/?EIO=4&transport=polling', {}, 400, 'protocol/unsupported'],
    ['a connection that is not there', `${WEB_SOCKET}&sid=none`, {}, 400, 'session/unknown'],
    ["another site's page", WEB_SOCKET, EVIL, 403, 'auth/denied'],
    ['no key', WEB_SOCKET, { 'sec-websocket-key': 'short' }, 400, 'protocol/violation'],
  ])('%s', async (_what, path, headers, status, code) => {
    const answer = await upgrade(path, headers);
    expect(answer).toMatchObject({ status, code });
    expect(answer.message).not.toContain('secret');
    expect(logged()).toContainEqual(
      expect.objectContaining({ level: 20, error: expect.objectContaining({ code }) }),
    );
    expect(JSON.stringify(logged())).not.toContain('secret');
  });

  it('a second one to the same connection', async () => {
    const sid = await shake();
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/${WEB_SOCKET}&sid=${sid}`);
    await once(socket, 'open');
    expect(await upgrade(`${WEB_SOCKET}&sid=${sid}`)).toMatchObject({
      status: 400,
      code: 'protocol/violation',
    });
    socket.terminate();
  });
});
