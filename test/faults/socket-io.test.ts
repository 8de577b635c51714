import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Message } from '../../hub/core/message.ts';
import { openSocketIoHub, type SocketIoHub } from '../hub/gateways/socket-io/socket-io-hub.ts';

let hub: SocketIoHub;
let client: Socket;

beforeEach(async () => {
  hub = await openSocketIoHub();
  client = io(hub.url, { transports: ['websocket'], forceNew: true, reconnection: false });
  await new Promise<void>((resolve) => client.once('connect', resolve));
});

afterEach(async () => {
  client.disconnect();
  await hub.stop();
});

/** Sends a packet unchanged, bypassing the client's own encoder. */
function send(packet: string): void {
  client.io.engine.write(packet);
}

describe('A hub that speaks Socket.IO stays up', () => {
  it.each(['ping', 'publish', 'no-such-event'])(
    'at a %s with more arguments than a stack can hold',
    async (event) => {
      const arguments_ = new Array(300_000).fill(1).join(',');
      send(`2["${event}",${arguments_}]`);
      expect(await client.emitWithAck('ping')).toEqual({ ok: true });
    },
  );

  it('at 1,000 filters that match nothing among 50,000 retained topics: others are answered meanwhile', async () => {
    for (let n = 0; n < 50_000; n++) {
      hub.hub.publish(new Message(`r/${n % 50}/${n}`, 'x', { retain: true }));
    }
    const other = io(hub.url, { transports: ['websocket'], forceNew: true, reconnection: false });
    await new Promise<void>((resolve) => other.once('connect', resolve));
    const events: string[] = [];
    client.on('messages', () => events.push('search ended'));
    const filters = Array.from({ length: 999 }, (_, n) => `+/+/+/n${n}`);
    const { ok } = await client.emitWithAck('subscribe', [...filters, 'r/0/0']);
    expect(ok).toBe(true);
    for (let n = 0; n < 3; n++) {
      await other.emitWithAck('ping');
      events.push('ping answered');
    }
    expect(events).toEqual(['ping answered', 'ping answered', 'ping answered']);
    await client.emitWithAck('unsubscribe', filters);
    await expect.poll(() => events.at(-1)).toBe('search ended');
    other.disconnect();
  });

  it('at more filters than a client may have, and the hub looks at none of them', async () => {
    const filters = new Array(200_000).fill('not/a/#/filter');
    for (const event of ['subscribe', 'unsubscribe']) {
      expect(await client.emitWithAck(event, filters)).toMatchObject({
        ok: false,
        error: { code: 'limit/exceeded', message: `${event} names 200000 filters; at most 1000 are allowed` },
      });
    }
  });
});
