import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { LOOPBACK } from '../../hub/listeners/listen.ts';
import type { Listener } from '../../hub/listeners/listener.ts';
import { expect } from './expect.ts';
import { type Runner, suiteFor, until } from './suite.ts';

/** A listener, as the suite needs it. */
export interface ListenerCase {
  /** A listener that does not listen yet, with room for `MOST` unauthenticated connections. */
  readonly open: () => Listener;
  /** The first bytes of a client: with them it is admitted, and heard for as long as its connection lasts. */
  readonly hello: Uint8Array | string;
}

export const MOST = 5;

/** The contract of every listener. */
export function testListener(runner: Runner, { open, hello }: ListenerCase): void {
  const { afterEach, beforeEach, it } = suiteFor(runner);
  let listener: Listener;
  let port: number;
  let clients: Socket[];
  beforeEach(async () => {
    clients = [];
    listener = open();
    port = await listener.listen({ hosts: LOOPBACK, port: 0 });
  });
  afterEach(async () => {
    for (const client of clients) client.destroy();
    await listener.close();
  });

  async function dial(host = '127.0.0.1'): Promise<Socket> {
    const client = connect(port, host);
    client.on('error', () => undefined).resume();
    clients.push(client);
    await once(client, 'connect');
    return client;
  }

  it('takes connections at the port that it resolves to, and counts them until they are let in', async () => {
    const client = await dial();
    await until(() => listener.unauthenticated.count === 1);
    const answered = once(client, 'data');
    client.write(hello);
    await answered;
    expect(listener.unauthenticated.count).toBe(0);
    expect(listener.sockets.bytesReceived).toBe(hello.length);
    expect(listener.sockets.bytesSent).toBeGreaterThan(0);
    expect(client.destroyed).toBe(false);
  });

  it('drops the oldest if too many are not let in', async () => {
    const first = await dial();
    await until(() => listener.unauthenticated.count === 1);
    const dropped = once(first, 'close');
    for (let count = 0; count < MOST; count++) await dial();
    await dropped;
    await until(() => listener.unauthenticated.count === MOST);
    expect(listener.unauthenticated.dropped).toBe(1);
  });

  it('says what keeps memory, one by one', () => {
    for (const holder of listener.holders()) expect(holder.heldBytes).toBeGreaterThanOrEqual(0);
  });

  it('refuses a port that another listener has', async () => {
    await expect(open().listen({ hosts: ['127.0.0.1'], port })).rejects.toMatchObject({
      code: 'port/in-use',
    });
  });

  it('takes no more connections once it drains, and keeps the ones it has', async () => {
    const client = await dial();
    client.write(hello);
    await until(() => listener.sockets.bytesReceived > 0);
    listener.drain();
    await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(client.destroyed).toBe(false);
  });

  it('is closed once its last connection has ended, also if it never listened', async () => {
    const client = await dial();
    await until(() => listener.unauthenticated.count === 1);
    const closed = listener.close();
    listener.sockets.destroy();
    await closed;
    if (!client.closed) await once(client, 'close');
    await open().close();
  });
}
