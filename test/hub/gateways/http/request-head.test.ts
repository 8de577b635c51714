import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHub, type WebHub } from '../../../../hub/create-hub.ts';

let hub: WebHub;
let port: number;
beforeAll(async () => {
  hub = createHub();
  hub.announceReady();
  port = await hub.listen({ port: 0 });
});
afterAll(() => hub.close());

/** Sends bytes, and resolves to the JSON of the answer. */
async function ask(head: string, body = ''): Promise<{ head: string; bytes: number }> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(head + body);
  const [, answer = ''] = (await text(socket)).split('\r\n\r\n');
  return JSON.parse(answer);
}

const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`;

describe('the answer with the head of a request', () => {
  it('is the head byte by byte, as it came over the wire', async () => {
    const head = lines(
      'GET /api/request?x=%20é HTTP/1.1'.replace('é', '%C3%A9'),
      `Host: localhost:${port}`,
      'aCCept-LANGUAGE: pt-BR, en;q=0.5',
      'X-Twice: 1',
      'X-Twice: 2',
      'X-Name: Zo\u00eb',
      'Connection: close',
    );
    expect(await ask(Buffer.from(head, 'latin1').toString('latin1'))).toMatchObject({ ok: true });
    const plain = head.replace('Zo\u00eb', 'Zoe');
    expect(await ask(plain)).toEqual({ ok: true, head: plain, bytes: Buffer.byteLength(plain) });
  });

  it('masks what lets somebody in, and keeps its length', async () => {
    const head = lines(
      'GET /api/request?token=ph_secret&a=1 HTTP/1.1',
      `Host: localhost:${port}`,
      'cookie: pinhub=abcdef; other=1',
      'Authorization: Bearer ph_secret',
      'Connection: close',
    );
    const answer = await ask(head);
    expect(answer.bytes).toBe(head.length);
    expect(answer.head).toHaveLength(head.length);
    expect(answer.head).not.toMatch(/ph_secret|abcdef/);
    expect(answer.head).toContain('GET /api/request?token=*********&a=1 HTTP/1.1');
    expect(answer.head).toContain(`cookie: ${'*'.repeat('pinhub=abcdef; other=1'.length)}\r\n`);
  });

  it('shows the head of a request with a body, without the body', async () => {
    const head = lines(
      'POST /api/request HTTP/1.1',
      `Host: localhost:${port}`,
      'Content-Type: text/plain',
      'Content-Length: 5',
      'Connection: close',
    );
    expect(await ask(head, 'hello')).toMatchObject({ head, bytes: head.length });
  });
});
