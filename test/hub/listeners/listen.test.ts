import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type ListenOptions, Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type Listening, LOOPBACK, listen } from '../../../hub/listeners/listen.ts';

const listenings: Listening[] = [];

async function open(server: Server, options: Parameters<typeof listen>[1]): Promise<number> {
  const listening = await listen(server, options);
  listenings.push(listening);
  return listening.port;
}

/** Occupies a port of this machine, and returns it. */
async function take(port = 0, host = '127.0.0.1'): Promise<number> {
  return open(createServer(), { hosts: [host], port });
}

/** A machine without IPv6. */
class OldServer extends Server {
  override listen(...args: unknown[]): this {
    const [options] = args as [ListenOptions];
    if (!options.host?.includes(':')) return super.listen(options);
    const error = Object.assign(new Error('listen EAFNOSUPPORT'), { code: 'EAFNOSUPPORT' });
    queueMicrotask(() => this.emit('error', error));
    return this;
  }
}

afterEach(() => {
  for (const listening of listenings.splice(0)) listening.close();
});

describe('Listening', () => {
  it('takes the given port, or one that the system chooses', async () => {
    const port = await take();
    expect(port).toBeGreaterThan(0);
    listenings.pop()?.close();
    expect(await open(createServer(), { hosts: ['127.0.0.1'], port })).toBe(port);
  });

  it('serves every address at the same port', async () => {
    const server = createHttpServer((_request, response) => response.end('here'));
    const port = await open(server, { hosts: LOOPBACK, port: 0 });
    for (const host of ['127.0.0.1', '[::1]']) {
      expect(await (await fetch(`http://${host}:${port}`)).text()).toBe('here');
    }
  });

  it('closes all that it has opened', async () => {
    const server = createHttpServer((_request, response) => response.end('here'));
    const { port, close } = await listen(server, { hosts: LOOPBACK, port: 0 });
    close();
    for (const host of ['127.0.0.1', '[::1]'])
      await expect(fetch(`http://${host}:${port}`)).rejects.toThrow();
  });

  it('goes on if a connection cannot be accepted, and reports it', async () => {
    const server = createHttpServer((_request, response) => response.end('here'));
    const faults: Error[] = [];
    const onFault = (error: Error) => void faults.push(error);
    const listening = await listen(server, { hosts: LOOPBACK, port: 0, onFault });
    listenings.push(listening);
    const fault = Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' });
    server.emit('error', fault);
    expect(faults).toEqual([fault]);
    expect(await (await fetch(`http://127.0.0.1:${listening.port}`)).text()).toBe('here');
  });

  it.each(LOOPBACK)('answers a client that has ended its side: %s', async (host) => {
    const server = createHttpServer((_request, response) => setImmediate(() => response.end('here')));
    const port = await open(server, { hosts: LOOPBACK, port: 0 });
    const client = connect(port, host);
    client.end('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(await text(client)).toContain('here');
  });

  it('says so if the port is taken', async () => {
    const port = await take();
    await expect(listen(createServer(), { hosts: ['127.0.0.1'], port })).rejects.toMatchObject({
      code: 'port/in-use',
      message: expect.stringContaining(String(port)),
      cause: { code: 'EADDRINUSE' },
    });
  });

  it('moves on to the next free port if it may', async () => {
    const port = await take();
    const server = createServer();
    const found = await open(server, { hosts: LOOPBACK, port, alternatives: 20 });
    expect(found).toBeGreaterThan(port);
    expect((server.address() as AddressInfo).port).toBe(found);
  });

  it('moves on with all addresses if one of them is taken, and leaves nothing open', async () => {
    const port = await take(0, '::1');
    const found = await open(createServer(), { hosts: LOOPBACK, port, alternatives: 20 });
    expect(found).toBeGreaterThan(port);
    expect(await take(port, '127.0.0.1')).toBe(port);
  });

  it('ends its search for a free port at 65535', async () => {
    await take(65_535).catch(() => undefined); // The port is taken now, even if another program has it.
    await expect(
      listen(createServer(), { hosts: ['127.0.0.1'], port: 65_535, alternatives: 5 }),
    ).rejects.toMatchObject({
      code: 'port/in-use',
    });
  });

  it.each(['203.0.113.7', 'no-such-host.invalid'])(
    'says so if the machine has no such address: %s',
    async (host) => {
      await expect(listen(createServer(), { hosts: [host], port: 0 })).rejects.toMatchObject({
        code: 'option/invalid',
        message: expect.stringContaining(host),
      });
    },
  );

  it('works without IPv6 if there is none', async () => {
    const loopback = await open(new OldServer(), { hosts: ['127.0.0.1'], port: 0 });
    expect(loopback).toBeGreaterThan(0);
    const server = new OldServer();
    await open(server, { hosts: ['::'], port: 0 });
    expect((server.address() as AddressInfo).address).toBe('0.0.0.0');
    await expect(listen(new OldServer(), { hosts: ['::1'], port: 0 })).rejects.toMatchObject({
      code: 'option/invalid',
    });
  });
});
