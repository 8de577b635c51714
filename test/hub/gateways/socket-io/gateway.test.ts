import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Message } from '../../../../hub/core/message.ts';
import { SlowJournal } from '../../core/slow-journal.ts';
import { type Answer, RawClient, type Wire } from './raw-client.ts';
import { openSocketIoHub, type SocketIoHub, type SocketIoHubOptions } from './socket-io-hub.ts';

let hub: SocketIoHub;
const clients: RawClient[] = [];

async function open(options: SocketIoHubOptions = {}): Promise<void> {
  await hub?.stop();
  hub = await openSocketIoHub(options);
}

async function connect(options: ConstructorParameters<typeof RawClient>[1] = {}): Promise<RawClient> {
  const client = new RawClient(hub.url, options);
  clients.push(client);
  return client.connected();
}

beforeEach(() => open());
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await hub.stop();
});

describe('The events of Socket.IO', () => {
  it('are acknowledged, each as documented', async () => {
    const client = await connect();
    expect(await client.ask('subscribe', ['led/#', 'a/+'])).toEqual({ ok: true, filters: ['led/#', 'a/+'] });
    expect(await client.ask('subscribe', 'b', { noLocal: true })).toEqual({ ok: true, filters: ['b'] });
    expect(await client.ask('publish', 'led/21/duty', '42')).toEqual({ ok: true, receivers: 1 });
    expect(await client.ask('publish', 'nobody', '42', { retain: true, qos: 2 })).toEqual({
      ok: true,
      receivers: 0,
    });
    expect(await client.ask('unsubscribe', ['led/#', 'never/there'])).toEqual({
      ok: true,
      filters: ['led/#'],
    });
    expect(await client.ask('ping')).toEqual({ ok: true });
    expect(await client.ask('whoami')).toEqual({
      ok: true,
      name: 'anyone',
      role: 'admin',
      how: 'open',
      may: { read: ['#', '$SYS/#'], publish: ['#'], report: ['#', '$SYS/broker/connection/+/state'] },
    });
  });

  it('answer a ping after what is retained for the subscriptions before it', async () => {
    const client = await connect();
    await client.ask('publish', 'a', 'kept', { retain: true });
    const told: string[] = [];
    client.socket.on('messages', () => told.push('messages'));
    client.socket.emit('subscribe', 'a', () => told.push('subscribed'));
    client.socket.emit('ping', () => told.push('answered'));
    await client.ask('ping');
    expect(told).toEqual(['subscribed', 'messages', 'answered']);
  });

  it('bring messages with topic, payload and flags: retained, own, and to be retained', async () => {
    const [client, other] = [await connect(), await connect()];
    await other.ask('publish', 'a', 'kept', { retain: true });
    await client.ask('subscribe', 'a');
    await client.ask('publish', 'a', 'own', { retain: true });
    await other.ask('publish', 'a', new Uint8Array([0xff, 0]));
    expect(await client.heard(3)).toEqual([
      ['a', 'kept', 1],
      ['a', 'own', 6],
      ['a', Buffer.from([0xff, 0]), 0],
    ]);
  });

  it('bring bytes that are UTF-8 as text', async () => {
    const client = await connect();
    await client.ask('subscribe', 'a');
    await client.ask('publish', 'a', Buffer.from('é'));
    expect(await client.heard(1)).toEqual([['a', 'é', 2]]);
  });

  it('subscribe to a filter once, however often it is named', async () => {
    const client = await connect();
    expect(await client.ask('subscribe', ['a', 'a', 'b', 'a'])).toEqual({ ok: true, filters: ['a', 'b'] });
    expect(hub.hub.subscriptionCount).toBe(2);
  });
});

