import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, connect as dial, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import mqtt, { type IClientOptions, type IDisconnectPacket, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { firstValueFrom, map, take, toArray } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Broker, BrokerOptions } from '../../../hub/broker/broker.ts';
import { createBroker } from '../../../hub/broker/create-broker.ts';
import type { Identity } from '../../../hub/broker/identity.ts';
import { HubError } from '../../../hub/core/error.ts';
import { Message } from '../../../hub/core/message.ts';
import { openStore } from '../../../hub/storage/hub/store.ts';
import { connectBytes } from '../../faults/attacks/mqtt-bytes.ts';

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function create<I extends Identity = Identity>(options: BrokerOptions<I> = {}): Broker<I> {
  const broker = createBroker<I>(options);
  closers.push(() => broker.close());
  return broker;
}

/** Makes a server listen; resolves to its port. */
async function listen(server: Server | HttpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A broker behind a server of `node:net`; resolves to its address. */
async function serve(broker: Pick<Broker, 'handle'>): Promise<string> {
  return `mqtt://127.0.0.1:${await listen(createServer((socket) => broker.handle(socket)))}`;
}

async function connect(url: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0, ...options });
  closers.push(() => client.endAsync(true));
  return client;
}

const nextMessage = (client: MqttClient) =>
  new Promise<string>((resolve) => {
    client.once('message', (topic, payload) => resolve(`${topic} ${payload}`));
  });

const disconnectOf = (client: MqttClient) =>
  new Promise<IDisconnectPacket>((resolve) => client.once('disconnect', resolve));

interface Pupil extends Identity {
  readonly class: string;
}

const PUPILS: Readonly<Record<string, Pupil>> = {
  ana: {
    name: 'ana',
    class: '7b',
    mayPublish: (topic) => topic.startsWith('ana/'),
    mayRead: (topic) => !topic.startsWith('secret/'),
    maySubscribe: (filter) => filter !== '#',
  },
};

const authenticate: BrokerOptions<Pupil>['authenticate'] = async ({ user = '', password }) =>
  password === 'right' ? PUPILS[user] : undefined;

