import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headOf } from '../../../../hub/gateways/http/request-head.ts';
import { type Heads, readHeads, requestBytes, upgradeBytes } from '../../../../web/learn/model/bytes.ts';

let server: Server;
let address: string;
/** The length of each request, including its body. */
const arrived: number[] = [];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = 0;
    for await (const chunk of request) body += chunk.length;
    const { method = '', url: originalUrl = '', httpVersion, rawHeaders } = request;
    const head = headOf({ method, originalUrl, httpVersion, rawHeaders });
    arrived.push(head.length + body);
    response.end(JSON.stringify({ head, bytes: head.length }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

describe('the bytes of a request', () => {
  it.each([
    ['a short path', 'x', undefined],
    ['a long path with a query', `api/topics/${'é'.repeat(40)}?filter=a%23`, undefined],
    ['a short body', 'socket.io/?EIO=4', '40'],
    ['a body of three figures', 'socket.io/?EIO=4', `ü${'x'.repeat(200)}`],
  ])('are those that arrive: %s', async (_, path, body) => {
    const heads = await readHeads(address);
    const url = new URL(path, address);
    const request = body === undefined ? {} : { method: 'POST', body };
    await (await fetch(url, { ...request, cache: 'no-store' })).text();
    expect(requestBytes(heads, url, request)).toBe(arrived.at(-1));
  });

  it('cannot be known if the hub does not tell them', async () => {
    await expect(readHeads(`data:application/json,{}#`)).rejects.toThrow();
  });
});

describe('the request that opens a WebSocket', () => {
  const heads: Pick<Heads, 'text'> = {
    text: [
      'GET /api/request HTTP/1.1',
      'Host: localhost:5000',
      'User-Agent: Browser',
      'Accept: */*',
      'Cookie: ******',
      'Sec-Fetch-Mode: cors',
      '',
      '',
    ].join('\r\n'),
  };

  it('has what the browser always sends, and what a WebSocket needs, and no more', () => {
    const url = new URL('ws://localhost:5000/socket.io/?EIO=4&transport=websocket');
    const request = `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
Host: localhost:5000\r
User-Agent: Browser\r
Cookie: ******\r
Connection: Upgrade\r
Upgrade: websocket\r
Origin: http://localhost:5000\r
Sec-WebSocket-Version: 13\r
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r
\r
`;
    const answer = `HTTP/1.1 101 Switching Protocols\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
\r
`;
    expect(upgradeBytes(heads, url)).toBe(request.length + answer.length);
  });
});