/** Every malformed event, and how it is answered. */
const MALFORMED: readonly [title: string, args: readonly unknown[], code: string][] = [
  ['a topic with +', ['publish', 'a/+', '1'], 'topic/invalid'],
  ['a topic with #', ['publish', 'a/#', '1'], 'topic/invalid'],
  ['a topic with NUL', ['publish', 'a\0b', '1'], 'topic/invalid'],
  ['an empty topic', ['publish', '', '1'], 'topic/invalid'],
  ['a topic of 65,536 bytes', ['publish', 'a'.repeat(65_536), '1'], 'topic/invalid'],
  ['a topic of 129 levels', ['publish', Array(129).fill('a').join('/'), '1'], 'topic/invalid'],
  ['a topic that is a number', ['publish', 21, '1'], 'topic/invalid'],
  ['a topic that is null', ['publish', null, '1'], 'topic/invalid'],
  ['a topic that is bytes', ['publish', Buffer.from('a'), '1'], 'topic/invalid'],
  ['a topic that is an object', ['publish', { toString: 'a', length: 1 }, '1'], 'topic/invalid'],
  ['no arguments to publish', ['publish'], 'topic/invalid'],
  ['no payload', ['publish', 'a'], 'payload/invalid'],
  ['a payload that is a number', ['publish', 'a', 42], 'payload/invalid'],
  ['a payload that is null', ['publish', 'a', null], 'payload/invalid'],
  ['a payload that is an object', ['publish', 'a', { duty: 42 }], 'payload/invalid'],
  ['a payload with bytes deep inside', ['publish', 'a', { x: [{ y: Buffer.from('z') }] }], 'payload/invalid'],
  ['a payload that looks like a buffer', ['publish', 'a', { type: 'Buffer', data: [1] }], 'payload/invalid'],
  ['a huge array for a payload', ['publish', 'a', Array(50_000).fill(0)], 'payload/invalid'],
  ['a payload beyond the limit', ['publish', 'a', 'x'.repeat(2 ** 20 + 1)], 'payload/too-large'],
  ['few characters with too many bytes', ['publish', 'a', 'é'.repeat(2 ** 19 + 1)], 'payload/too-large'],
  ['bytes beyond the limit', ['publish', 'a', Buffer.alloc(2 ** 20 + 1)], 'payload/too-large'],
  ['options that are null', ['publish', 'a', '1', null], 'event/invalid'],
  ['options that are text', ['publish', 'a', '1', 'retain'], 'event/invalid'],
  ['an unknown option', ['publish', 'a', '1', { retained: true }], 'event/invalid'],
  ['retain that is text', ['publish', 'a', '1', { retain: 'true' }], 'event/invalid'],
  ['a quality of service of 3', ['publish', 'a', '1', { qos: 3 }], 'event/invalid'],
  [
    'a prototype among the options',
    ['publish', 'a', '1', JSON.parse('{"__proto__":{"retain":true}}')],
    'event/invalid',
  ],
  ['a fourth argument', ['publish', 'a', '1', {}, 'more'], 'event/invalid'],
  ['a topic of the hub itself', ['publish', '$SYS/broker/uptime', '1'], 'auth/denied'],
  ['filter a#', ['subscribe', 'a#'], 'filter/invalid'],
  ['filter a/+b', ['subscribe', 'a/+b'], 'filter/invalid'],
  ['an empty filter', ['subscribe', ''], 'filter/invalid'],
  ['a share without a filter', ['subscribe', '$share/g'], 'filter/invalid'],
  ['one bad filter among good ones', ['subscribe', ['good', 'a#']], 'filter/invalid'],
  ['no filter', ['subscribe'], 'event/invalid'],
  ['an empty list of filters', ['subscribe', []], 'event/invalid'],
  ['a filter that is a number', ['subscribe', 42], 'event/invalid'],
  ['a list with something else in it', ['subscribe', ['a', 42]], 'event/invalid'],
  ['a list of lists', ['subscribe', [['a']]], 'event/invalid'],
  ['an unknown option to subscribe', ['subscribe', 'a', { local: false }], 'event/invalid'],
  ['a third argument to subscribe', ['subscribe', 'a', {}, {}], 'event/invalid'],
  ['bad filter to unsubscribe', ['unsubscribe', 'a#'], 'filter/invalid'],
  ['no filter to unsubscribe', ['unsubscribe'], 'event/invalid'],
  ['an unknown event', ['no such event', 'a'], 'event/unknown'],
  ['an event named like a method', ['toString'], 'event/unknown'],
  ['an event named like a prototype', ['__proto__'], 'event/unknown'],
  ['an event named constructor', ['constructor'], 'event/unknown'],
  ['an empty event', [''], 'event/unknown'],
  ['a very long event', ['x'.repeat(100_000)], 'event/unknown'],
];

