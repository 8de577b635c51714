import type { Socket } from 'node:net';
import type { SchedulerLike } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { Message } from '../../../../hub/core/message.ts';
import { VirtualClock } from '../../session/fixture.ts';
import { RawClient } from './raw-client.ts';
import { openSocketIoHub, type SocketIoHub, type SocketIoHubOptions } from './socket-io-hub.ts';

let hub: SocketIoHub;
const clients: RawClient[] = [];

async function open(limits: SocketIoHubOptions['limits'] = {}, scheduler?: SchedulerLike): Promise<void> {
  hub = await openSocketIoHub({ limits, ...(scheduler && { scheduler }) });
}

async function connect(): Promise<RawClient> {
  const client = new RawClient(hub.url);
  clients.push(client);
  return client.connected();
}

/** The client's own TCP connection, which the client may leave unread. */
function tcpOf(client: RawClient): Socket {
  return (client.socket.io.engine.transport as unknown as { ws: { _socket: Socket } }).ws._socket;
}

afterEach(async () => {
  for (const client of clients.splice(0)) {
    tcpOf(client)?.resume();
    client.close();
  }
  await hub.stop();
});

/** Publishes more than the system's own buffers hold, a turn's worth at a time, until the hub holds something back. */
async function fill(publish: (text: string) => unknown, isFull: () => boolean): Promise<number> {
  let count = 0;
  while (!isFull()) {
    if (count > 2_000) throw new Error('the network takes everything');
    await publish(`${count++} ${'x'.repeat(64 * 1024)}`);
    await new Promise(setImmediate);
  }
  return count;
}

