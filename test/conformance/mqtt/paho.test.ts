import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeWith } from '../../programs.ts';
import { openRealHub, type RealHub, SERVERS_OF_ALL, seen } from './hub.ts';

const SCRIPT = join(import.meta.dirname, 'paho-client.py');

type Event = Record<string, unknown> & { readonly event: string };

/** A Python client. */
class Paho {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #events: AsyncIterator<string>;
  readonly #errors: string[] = [];

  constructor(version: number, transport: string, port: number, options: object) {
    const given = [version, transport, port, '/mqtt', options];
    this.#child = spawn('/usr/bin/python3', [SCRIPT, JSON.stringify(given)]);
    this.#child.stderr.on('data', (chunk) => this.#errors.push(String(chunk)));
    this.#child.stdin.on('error', (error) => this.#errors.push(error.message)); // A write fails if the client was killed meanwhile.
    this.#events = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  tell(order: object): void {
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
  }

  /** The next event of a kind; earlier events of other kinds are skipped. */
  async next(kind: string): Promise<Event> {
    for (;;) {
      const { done, value } = await this.#events.next();
      if (done) throw new Error(`paho has ended without ${kind}: ${this.#errors.join('')}`);
      const event = JSON.parse(value) as Event;
      if (event.event === kind) return event;
    }
  }

  async subscribe(topic: string, options: object = {}, more: object = {}): Promise<Event> {
    this.tell({ do: 'subscribe', topic, options, ...more });
    return this.next('subscribe');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

const ways = (['tcp', 'websockets'] as const).flatMap((transport) =>
  ([4, 5] as const).map((version) => [transport, version] as const),
);

describe.each(SERVERS_OF_ALL)('Through servers: %s', (whose) => {
  describeWith('paho-mqtt', 'paho', () => {
    let hub: RealHub;
    const clients: Paho[] = [];

    beforeEach(async () => {
      hub = await openRealHub({}, whose);
    });
    afterEach(async () => {
      for (const client of clients.splice(0)) client.kill();
      await hub.close();
    });

    describe.each(ways)('over %s, protocol version %i', (transport, version) => {
      async function connect(options: object = {}): Promise<{ client: Paho; connack: Event }> {
        const port = transport === 'tcp' ? hub.tcpPort : hub.wsPort;
        const client = new Paho(version, transport, port, options);
        clients.push(client);
        return { client, connack: await client.next('connect') };
      }

      it('publishes at every QoS to a browser, and hears it', async () => {
        const { client } = await connect();
        await client.subscribe('to/paho/+', { qos: 2 });
        const atBrowser = seen(hub.browser.messages('to/browser'), 3);
        await hub.untilSubscribed(2);
        for (const qos of [0, 1, 2] as const) {
          client.tell({ do: 'publish', topic: 'to/browser', payload: `at ${qos}`, qos });
          await hub.browser.publish(`to/paho/${qos}`, 'grün', { qos });
          expect(await client.next('message')).toMatchObject({
            topic: `to/paho/${qos}`,
            payload: 'grün',
            qos,
          });
        }
        expect(await atBrowser).toEqual(['to/browser at 0', 'to/browser at 1', 'to/browser at 2']);
      });

      it('goes on with its session', async () => {
        const options = { clientId: 'stays', clean: false, properties: { SessionExpiryInterval: 60 } };
        const first = await connect(options);
        expect(first.connack).toMatchObject({ session: 0, code: 0 });
        await first.client.subscribe('missed', { qos: 1 });
        first.client.kill();
        await hub.browser.publish('missed', 'x', { qos: 1 });
        const second = await connect(options);
        expect(second.connack).toMatchObject({ session: 1 });
        expect(await second.client.next('message')).toMatchObject({ payload: 'x', qos: 1 });
      });

      it('has its will published when it is killed', async () => {
        const status = seen(hub.browser.messages('status'), 1);
        const { client } = await connect({
          will: { topic: 'status', payload: 'gone', qos: 1, retain: true },
        });
        await hub.untilSubscribed(1);
        client.kill();
        expect(await status).toEqual(['status gone']);
      });

      it('gets what is retained, and what is published after that', async () => {
        await hub.browser.publish('led/21/duty', '40', { retain: true });
        const { client } = await connect();
        await client.subscribe('led/#', { qos: 1 });
        expect(await client.next('message')).toMatchObject({ payload: '40', retain: true });
        await hub.browser.publish('led/21/duty', '41', { retain: true });
        expect(await client.next('message')).toMatchObject({ payload: '41', retain: false });
      });

      it('unsubscribes', async () => {
        const { client } = await connect();
        await client.subscribe('a', { qos: 1 });
        await client.subscribe('b', { qos: 1 });
        client.tell({ do: 'unsubscribe', topic: 'a' });
        await client.next('unsubscribe');
        await hub.browser.publish('a', 'no');
        await hub.browser.publish('b', 'yes');
        expect(await client.next('message')).toMatchObject({ topic: 'b' });
      });
    });

    it('passes MQTT 5’s properties on, and has subscription options', async () => {
      const publisher = new Paho(5, 'tcp', hub.tcpPort, {});
      const subscriber = new Paho(5, 'websockets', hub.wsPort, {});
      clients.push(publisher, subscriber);
      await Promise.all([publisher.next('connect'), subscriber.next('connect')]);
      const options = { qos: 1, retainAsPublished: true, noLocal: true };
      await subscriber.subscribe('a', options, { properties: { SubscriptionIdentifier: 9 } });
      const properties = {
        ContentType: 'text',
        ResponseTopic: 'b',
        UserProperty: [
          ['x', '1'],
          ['x', '2'],
        ],
        MessageExpiryInterval: 60,
      };
      subscriber.tell({ do: 'publish', topic: 'a', payload: 'own' });
      publisher.tell({ do: 'publish', topic: 'a', payload: 'y', qos: 1, retain: true, properties });
      expect(await subscriber.next('message')).toMatchObject({
        payload: 'y',
        retain: true,
        properties: { ...properties, SubscriptionIdentifier: [9] },
      });
    });

    it('is told in MQTT 5 that its session was taken over', async () => {
      const [first, second] = [
        new Paho(5, 'tcp', hub.tcpPort, { clientId: 'same' }),
        new Paho(5, 'tcp', hub.tcpPort, { clientId: 'same' }),
      ];
      clients.push(first, second);
      const told = await Promise.race([first.next('disconnect'), second.next('disconnect')]);
      expect(told).toMatchObject({ code: 0x8e });
    });
  });
});
