import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JoinedProgress } from '../../../../hub/cluster/joined-journal.ts';
import { HubError } from '../../../../hub/core/error.ts';
import { Message } from '../../../../hub/core/message.ts';
import type { Packet, PublishPacket } from '../../../../hub/gateways/mqtt/codec/index.ts';
import { SlowJournal } from '../../core/slow-journal.ts';
import { connect, MqttHub, publish, settle, subscribe, type TestClient, text } from './mqtt-hub.ts';

/** A hub whose store does not answer until the test says so, as during an election of NATS servers. */
function waitingHub(): { readonly hub: MqttHub; readonly journal: SlowJournal } {
  const journal = new SlowJournal();
  return { hub: new MqttHub({ journal }), journal };
}

/** A hub of a cluster: the sessions are safe in the hub's own log, and messages once they have come back from all hubs. */
function joinedHub(): {
  readonly hub: MqttHub;
  readonly sessions: SlowJournal;
  readonly journal: SlowJournal;
} {
  const [sessions, messages] = [new SlowJournal(), new SlowJournal()];
  const joined = Object.assign(new JoinedProgress([sessions, messages]), {
    ofSessions: sessions,
    commit: () => undefined,
    retain: () => messages.retain(),
    forget: () => messages.forget(),
    begin: () => sessions.begin(),
  });
  return { hub: new MqttHub({ journal: joined }), sessions, journal: messages };
}

/** A PUBLISH that the hub must not acknowledge before the journal is safe. */
const kept = (packetIdentifier: number) =>
  publish(`kept/${packetIdentifier}`, 'x', { qos: 1, packetIdentifier, retain: true });

const types = (packets: readonly Packet[]) => packets.map(({ type }) => type);

const ELECTION_MS = 9_000;

describe('while the store does not answer', () => {
  test('a client with a keep alive of 5 s gets its PINGRESP each time, and its PUBACK at the end', async () => {
    const { hub, journal } = waitingHub();
    const client = await hub.connect({ keepAlive: 5 });
    expect(await client.exchange(kept(1))).toEqual([]);
    for (let elapsed = 0; elapsed < ELECTION_MS; elapsed += 2_500) {
      expect(types(await client.exchange({ type: 'pingreq' }))).toEqual(['pingresp']);
      await hub.advance(2_500);
    }
    journal.makeSafe();
    expect(types(await client.take())).toEqual(['puback']);
  });

  test('a slider moves for the people who drag and watch it, even after other publishing', async () => {
    const { hub } = waitingHub();
    const [dragger, watcher] = [await hub.connect({ clientIdentifier: 'd' }), await hub.connect()];
    for (const client of [dragger, watcher]) {
      await client.exchange(subscribe('led/21/duty', { qos: 0 }));
      await client.exchange(kept(1));
    }
    for (const duty of ['10', '20', '30']) {
      dragger.send(publish('led/21/duty', duty, { retain: true }));
      expect((await watcher.take()).map(text)).toEqual([duty]);
      expect((await dragger.take()).map(text)).toEqual([duty]);
    }
  });

  test('a message of QoS 1 waits, but none of QoS 0 after it', async () => {
    const { hub, journal } = waitingHub();
    const client = await hub.connect();
    await client.exchange(subscribe('#', { qos: 1 }));
    await client.exchange(kept(1));
    hub.hub.publish(new Message('a', '1', { qos: 1 }));
    hub.hub.publish(new Message('a', '0'));
    expect((await client.take()).map(text)).toEqual(['0']);
    journal.makeSafe();
    const rest = await client.take();
    expect(rest).toMatchObject([{ type: 'puback' }, { topic: 'kept/1' }, { topic: 'a', qos: 1 }]);
  });

  test('a message of QoS 1 does not wait for what its receiver has published to other hubs, but for its session', async () => {
    const { hub, sessions, journal } = joinedHub();
    const client = await hub.connect();
    await client.exchange(subscribe('#', { qos: 1 }));
    await client.exchange(kept(1));
    sessions.position++;
    hub.hub.publish(new Message('a', '1', { qos: 1 }));
    expect(await client.take()).toEqual([]);
    sessions.makeSafe();
    expect(await client.take()).toMatchObject([{ topic: 'a', qos: 1 }]);
    journal.makeSafe();
    expect(types(await client.take())).toEqual(['puback']);
  });

  test('nothing comes before the CONNACK of a kept session, not even a PINGRESP', async () => {
    const { hub, journal } = waitingHub();
    const client = hub.open();
    client.send(connect({ cleanStart: false, properties: { sessionExpiryInterval: 100 } }));
    await settle();
    client.send(subscribe('a', { qos: 0 }), { type: 'pingreq' });
    await settle();
    hub.hub.publish(new Message('a', 'x'));
    expect(await client.take()).toEqual([]);
    journal.makeSafe();
    expect(types(await client.take())).toEqual(['connack', 'suback', 'pingresp', 'publish']);
  });

  test('a client that is disconnected gets the messages of QoS 0, but no acknowledgement', async () => {
    const { hub } = waitingHub();
    const client = await hub.connect();
    await client.exchange(subscribe('led/21/status', { qos: 0 }));
    client.send(kept(1));
    hub.hub.publish(new Message('led/21/status', 'offline'));
    hub.sessions.closeAll(new HubError('hub/closing', 'the hub is closing'));
    expect(types(await client.take())).toEqual(['publish', 'disconnect']);
  });
});