describe('A malformed event', () => {
  it.each(MALFORMED)('is answered with its code and counted: %s', async (_title, [event, ...args], code) => {
    const client = await connect();
    const answer = await client.ask(String(event), ...args);
    expect(answer).toEqual({ ok: false, error: { code, message: expect.any(String) } });
    expect((answer as Extract<Answer, { ok: false }>).error.message.length).toBeLessThan(400);
    expect(hub.gateway.counters.refused).toBe(1);
    expect(hub.hub.subscriptionCount).toBe(0);
    expect(await client.ask('ping')).toEqual({ ok: true });
  });

  it('that nobody wants acknowledged is counted and ignored', async () => {
    const client = await connect();
    for (const [, [event, ...args]] of MALFORMED) client.socket.emit(String(event), ...args);
    await client.settled();
    expect(hub.gateway.counters.refused).toBe(MALFORMED.length);
  });

  it.each([
    ['no Socket.IO at all', '4nonsense'],
    ['a packet type that is none', '49[]'],
    ['JSON that is cut', '42["publish","a"'],
    ['an event without a name', '42[]'],
    ['an event that is no array', '42{"publish":1}'],
    ['a reserved event', '42["disconnect","x"]'],
    ['attachments that are said and do not come', '452-["publish","a",{"_placeholder":true,"num":7}]'],
    ['an acknowledgement that nobody asked for', '4399[1]'],
    ['a number for an event', '42[7,"a"]'],
    ['nothing but noise', '\u0000\u0001\u0002'],
  ])('below events ends that connection at most: %s', async (_title, packet) => {
    const [rude, good] = [await connect(), await connect()];
    const raw = rude.socket.io.engine.transport as unknown as { ws: { send(data: string): void } };
    raw.ws.send(packet);
    expect(await good.ask('ping')).toEqual({ ok: true });
    expect(await good.ask('publish', 'a', '1')).toMatchObject({ ok: true });
  });

  it('does not reach into objects: a prototype stays unchanged', async () => {
    const client = await connect();
    await client.ask('subscribe', ['__proto__', 'constructor/prototype']);
    await client.ask('publish', '__proto__', 'polluted', { retain: true });
    await client.settled();
    expect(client.messages[0]).toEqual(['__proto__', 'polluted', 6]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('A handshake', () => {
  const refusedBy = async (auth: object): Promise<unknown> => {
    const client = new RawClient(hub.url, { auth });
    clients.push(client);
    return ((await client.once('connect_error')) as { data?: { code: string } }).data?.code;
  };

  it.each([
    ['is text', 'gone', 'event/invalid'],
    ['has no topic', { payload: 'x' }, 'event/invalid'],
    ['has no payload', { topic: 'a' }, 'event/invalid'],
    ['has a wildcard', { topic: 'a/+', payload: 'x' }, 'topic/invalid'],
    ['has a key too many', { topic: 'a', payload: 'x', delay: 5 }, 'event/invalid'],
    ['is too large', { topic: 'a', payload: 'x'.repeat(2 ** 20 + 1) }, 'payload/too-large'],
  ])('whose will %s is refused', async (_title, will, code) => {
    expect(await refusedBy({ will })).toBe(code);
    expect([hub.gateway.counters.refused, hub.sessions.size]).toEqual([1, 0]);
  });

  it('beyond the number of sessions is refused with a word, and may come back later', async () => {
    await open({ limits: { sessions: 1 } });
    const first = await connect();
    const second = new RawClient(hub.url);
    clients.push(second);
    await second.once('disconnect');
    expect(second.goodbyes).toMatchObject([{ code: 'limit/exceeded' }]);
    first.close();
    await expect.poll(() => hub.sessions.size).toBe(0);
    expect(await (await connect()).ask('ping')).toEqual({ ok: true });
  });
});

describe('A last will', () => {
  const will = { topic: 'led/21/status', payload: 'offline', retain: true };

  it('is published if the connection breaks', async () => {
    const [adapter, watcher] = [await connect({ auth: { will } }), await connect()];
    await watcher.ask('subscribe', 'led/#');
    adapter.break();
    expect(await watcher.heard(1)).toEqual([['led/21/status', 'offline', 4]]);
    expect(hub.hub.retained.get('led/21/status')?.text).toBe('offline');
  });

  it('is not published after a goodbye', async () => {
    const [adapter, watcher] = [await connect({ auth: { will } }), await connect()];
    await watcher.ask('subscribe', 'led/#');
    adapter.close();
    await expect.poll(() => hub.sessions.size).toBe(1);
    await watcher.settled();
    expect(watcher.messages.map(([topic]) => topic)).not.toContain('led/21/status');
  });

  it('is not published if the hub itself closes, and its clients get the reason', async () => {
    const adapter = await connect({ auth: { will } });
    const ended = adapter.once('disconnect');
    await hub.stop();
    await ended;
    expect(adapter.goodbyes).toEqual([{ code: 'hub/closing', message: 'the hub is closing' }]);
    expect(hub.hub.retained.get('led/21/status')).toBeUndefined();
  });
});

describe('A connection', () => {
  it('has one session, however often it asks to be accepted', async () => {
    const polling = `${hub.url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(polling)).text()).slice(1));
    await fetch(`${polling}&sid=${sid}`, { method: 'POST', body: Array(20).fill('40').join('\x1e') });
    const answers = (await (await fetch(`${polling}&sid=${sid}`)).text()).split('\x1e');
    expect(answers.filter((packet) => packet.startsWith('40'))).toHaveLength(1);
    expect(answers.filter((packet) => packet.includes('protocol/violation'))).not.toEqual([]);
    expect(hub.sessions.size).toBe(1);
  });
});

describe('What is due to a client in one turn', () => {
  it('comes in one event, in order', async () => {
    const client = await connect();
    await client.ask('subscribe', '#');
    for (let n = 0; n < 100; n++) hub.hub.publish(new Message(`a/${n % 3}`, String(n)));
    await client.heard(100);
    expect(client.batches).toHaveLength(1);
    expect(client.messages.map(([, payload]) => Number(payload))).toEqual(
      Array.from({ length: 100 }, (_, n) => n),
    );
  });

  it('comes before the goodbye of a hub that closes', async () => {
    const client = await connect();
    await client.ask('subscribe', '#');
    const ended = client.once('disconnect');
    hub.hub.publish(new Message('led/21/status', 'offline'));
    await hub.stop();
    await ended;
    expect(client.messages).toEqual([['led/21/status', 'offline', 0]]);
    expect(client.goodbyes).toHaveLength(1);
  });

  it('comes again in the next turn, and the next', async () => {
    const client = await connect();
    await client.ask('subscribe', 'a');
    for (let n = 0; n < 5; n++) {
      hub.hub.publish(new Message('a', String(n)));
      await client.heard(n + 1);
    }
    expect(client.batches.map((batch) => batch.length)).toEqual([1, 1, 1, 1, 1]);
  });

  it('is the same for all clients that are due the same, and different if they differ', async () => {
    const [one, two, some] = [await connect(), await connect(), await connect()];
    for (const client of [one, two]) await client.ask('subscribe', '#');
    await some.ask('subscribe', 'b');
    for (const topic of ['a', 'b', 'c']) hub.hub.publish(new Message(topic, topic));
    expect(await one.heard(3)).toEqual([
      ['a', 'a', 0],
      ['b', 'b', 0],
      ['c', 'c', 0],
    ]);
    expect(await two.heard(3)).toEqual(one.messages);
    expect(await some.heard(1)).toEqual([['b', 'b', 0]]);
  });

  it.each([
    ['text alone', ['x', 'é', '💡', '"\\\n\0', '']],
    ['bytes among text', ['x', new Uint8Array([0xff]), 'y', new Uint8Array([0xfe, 0])]],
  ])('has payloads as they were: %s', async (_title, payloads) => {
    const [ws, polling] = [await connect(), await connect({ transports: ['polling'] })];
    for (const client of [ws, polling]) await client.ask('subscribe', 'a');
    for (const payload of payloads) hub.hub.publish(new Message('a', payload));
    const expected: Wire[] = payloads.map((payload) => [
      'a',
      typeof payload === 'string' ? payload : Buffer.from(payload),
      0,
    ]);
    expect(await ws.heard(payloads.length)).toEqual(expected);
    expect(await polling.heard(payloads.length)).toEqual(expected);
  });

  it.each([100, 30_000, 70_000])('may be any size: %i bytes', async (size) => {
    const client = await connect();
    await client.ask('subscribe', 'a');
    hub.hub.publish(new Message('a', 'x'.repeat(size)));
    const [message] = await client.heard(1);
    expect(message?.[1]).toHaveLength(size);
  });

  it('comes after the acknowledgement of its subscription, and before that of the next', async () => {
    const client = await connect();
    for (const topic of ['a', 'b']) hub.hub.publish(new Message(topic, topic, { retain: true }));
    const events: string[] = [];
    client.socket.on('messages', (batch: Wire[]) => events.push(...batch.map(([topic]) => topic)));
    for (const filter of ['a', 'b'])
      client.socket.emit('subscribe', filter, () => events.push(`ack ${filter}`));
    await client.heard(2);
    expect(events).toEqual(['ack a', 'a', 'ack b', 'b']);
  });
});

describe('Subscriptions', () => {
  it('are made all or none, up to a limit', async () => {
    await open({ limits: { subscriptions: 3 } });
    const client = await connect();
    await client.ask('subscribe', ['a', 'b']);
    expect(await client.ask('subscribe', ['b', 'c', 'd'])).toMatchObject({
      ok: false,
      error: { code: 'limit/exceeded' },
    });
    expect(hub.hub.subscriptionCount).toBe(2);
    expect(await client.ask('subscribe', ['b', 'c'])).toMatchObject({ ok: true });
    await client.ask('publish', 'b', 'still there');
    expect(await client.heard(1)).toEqual([['b', 'still there', 2]]);
  });

  it('end with the connection', async () => {
    const client = await connect();
    await client.ask('subscribe', ['a', 'b', '$share/g/c']);
    client.break();
    await expect.poll(() => hub.hub.subscriptionCount).toBe(0);
    expect(hub.sessions.size).toBe(0);
  });

  it('may be shared: each message goes to one of the members', async () => {
    const members = [await connect(), await connect()];
    for (const member of members) await member.ask('subscribe', '$share/g/a');
    for (let n = 0; n < 10; n++) hub.hub.publish(new Message('a', String(n)));
    await Promise.all(members.map((member) => member.heard(5)));
    const all = members.flatMap(({ messages }) => messages.map(([, payload]) => Number(payload)));
    expect(all.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('do not wait for the changes of others to be safe, because they store nothing themselves', async () => {
    await open({ journal: new SlowJournal() });
    for (let n = 0; n < 20_000; n++) hub.hub.publish(new Message(`many/${n}`, 'x', { retain: true }));
    hub.hub.publish(new Message('led/21/duty', '42', { retain: true }));
    const client = await connect();
    let others = 0;
    const timer = setInterval(
      () => hub.hub.publish(new Message('other', `${others++}`, { retain: true })),
      1,
    );
    try {
      void client.ask('subscribe', 'many/+/none'); // A long search, for which the next one waits.
      expect(await client.ask('subscribe', 'led/#')).toMatchObject({ ok: true });
      expect(await client.heard(1)).toEqual([['led/21/duty', '42', 1]]);
      expect(others).toBeGreaterThan(0);
    } finally {
      clearInterval(timer);
    }
  });

  it('inform the publisher when there is no room to retain, and deliver nothing', async () => {
    await open({ limits: { retainedMessages: 1 } });
    const client = await connect();
    await client.ask('subscribe', '#');
    await client.ask('publish', 'a', '1', { retain: true });
    expect(await client.ask('publish', 'b', '2', { retain: true })).toMatchObject({
      error: { code: 'limit/exceeded' },
    });
    await client.settled();
    expect(client.messages.map(([topic]) => topic)).not.toContain('b');
  });
});