describe('A client that does not read', () => {
  it('holds up to its limit of the hub’s memory, and nobody else', async () => {
    await open({ bufferedBytes: 256 * 1024, queuedBytes: 512 * 1024 });
    const [slow, quick] = [await connect(), await connect()];
    for (const client of [slow, quick]) await client.ask('subscribe', '#');
    tcpOf(slow).pause();
    const { counters } = hub.sessions;
    const publish = (text: string) => {
      hub.hub.publish(new Message('a', text));
      return quick.heard(Number.parseInt(text, 10) + 1);
    };
    const count = await fill(publish, () => counters.dropped > 20);
    expect(quick.messages).toHaveLength(count);
    expect(counters.queuedBytes).toBeLessThan(600 * 1024);
    tcpOf(slow).resume();
    await slow.ask('ping');
    expect(slow.messages.length).toBeLessThanOrEqual(count - 20);
  });

  it('sees the last value of every topic when it reads again', async () => {
    await open({ bufferedBytes: 256 * 1024 });
    const slow = await connect();
    await slow.ask('subscribe', '#');
    tcpOf(slow).pause();
    const { counters } = hub.sessions;
    let turn = 0;
    const publish = (text: string) =>
      void hub.hub.publish(new Message(`led/${turn++ % 3}`, text, { retain: true }));
    const count = await fill(publish, () => counters.queuedMessages === 3 && turn % 3 === 0);
    tcpOf(slow).resume();
    const last = new Map<string, string>();
    while (last.size < 3 || [...last.values()].some((text) => Number.parseInt(text, 10) < count - 3)) {
      await slow.heard(slow.messages.length + 1);
      for (const [topic, text] of slow.messages) last.set(topic, String(text));
    }
    expect([...last].sort().map(([topic, text]) => [topic, Number.parseInt(text, 10)])).toEqual([
      ['led/0', count - 3],
      ['led/1', count - 2],
      ['led/2', count - 1],
    ]);
    expect(counters).toMatchObject({ queuedMessages: 0, queuedBytes: 0, dropped: 0 });
  });

  it('gets the retained messages in small portions', async () => {
    await open({ bufferedBytes: 64 * 1024 });
    const slow = await connect();
    for (let n = 0; n < 400; n++)
      hub.hub.publish(new Message(`a/${n}`, 'x'.repeat(64 * 1024), { retain: true }));
    tcpOf(slow).pause();
    const answer = slow.ask('subscribe', 'a/+');
    await expect.poll(() => hub.hub.subscriptionCount).toBe(1);
    expect(hub.sessions.counters.sent).toBeLessThan(400);
    tcpOf(slow).resume();
    expect(await answer).toMatchObject({ ok: true });
    const messages = await slow.heard(400);
    expect(new Set(messages.map(([topic]) => topic)).size).toBe(400);
    expect(hub.sessions.counters).toMatchObject({ dropped: 0, queuedBytes: 0 });
  });

  it('is cut off if it asks and asks, and never reads the answers', async () => {
    await open({ bufferedBytes: 16 * 1024 });
    const [deaf, good] = [await connect(), await connect()];
    for (const client of [deaf, good]) await client.ask('subscribe', '#');
    tcpOf(deaf).pause();
    const { counters } = hub.sessions;
    // Publish each message once the previous one is written: otherwise the hub could drop messages without a slow network.
    const publish = (text: string) => {
      hub.hub.publish(new Message('a', text));
      return good.heard(Number.parseInt(text, 10) + 1);
    };
    await fill(publish, () => counters.dropped > 20);
    let asked = 0;
    while (hub.sessions.size > 1) {
      if (asked++ > 20_000) throw new Error('was never cut off');
      deaf.socket.emit('ping', () => undefined);
      if (asked % 100 === 0) await good.ask('ping');
    }
    expect(hub.gateway.counters.refused).toBe(1);
    expect(await good.ask('ping')).toEqual({ ok: true });
    // The hub must cut the connection at once, not only when the deaf client has ignored the goodbye for long.
    await expect.poll(() => hub.countConnections(), { timeout: 1_500 }).toBe(1);
  });

  it('is cut off once it has taken nothing for too long', async () => {
    const clock = new VirtualClock();
    await open({ bufferedBytes: 16 * 1024, stuckSeconds: 30 }, clock);
    const [deaf, good] = [await connect(), await connect()];
    for (const client of [deaf, good]) await client.ask('subscribe', '#');
    tcpOf(deaf).pause();
    const publish = (text: string) => {
      hub.hub.publish(new Message('a', text));
      return good.heard(Number.parseInt(text, 10) + 1);
    };
    await fill(publish, () => hub.sessions.counters.dropped > 20);
    clock.pass(500);
    clock.pass(29_500);
    expect(hub.sessions.size).toBe(2);
    clock.pass(500);
    expect(hub.sessions.size).toBe(1);
    await expect.poll(() => hub.countConnections(), { timeout: 1_500 }).toBe(1);
    expect(await good.ask('ping')).toEqual({ ok: true });
  });

  it('is cut off too if it sends by long-polling and never polls', async () => {
    await open({ bufferedBytes: 1_000 });
    const url = `${hub.url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(url)).text()).slice(1));
    const send = (body: string) => fetch(`${url}&sid=${sid}`, { method: 'POST', body });
    await send('40');
    await fetch(`${url}&sid=${sid}`); // This reads the answer "connected".
    let status = 200;
    let asked = 0;
    for (; status === 200 && asked < 1_000; asked++) status = (await send(`42${asked}["ping"]`)).status;
    expect(status).toBe(400);
    expect(asked).toBeLessThan(400);
    expect(hub.sessions.size).toBe(0);
  });
});

describe('A client by long-polling', () => {
  it('does not count as slow only because it got much', async () => {
    await open({ bufferedBytes: 10_000 });
    const client = new RawClient(hub.url, { transports: ['polling'] });
    await client.connected();
    await client.ask('subscribe', 'a');
    for (let n = 0; n < 20; n++) {
      hub.hub.publish(new Message('a', `${n} ${'x'.repeat(2_000)}`));
      await client.heard(n + 1);
    }
    expect(hub.sessions.counters.dropped).toBe(0);
    client.close();
  });
});
