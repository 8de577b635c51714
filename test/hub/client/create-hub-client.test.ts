import { filter, firstValueFrom, type Observable } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Connection,
  createHubClient,
  type HubClient,
  type HubClientOptions,
} from '../../../hub/client/index.ts';
import { parseTopicFilter } from '../../../hub/core/filter.ts';
import { Message } from '../../../hub/core/message.ts';
import { Recorder } from '../core/recorder.ts';
import {
  openSocketIoHub,
  type SocketIoHub,
  type SocketIoHubOptions,
} from '../gateways/socket-io/socket-io-hub.ts';

let hub: SocketIoHub;
const clients: HubClient[] = [];

async function open(options: SocketIoHubOptions = {}): Promise<SocketIoHub> {
  hub = await openSocketIoHub(options);
  return hub;
}

function create(options: HubClientOptions = {}, port = hub.port): HubClient {
  const client = createHubClient(`http://127.0.0.1:${port}`, options);
  clients.push(client);
  return client;
}

async function online(client: HubClient): Promise<HubClient> {
  await status(client.connection$, 'online');
  return client;
}

function status(connection$: Observable<Connection>, wanted: Connection['status']): Promise<Connection> {
  return firstValueFrom(connection$.pipe(filter(({ status }) => status === wanted)));
}

/** Resolves when the client has received everything that the hub had for it by now. */
async function settled(client: HubClient): Promise<void> {
  const echo = firstValueFrom(client.messages('$test/settled'));
  await client.publish('$test/settled', '');
  await echo;
}

/** Records what the hub itself sees. */
function watch(topicFilter: string): Recorder {
  const recorder = new Recorder();
  hub.hub.subscribe(recorder, parseTopicFilter(topicFilter));
  return recorder;
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await hub.stop();
});

describe('A client', () => {
  it('reports its state, at once and at every change', async () => {
    await open();
    const client = create();
    const seen: string[] = [];
    client.connection$.subscribe({
      next: (connection) =>
        seen.push('final' in connection ? `${connection.status} ${connection.final}` : connection.status),
      complete: () => seen.push('complete'),
    });
    await online(client);
    const { port } = hub;
    await hub.kill();
    await status(client.connection$, 'offline');
    await open({ port });
    await online(client);
    await client.close();
    expect(seen.filter((state, index) => state !== seen[index - 1])).toEqual([
      'connecting',
      'online',
      'offline false',
      'online',
      'offline true',
      'complete',
    ]);
  });

  it('measures the round trip, and says when there is nobody to answer', async () => {
    const { port } = await open();
    const client = await online(create());
    expect(await client.ping()).toBeGreaterThan(0);
    await hub.kill();
    await status(client.connection$, 'offline');
    await expect(client.ping()).rejects.toMatchObject({ code: 'hub/unreachable' });
    await open({ port });
  });

  it('keeps what is published before there is a hub', async () => {
    const { port } = await open();
    await hub.stop();
    const client = create({}, port);
    const published = [
      client.publish('a', '1'),
      client.publish('a', '2', { retain: true }),
      client.publish('b', '3'),
    ];
    const seen: (string | undefined)[] = [];
    client.messages('a').subscribe(({ text }) => seen.push(text));
    await status(client.connection$, 'offline');
    await open({ port });
    const watcher = watch('#');
    await Promise.all(published);
    expect(watcher.texts).toEqual(['1', '2', '3']);
    await client.publish('a', '4');
    await settled(client);
    expect(seen).toEqual(['1', '2', '4']);
  });

  it('refuses a will that nobody could publish', () => {
    expect(() => createHubClient('http://127.0.0.1:1', { will: { topic: 'a/#', payload: 'x' } })).toThrow(
      expect.objectContaining({ code: 'topic/invalid' }),
    );
  });
});

