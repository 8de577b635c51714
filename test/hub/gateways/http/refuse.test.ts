import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Exposure } from '../../../../hub/gateways/http/exposure.ts';
import { refuseOtherUpgrades } from '../../../../hub/gateways/http/refuse.ts';

/** More than the buffers of a connection hold. */
const LARGE = Buffer.alloc(64 * 2 ** 20);

let server: Server;
beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url === '/large') response.end(LARGE);
    else if (request.url !== '/slow') response.end(`answer to ${request.url}`);
  });
  refuseOtherUpgrades(server, ['/mqtt', '/socket.io/'], {
    exposure: new Exposure({ isLoopbackOnly: true }),
    log: pino({ level: 'silent' }),
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  server.close();
});

/** Everything that is answered until the server closes the connection. */
async function exchange(request: string, upgrade: string, ...more: string[]): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const lines = [`${request} HTTP/1.1`, 'Host: a', 'Connection: Upgrade', `Upgrade: ${upgrade}`, ...more];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return text(socket);
}

describe('a request that asks for an upgrade', () => {
  it('to an unknown protocol is answered like any other request, because `curl --http2` sends such upgrades', async () => {
    const answer = await exchange('GET /api/topics/a', 'h2c', 'HTTP2-Settings: AAMAAABkAAQ');
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(answer).toMatch(/answer to \/api\/topics\/a/);
  });

  it('is refused if it has a body, which cannot be read after an upgrade', async () => {
    expect(await exchange('PUT /api/topics/a', 'h2c', 'Content-Length: 3')).toContain('protocol/unsupported');
    expect(await exchange('PUT /a', 'h2c', 'Transfer-Encoding: chunked')).toContain('protocol/unsupported');
  });

  it('ends its own connection, but not the hub, if it follows an unanswered request', async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const upgrade = 'Connection: Upgrade\r\nUpgrade: h2c\r\n';
    socket.write(`GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n`);
    await text(socket).catch(() => undefined);
    expect(await exchange('GET /next', 'h2c')).toMatch(/answer to \/next/);
  });

  it.each(['h2c', 'websocket'])(
    'does not hold its connection if the client reads nothing: %s',
    async (upgrade) => {
      server.setTimeout(50);
      const accepted = once(server, 'connection');
      const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
      const head = `HTTP/1.1\r\nHost: a\r\n`;
      const ask = `GET /large ${head}Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n\r\n`;
      client.write(upgrade === 'h2c' ? ask : `GET /large ${head}\r\n${ask}`);
      const [socket] = await accepted;
      await once(socket, 'close');
      client.destroy();
    },
  );

  it('to a WebSocket names the paths that have some', async () => {
    expect(await exchange('GET /chat', 'WebSocket')).toMatch(/^HTTP\/1.1 404 .*only at \/mqtt and/s);
  });
});