const TOPICS = ['t/a', 't/b', 't/c'] as const;

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ topic: fc.constantFrom(...TOPICS), qos: fc.constantFrom(0, 1, 2) }) },
  fc.constantFrom('ping', 'acknowledged publish', 'subscribe', 'end of turn', 'safe', 'session'),
);

/** The topic of a PUBLISH, even if it is left out for an alias. */
class Reader {
  readonly #aliases = new Map<number, string>();

  topicOf({ topic, topicAlias }: PublishPacket): string | undefined {
    if (topicAlias === undefined) return topic;
    if (topic !== '') this.#aliases.set(topicAlias, topic);
    return this.#aliases.get(topicAlias);
  }
}

/** Accepts all messages as `topic qos payload`, and answers those of QoS 1 and 2. */
async function readAll(client: TestClient, reader: Reader): Promise<string[]> {
  const packets = await client.take();
  for (const packet of packets) {
    const { packetIdentifier } = packet as PublishPacket;
    if (packet.type === 'publish' && packet.qos > 0)
      client.send({ type: packet.qos === 1 ? 'puback' : 'pubrec', packetIdentifier, reasonCode: 0 });
    if (packet.type === 'pubrel') client.send({ type: 'pubcomp', packetIdentifier, reasonCode: 0 });
  }
  const messages = packets.filter((packet) => packet.type === 'publish');
  return messages.map((packet) => `${reader.topicOf(packet)} ${packet.qos} ${text(packet)}`);
}

/** Makes a change that is not safe, or makes the pending one safe. */
function change(journal: SlowJournal): void {
  if (journal.isSafe(journal.position)) journal.position++;
  else journal.makeSafe();
}

describe('whatever waits, and whenever it is safe', () => {
  test('messages come in order for each topic and QoS, none is missing, and every topic alias is known [MQTT-4.6.0-6]', async () => {
    const law = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { hub, journal, sessions } = joinedHub();
      const reader = new Reader();
      const client = await hub.connect({ properties: { topicAliasMaximum: 4 } });
      await client.exchange(subscribe('t/#'));
      const sent: string[] = [];
      const got: string[] = [];
      for (const [index, what] of steps.entries()) {
        if (typeof what === 'object') {
          sent.push(`${what.topic} ${what.qos} ${index}`);
          hub.hub.publish(new Message(what.topic, `${index}`, { qos: what.qos as 0 | 1 | 2 }));
        } else if (what === 'ping') client.send({ type: 'pingreq' });
        else if (what === 'acknowledged publish') client.send(kept(index + 1));
        else if (what === 'subscribe') client.send(subscribe('other', {}, { packetIdentifier: index + 1 }));
        else if (what === 'safe') journal.makeSafe();
        else if (what === 'session') change(sessions);
        else got.push(...(await readAll(client, reader)));
      }
      while (got.length < sent.length) {
        await settle();
        journal.makeSafe();
        sessions.makeSafe();
        const more = await readAll(client, reader);
        if (more.length === 0) break;
        got.push(...more);
      }
      for (const topic of TOPICS)
        for (const qos of [0, 1, 2]) {
          const isOne = (entry: string) => entry.startsWith(`${topic} ${qos} `);
          expect(got.filter(isOne)).toEqual(sent.filter(isOne));
        }
    });
    await fc.assert(law, { numRuns: 100 });
  });
});