describe('When the hub goes and comes back', () => {
  it('only the last value of each topic that was published meanwhile is sent, and every publisher gets the outcome', async () => {
    const { port } = await open();
    const client = await online(create());
    await client.publish('led/21/duty', '10', { retain: true });
    await hub.kill();
    await status(client.connection$, 'offline');
    const published = ['20', '30', '40'].map((text) => client.publish('led/21/duty', text, { retain: true }));
    await open({ port });
    const watcher = watch('led/#');
    await Promise.all(published);
    expect(watcher.texts).toEqual(['40']);
    expect(hub.hub.retained.get('led/21/duty')?.text).toBe('40');
  });

  it('an older value that the hub still has is not seen by the client that has set a newer one', async () => {
    const { port } = await open();
    const client = await online(create());
    const seen: string[] = [];
    client.messages('led/+/duty').subscribe(({ text, retained }) => seen.push(`${text} ${retained}`));
    await client.publish('led/21/duty', '10', { retain: true });
    await settled(client);
    await hub.kill();
    await status(client.connection$, 'offline');
    const published = client.publish('led/21/duty', '40', { retain: true });
    await open({ port });
    hub.hub.publish(new Message('led/21/duty', '10', { retain: true })); // A hub with a store would retain this value from the start.
    await published;
    await settled(client);
    expect(seen).toEqual(['10 false', '40 true']);
  });

  it('subscriptions are made again, and what is retained is received again', async () => {
    const { port } = await open();
    const client = await online(create());
    const seen: string[] = [];
    client.messages(['a', 'b/#'], { noLocal: true }).subscribe(({ text }) => seen.push(text ?? ''));
    const over = client.messages('a').subscribe(() => seen.push('not any more'));
    await client.ping();
    over.unsubscribe();
    await hub.kill();
    await status(client.connection$, 'offline');
    await open({ port });
    hub.hub.publish(new Message('a', 'retained', { retain: true }));
    await online(client);
    await client.ping();
    hub.hub.publish(new Message('b/c', 'new'));
    await client.publish('b/c', 'own');
    await settled(client);
    expect(seen).toEqual(['retained', 'new']);
    await client.ping();
    expect(hub.hub.subscriptionCount).toBe(2);
  });

  it('the published will is followed by the messages of the client', async () => {
    const { port } = await open();
    const will = { topic: 'led/21/status', payload: 'offline', retain: true };
    const client = await online(create({ will }));
    await client.publish('led/21/status', 'online', { retain: true });
    const watcher = watch('led/21/status');
    for (const { conn } of hub.io.sockets.sockets.values()) conn.close(true);
    await status(client.connection$, 'offline');
    await client.publish('led/21/status', 'online', { retain: true });
    expect(watcher.texts).toEqual(['offline', 'online']);
    expect(hub.port).toBe(port);
  });

  it('a slider that is dragged all the time ends at its last position, however often the connection breaks', async () => {
    await open();
    const [hand, watcher] = [await online(create()), await online(create())];
    let seen = '';
    watcher.messages('led/21/duty').subscribe(({ text = '' }) => {
      seen = text;
    });
    const published: Promise<void>[] = [];
    for (let step = 0; step <= 300; step++) {
      published.push(hand.publish('led/21/duty', String(step), { retain: true }));
      if (step % 50 === 25) for (const { conn } of hub.io.sockets.sockets.values()) conn.close(true);
      if (step % 10 === 0) await new Promise(setImmediate);
      if (step % 50 === 49) await Promise.all([online(hand), online(watcher)]);
    }
    await Promise.all(published);
    expect(hub.hub.retained.get('led/21/duty')?.text).toBe('300');
    await online(watcher);
    await settled(watcher);
    expect(seen).toBe('300');
  });

  it('it gets the reason, and is back soon', async () => {
    const { port } = await open();
    const client = await online(create());
    await hub.stop();
    expect(await status(client.connection$, 'offline')).toMatchObject({
      reason: 'the hub is closing',
      final: false,
    });
    await open({ port });
    const started = performance.now();
    await online(client);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('only a limited number may wait, but a value may always replace another', async () => {
    const { port } = await open();
    await hub.stop();
    const client = create({ maxWaiting: 2 }, port);
    const published = [client.publish('a', '1', { retain: true }), client.publish('b', '2')];
    await expect(client.publish('c', '3')).rejects.toMatchObject({ code: 'limit/exceeded' });
    published.push(client.publish('a', '4', { retain: true }));
    await open({ port });
    const watcher = watch('#');
    await Promise.all(published);
    expect(watcher.texts).toEqual(['4', '2']);
  });
});

describe('A payload', () => {
  it('beyond what the hub takes is refused before it could break the connection', async () => {
    await open();
    const client = await online(create({ maxPayloadBytes: 10 }));
    for (const payload of ['x'.repeat(11), 'é'.repeat(6), new Uint8Array(11)]) {
      await expect(client.publish('a', payload)).rejects.toMatchObject({
        code: 'payload/too-large',
      });
    }
    for (const payload of ['x'.repeat(10), 'é'.repeat(5), new Uint8Array(10)])
      await client.publish('a', payload);
  });

  it('beyond the hub’s own limit is refused by it', async () => {
    await open({ limits: { payloadBytes: 10 } });
    const client = await online(create());
    await expect(client.publish('a', 'x'.repeat(11))).rejects.toMatchObject({ code: 'payload/too-large' });
  });

  it.each(['websocket', 'polling'] as const)(
    'of the hub’s limit passes, whatever is in it, over %s',
    async (transport) => {
      await open();
      const client = await online(create({ transports: [transport] }));
      const watcher = watch('a');
      for (const text of ['\0', '"', 'é', 'x']) {
        const payload = text.repeat(2 ** 20 / Buffer.byteLength(text));
        await client.publish('a', payload);
        expect(watcher.deliveries.at(-1)?.message.text === payload).toBe(true);
      }
    },
  );
});

describe('A client that the hub refuses', () => {
  it('for good gets the reason, and so do all waiting calls', async () => {
    await open({ limits: { payloadBytes: 10 } });
    const client = create({ will: { topic: 'a', payload: 'x'.repeat(11) } });
    const observed = firstValueFrom(client.messages('a'));
    const published = client.publish('a', '1');
    const refused = expect.objectContaining({ code: 'payload/too-large' });
    await Promise.all([
      expect(observed).rejects.toEqual(refused),
      expect(published).rejects.toEqual(refused),
    ]);
    expect(await firstValueFrom(client.connection$)).toMatchObject({ status: 'offline', final: true });
    await expect(client.publish('a', '2')).rejects.toEqual(refused);
    await expect(firstValueFrom(client.messages('a'))).rejects.toEqual(refused);
    expect(hub.gateway.counters.refused).toBe(1);
  });

  it('for now comes again, and is accepted when there is room', async () => {
    await open({ limits: { sessions: 1 } });
    const first = await online(create());
    const second = create();
    const offline = (await status(second.connection$, 'offline')) as Extract<
      Connection,
      { status: 'offline' }
    >;
    expect(offline).toMatchObject({ final: false, reason: expect.stringContaining('sessions') });
    await first.close();
    await expect.poll(() => hub.sessions.size).toBe(0);
    await second.publish('a', '1');
  });

  it('a subscription, gets the reason as an error of that observable only', async () => {
    await open({ limits: { subscriptions: 1 } });
    const client = await online(create());
    const received = firstValueFrom(client.messages('a'));
    await expect(firstValueFrom(client.messages('b'))).rejects.toMatchObject({ code: 'limit/exceeded' });
    await client.publish('a', '1');
    expect((await received).text).toBe('1');
  });

  it('a message, gets it from publish', async () => {
    await open({ limits: { retainedMessages: 0 } });
    const client = await online(create());
    await expect(client.publish('a', '1', { retain: true })).rejects.toMatchObject({
      code: 'limit/exceeded',
    });
    await expect(client.publish('$SYS/broker/uptime', '1')).rejects.toMatchObject({ code: 'auth/denied' });
  });
});

describe('Closing', () => {
  it('waits until the hub has all that was published', async () => {
    await open();
    const client = await online(create());
    const watcher = watch('a');
    const published = Array.from({ length: 50 }, (_, n) => client.publish('a', String(n)));
    await client.close();
    await Promise.all(published);
    expect(watcher.texts).toHaveLength(50);
  });

  it('says goodbye, so that no will is published', async () => {
    await open();
    const client = await online(create({ will: { topic: 'will', payload: 'gone' } }));
    const watcher = watch('will');
    await client.close();
    await expect.poll(() => hub.sessions.size).toBe(0);
    expect(watcher.texts).toEqual([]);
  });

  it('rejects what a hub that is away has not taken', async () => {
    const { port } = await open();
    await hub.stop();
    const client = create({}, port);
    const published = client.publish('a', '1');
    const closed = Promise.all([client.close(), client.close()]);
    await expect(published).rejects.toMatchObject({ code: 'session/closed' });
    await closed;
    expect(await firstValueFrom(client.connection$.pipe(), { defaultValue: 'complete' })).toBe('complete');
    await open({ port });
    await new Promise(setImmediate);
    expect(hub.sessions.size).toBe(0);
  });
});

describe('Observers', () => {
  it('of one hub subscription cost the hub one, and end it with the last', async () => {
    await open();
    const client = await online(create());
    const observers = [1, 2, 3].map(() => client.messages('a').subscribe());
    await client.ping();
    expect(hub.hub.subscriptionCount).toBe(1);
    observers.pop()?.unsubscribe();
    await client.ping();
    expect(hub.hub.subscriptionCount).toBe(1);
    for (const observer of observers) observer.unsubscribe();
    await client.ping();
    expect(hub.hub.subscriptionCount).toBe(0);
  });

  it('that subscribe in the same turn each get what is retained for them', async () => {
    await open();
    for (const topic of ['a', 'b', 'c']) hub.hub.publish(new Message(topic, topic, { retain: true }));
    const client = await online(create());
    const received = await Promise.all(
      ['a', 'b', '+', 'c', '#'].map((each) => firstValueFrom(client.messages(each))),
    );
    expect(received.map(({ text, retained }) => `${text} ${retained}`)).toEqual([
      'a true',
      'b true',
      'a true',
      'c true',
      'a true',
    ]);
  });
});