describe('an embedded broker', () => {
  it('serves sockets that it is handed', async () => {
    const url = await serve(create());
    const [one, other] = [await connect(url), await connect(url)];
    await one.subscribeAsync('a/#');
    const heard = nextMessage(one);
    await other.publishAsync('a/b', 'x', { qos: 1 });
    expect(await heard).toBe('a/b x');
  });

  it('serves any other stream', async () => {
    const broker = create();
    const connected = firstValueFrom(broker.connected$);
    const sent: Buffer[] = [];
    const stream = new Duplex({
      read: () => undefined,
      write: (chunk, _encoding, done) => done(void sent.push(chunk)),
    });
    broker.handle(stream, { remoteAddress: '192.0.2.7' });
    stream.push(connectBytes('tunnel'));
    expect(await connected).toMatchObject({ id: 'tunnel', address: '192.0.2.7', protocol: 'mqtt' });
    const left = firstValueFrom(broker.disconnected$);
    stream.push(null);
    expect(await left).toMatchObject({ id: 'tunnel' });
    expect(Buffer.concat(sent)[0]).toBe(0x20); // CONNACK
  });

  it('serves WebSockets at its path, and leaves other upgrades and routes alone', async () => {
    const broker = create();
    const server = createHttpServer((_request, response) => response.end('mine'));
    const port = await listen(server);
    const others = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      if (request.url === '/other') others.handleUpgrade(request, socket, head, (one) => one.send('other'));
    });
    const detach = broker.attach(server, { path: '/broker' });
    const client = await connect(`ws://127.0.0.1:${port}/broker`);
    expect(broker.clients()).toMatchObject([{ id: client.options.clientId, address: '127.0.0.1' }]);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('mine');
    const other = new WebSocket(`ws://127.0.0.1:${port}/other`);
    const [message] = await once(other, 'message');
    expect(String(message)).toBe('other');
    detach();
    other.close();
    expect(server.listenerCount('upgrade')).toBe(1);
  });

  it('keeps pages of other origins out, unless configured otherwise', async () => {
    const broker = create();
    const server = createHttpServer();
    const port = await listen(server);
    broker.attach(server);
    broker.attach(server, { path: '/open', checkOrigin: () => undefined });
    const origin = 'http://evil.example';
    const refused = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt', { origin });
    const [, response] = await once(
      refused.on('error', () => undefined),
      'unexpected-response',
    );
    expect(response.statusCode).toBe(403);
    refused.terminate();
    await connect(`ws://127.0.0.1:${port}/open`, { wsOptions: { origin } });
  });

  it('knows its clients by what the embedder answers, and refuses the others', async () => {
    const broker = create<Pupil>({ authenticate });
    const url = await serve(broker);
    await connect(url, { clientId: 'a1', username: 'ana', password: 'right' });
    expect(broker.clients()).toEqual([
      { id: 'a1', identity: PUPILS.ana, protocol: 'mqtt', address: '127.0.0.1' },
    ]);
    await expect(connect(url, { username: 'ana', password: 'wrong' })).rejects.toMatchObject({ code: 0x86 });
    await expect(connect(url)).rejects.toMatchObject({ code: 0x87 });
  });

  it('lets the embedder see the request behind a WebSocket, and the client identifier', async () => {
    const seen: unknown[] = [];
    const broker = create({
      authenticate: (_credentials, { request, clientIdentifier }) => {
        seen.push(request?.headers['x-site'], clientIdentifier);
        return { name: 'somebody' };
      },
    });
    const server = createHttpServer();
    const port = await listen(server);
    broker.attach(server);
    await connect(`ws://127.0.0.1:${port}/mqtt`, {
      clientId: 'c',
      wsOptions: { headers: { 'x-site': 'y' } },
    });
    expect(seen).toEqual(['y', 'c']);
  });

  it('asks the identity before each message and subscription', async () => {
    const broker = create<Pupil>({ authenticate });
    const ana = await connect(await serve(broker), { username: 'ana', password: 'right' });
    await expect(ana.publishAsync('bia/x', '1', { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
    await expect(ana.subscribeAsync('#')).rejects.toThrow();
    await ana.subscribeAsync('+/#');
    const heard = nextMessage(ana);
    await broker.publish('secret/x', 'hidden');
    await ana.publishAsync('ana/x', 'shown', { qos: 1 });
    expect(await heard).toBe('ana/x shown');
  });

  it.each([false, 0, '', true, {}, { name: 5 }, { name: '' }])('lets nobody in as %j', async (answer) => {
    const broker = create({ authenticate: () => answer as unknown as null });
    await expect(connect(await serve(broker))).rejects.toBeDefined();
    expect(broker.clients()).toEqual([]);
  });

  it('takes only true for a right', async () => {
    const answers = { promise: Promise.resolve(false), nothing: undefined, text: 'yes' };
    const mayPublish = (topic: string) => answers[topic as keyof typeof answers] as unknown as boolean;
    const client = await connect(await serve(create({ authenticate: () => ({ name: 'ana', mayPublish }) })));
    for (const topic of Object.keys(answers)) {
      await expect(client.publishAsync(topic, 'x', { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
    }
  });

  it.each([0, 1])(
    'forgets a client whose will is refused, with a delay of %i s',
    async (willDelayInterval) => {
      const broker = create({
        onPublish: (message) => {
          if (message.topic === 'gone') throw new HubError('auth/denied', 'no wills here');
          return message;
        },
      });
      const url = await serve(broker);
      const will = { topic: 'gone', payload: 'x', qos: 1 as const, properties: { willDelayInterval } };
      const client = await connect(url, {
        will,
        reconnectPeriod: 0,
        properties: { sessionExpiryInterval: 0 },
      });
      await client.subscribeAsync('t');
      const left = firstValueFrom(broker.disconnected$);
      client.stream.destroy();
      await left;
      const other = await connect(url);
      const acknowledged = new Promise((resolve) => other.once('packetreceive', resolve));
      await other.publishAsync('t', 'x', { qos: 1 });
      expect(await acknowledged).toMatchObject({ cmd: 'puback', reasonCode: 0x10 }); // There are no subscribers.
    },
  );

  it('ends a stream that gives something else than bytes', async () => {
    const broker = create();
    const stream = new Duplex({
      readableObjectMode: true,
      read: () => undefined,
      write: (_1, _2, done) => done(),
    });
    broker.handle(stream);
    stream.push('text');
    await once(stream, 'close');
    expect(() => broker.handle(undefined as unknown as Duplex)).toThrow('duplex stream');
  });

  it('refuses a client whose authentication or rights fail, and goes on', async () => {
    const mayRead = () => {
      throw new Error('the database is away');
    };
    const broker = create({
      authenticate: async ({ user = '' }) => {
        if (user === 'broken') throw new Error('the database is away');
        if (user === 'late') throw new HubError('limit/exceeded', 'too many tries');
        return { name: user, mayRead };
      },
    });
    const url = await serve(broker);
    const as = (username: string) => connect(url, { username, password: 'x' });
    await expect(as('broken')).rejects.toMatchObject({ code: 0x80 });
    await expect(as('late')).rejects.toMatchObject({ code: 0x97 });
    const blind = await as('blind');
    await blind.subscribeAsync('a');
    await broker.publish('a', 'x');
    await blind.publishAsync('b', 'y', { qos: 1 });
    expect(broker.clients()).toHaveLength(1);
  });

  it('lets onPublish change and drop what clients publish, and refuse it with a reason', async () => {
    const broker = create({
      onPublish: (message, client) => {
        if (message.topic === 'drop') return undefined;
        if (message.topic === 'refuse') throw new HubError('auth/denied', 'not now');
        return new Message(`by/${client?.id}`, message.text?.toUpperCase() ?? '', { retain: message.retain });
      },
    });
    const client = await connect(await serve(broker), { clientId: 'c' });
    const heard = firstValueFrom(broker.bus().messages('#').pipe(take(2), toArray()));
    await client.publishAsync('drop', 'x', { qos: 1 });
    await expect(client.publishAsync('refuse', 'x', { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
    await client.publishAsync('a', 'hello', { qos: 1 });
    await broker.publish('own', 'as it is');
    expect((await heard).map(({ topic, text }) => `${topic} ${text}`)).toEqual([
      'by/c HELLO',
      'own as it is',
    ]);
  });

  it('reports clients, their subscriptions and what is published, with one object for each client', async () => {
    const broker = create();
    const told: unknown[] = [];
    broker.connected$.subscribe((client) => told.push('connected', client));
    broker.subscribed$.subscribe(({ client, filter, qos }) =>
      told.push(`subscribed ${filter} ${qos}`, client),
    );
    broker.unsubscribed$.subscribe(({ client, filter }) => told.push(`unsubscribed ${filter}`, client));
    broker.published$.subscribe(({ client, message }) => told.push(`published ${message.text}`, client));
    const client = await connect(await serve(broker), { clientId: 'c' });
    const [known] = broker.clients();
    await client.subscribeAsync('a', { qos: 1 });
    await client.publishAsync('b', 'x', { qos: 1 });
    await client.unsubscribeAsync('a');
    await broker.publish('b', 'y');
    const left = firstValueFrom(broker.disconnected$);
    await client.endAsync();
    expect(await left).toBe(known);
    const acts = ['connected', 'subscribed a 1', 'published x', 'unsubscribed a'];
    expect(told).toEqual([...acts.flatMap((act) => [act, known]), 'published y', undefined]);
    expect(told[1]).toBe(known);
    expect(broker.clients()).toEqual([]);
  });

  it('kicks a client, gives it the reason, and publishes its will', async () => {
    const broker = create();
    const will = { topic: 'status', payload: Buffer.from('gone') };
    const client = await connect(await serve(broker), { clientId: 'c', will });
    const gone = firstValueFrom(
      broker
        .bus()
        .messages('status')
        .pipe(map(({ text }) => text)),
    );
    const told = disconnectOf(client);
    expect(broker.kick('c')).toBe(true);
    expect(broker.kick('nobody')).toBe(false);
    expect(await told).toMatchObject({ reasonCode: 0x98 });
    expect(await gone).toBe('gone');
  });

  it('keeps sessions and retained messages in its store from one broker to the next', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pinhub-broker-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const open = () => openStore({ folder, log: pino({ level: 'silent' }) });
    const first = createBroker({ store: await open() });
    const options = { clientId: 'c', clean: false, properties: { sessionExpiryInterval: 60 } };
    const client = await connect(await serve(first), options);
    await client.subscribeAsync('a', { qos: 1 });
    await first.publish('kept', '1', { retain: true });
    await client.endAsync();
    await first.publish('a', 'while away', { qos: 1 });
    await first.close();
    const next = create({ store: await open() });
    expect((await firstValueFrom(next.bus().messages('kept'))).retained).toBe(true);
    const again = mqtt.connect(await serve(next), { protocolVersion: 5, reconnectPeriod: 0, ...options });
    closers.push(() => again.endAsync(true));
    expect(await nextMessage(again)).toBe('a while away');
  });

  it('does not let another identity resume a session', async () => {
    const broker = create({ authenticate: async ({ user = '' }) => ({ name: user }) });
    const url = await serve(broker);
    const session = { clientId: 'c', clean: false, password: 'x', properties: { sessionExpiryInterval: 60 } };
    await (await connect(url, { ...session, username: 'ana' })).endAsync();
    await expect(connect(url, { ...session, username: 'bia' })).rejects.toMatchObject({ code: 0x85 });
  });

  it('notifies its clients when it closes, closes their connections, and refuses later ones', async () => {
    const broker = createBroker();
    const url = await serve(broker);
    const told = disconnectOf(await connect(url));
    await Promise.all([broker.close(), broker.close()]);
    expect(await told).toMatchObject({ reasonCode: 0x8b });
    await once(dial(Number(new URL(url).port), '127.0.0.1').resume(), 'close');
    await expect(broker.publish('a', 'x')).rejects.toMatchObject({ code: 'session/closed' });
  });

  it('ends a connection whose request has malformed credentials, and no other', async () => {
    const broker = create();
    const server = createHttpServer((request, response) => {
      response.writeHead(200).flushHeaders();
      broker.handle(request.socket, { request });
    });
    const port = await listen(server);
    const request = fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: 'nonsense' } });
    await expect(request.then((response) => response.text())).rejects.toThrow();
    expect(broker.clients()).toEqual([]);
  });

  it('drops the oldest connection if too many have not authenticated, sockets and other streams alike', async () => {
    const broker = create({ limits: { strangers: 2 } });
    const port = Number(new URL(await serve(broker)).port);
    const first = dial(port, '127.0.0.1').resume();
    const dropped = once(first, 'close');
    await once(first, 'connect');
    for (let count = 0; count < 2; count++) {
      const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
      broker.handle(stream);
    }
    const last = dial(port, '127.0.0.1').resume();
    closers.push(() => last.destroy());
    await dropped;
  });

  it('takes either an access of its own or a function that authenticates, not both', () => {
    const { access } = create().core;
    expect(() => createBroker({ access, authenticate: () => null })).toThrow(/not both/);
  });
});
