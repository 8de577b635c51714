import { describe, expect, test } from 'vitest';
import { Message } from '../../../../hub/core/message.ts';
import { SlowJournal } from '../../core/slow-journal.ts';
import { MqttHub, publish, subscribe, text } from './mqtt-hub.ts';

/** A PUBLISH that the hub must not acknowledge before the journal is safe. */
const kept = (packetIdentifier: number, payload = 'x') =>
  publish(`kept/${packetIdentifier}`, payload, { qos: 1, packetIdentifier, retain: true });

/** A hub that counts clients as slow from this many unsent bytes, and whose journal takes its time. */
function slowHub(bufferedBytes: number): { hub: MqttHub; journal: SlowJournal } {
  const journal = new SlowJournal();
  return { hub: new MqttHub({ journal, sessionLimits: { bufferedBytes } }), journal };
}

describe('a client that is slow because the journal is', () => {
  test('gets its waiting messages once the journal is safe, even if the network never held anything back', async () => {
    const { hub, journal } = slowHub(1_000);
    const client = await hub.connect();
    await client.exchange(subscribe('#', { qos: 1 }));
    await client.exchange(kept(1, 'x'.repeat(2_000)));
    hub.hub.publish(new Message('waits', 'one', { retain: true })); // Other messages are dropped.
    expect(await client.take()).toEqual([]);
    journal.makeSafe();
    expect((await client.takeMessages()).map(({ topic }) => topic)).toEqual(['kept/1', 'waits']);
    hub.hub.publish(new Message('waits', 'two'));
    expect((await client.takeMessages()).map(text)).toEqual(['two']);
  });

  test('gets everything in order, whatever becomes safe at the same time', async () => {
    const { hub, journal } = slowHub(1_500);
    const client = await hub.connect();
    await client.exchange(subscribe('#', { qos: 1 }));
    for (const packetIdentifier of [1, 2]) {
      await client.exchange(kept(packetIdentifier, 'x'.repeat(1_000)));
    }
    hub.hub.publish(new Message('waits', 'y'.repeat(100_000), { retain: true }));
    journal.makeSafe();
    const topics = (await client.takeMessages()).map(({ topic }) => topic);
    expect(topics).toEqual(['kept/1', 'kept/2', 'waits']);
  });

  test('is not read while too many replies wait for the journal', async () => {
    const { hub, journal } = slowHub(8);
    const client = await hub.connect({ protocolVersion: 4 }); // Its acknowledgements have four bytes each.
    for (const packetIdentifier of [1, 2, 3, 4]) await client.exchange(kept(packetIdentifier));
    expect(client.transport.isPaused).toBe(false);
    client.send(kept(5));
    expect(client.transport.isPaused).toBe(true);
    journal.makeSafe();
    expect(await client.take()).toHaveLength(5);
    expect(client.transport.isPaused).toBe(false);
  });

  test('holds what waits for the journal', async () => {
    const { hub, journal } = slowHub(10_000);
    const client = await hub.connect();
    await client.exchange(subscribe('#', { qos: 1 }));
    await client.exchange(kept(1, 'x'.repeat(2_000)));
    const heldBytes = () => [...hub.gateway.holders].reduce((sum, holder) => sum + holder.heldBytes, 0);
    expect(heldBytes()).toBeGreaterThan(2_000);
    journal.makeSafe();
    expect(heldBytes()).toBe(0);
  });
});

describe("a message that MQTT 5 cannot express is not its publisher's concern", () => {
  const contentType = 'longer than MQTT 5 can say '.repeat(3_000);

  test('if it is much for one turn: the subscriber is let go', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    await client.exchange(subscribe('t'));
    const receivers = hub.hub.publish(new Message('t', 'x'.repeat(100_000), { properties: { contentType } }));
    expect(receivers).toBe(1);
    expect(await client.take()).toMatchObject([{ type: 'disconnect' }]);
  });

  test('if its length is to be compared with the maximum packet size: it counts as too large', async () => {
    const hub = new MqttHub();
    const client = await hub.connect({ properties: { maximumPacketSize: 1_000_000 } });
    await client.exchange(subscribe('t'));
    hub.hub.publish(new Message('t', 'x', { properties: { contentType } }));
    hub.hub.publish(new Message('t', 'y'));
    expect((await client.takeMessages()).map(text)).toEqual(['y']);
    expect(hub.sessions.counters.drops.tooLarge).toBe(1);
  });
});
