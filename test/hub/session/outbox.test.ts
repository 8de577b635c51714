import { describe, expect, it } from 'vitest';
import { ALL_RIGHTS } from '../../../hub/core/rights.ts';
import type { FakeLink, Packet } from './fake-link.ts';
import { Fixture, texts } from './fixture.ts';

/** A client that acknowledges everything within the call, as one in the same process may. */
function acknowledgeAtOnce(
  link: FakeLink,
  to: () => { acknowledge(id: number): unknown; receive(id: number): unknown; complete(id: number): unknown },
) {
  link.onPacket = (packet: Packet) => {
    if (packet.type === 'release') to().complete(packet.packetIdentifier);
    else if (packet.type === 'tracked' && packet.qos === 1) to().acknowledge(packet.packetIdentifier);
    else if (packet.type === 'tracked') to().receive(packet.packetIdentifier);
  };
}

describe('Messages of QoS 1 and 2 to a client', () => {
  it('go at the lower of the publisher’s and the subscription’s quality of service [MQTT-3.8.4-8]', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    client.subscribe('zero/+', { qos: 0 });
    client.subscribe('one/+', { qos: 1 });
    client.subscribe('two/+', { qos: 2 });
    for (const kind of ['zero', 'one', 'two'])
      for (const qos of [0, 1, 2] as const) fixture.publish(`${kind}/${qos}`, '', qos);
    const seen = client.link.packets.map((packet) =>
      packet.type === 'tracked'
        ? [packet.message.topic, packet.qos]
        : packet.type === 'publish'
          ? [packet.message.topic, 0]
          : [],
    );
    expect(seen).toEqual([
      ['zero/0', 0],
      ['zero/1', 0],
      ['zero/2', 0],
      ['one/0', 0],
      ['one/1', 1],
      ['one/2', 1],
      ['two/0', 0],
      ['two/1', 1],
      ['two/2', 2],
    ]);
  });

  it('have packet identifiers of their own, none of them 0, and used again only when free [MQTT-2.2.1-4]', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    client.subscribe('a');
    fixture.publish('a', 'held', 1);
    const held = client.link.tracked[0]?.packetIdentifier ?? 0;
    const used = new Set<number>();
    client.link.onPacket = (packet) => {
      if (packet.type !== 'tracked') return;
      used.add(packet.packetIdentifier);
      client.session.acknowledge(packet.packetIdentifier);
    };
    for (let n = 0; n < 70_000; n++) fixture.publish('a', '', 1);
    expect(used.has(held)).toBe(false);
    expect([Math.min(...used), Math.max(...used)]).toEqual([2, 65_535]);
  });

  it('have distinct packet identifiers as long as any are free', () => {
    const fixture = new Fixture({ inFlight: 100_000 });
    const client = fixture.connect('c');
    client.subscribe('a');
    for (let n = 0; n < 65_540; n++) fixture.publish('a', '', 1);
    expect(new Set(client.link.tracked.map(({ packetIdentifier }) => packetIdentifier)).size).toBe(65_535);
    expect(client.link.packets).toHaveLength(65_535);
    const [first] = client.link.tracked;
    client.session.acknowledge(first?.packetIdentifier ?? 0);
    expect(client.link.tracked.at(-1)?.packetIdentifier).toBe(first?.packetIdentifier);
  });

  it('are at most as many at once as the client receives [MQTT-3.3.4-9], QoS 2 until PUBCOMP', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c', { receiveMaximum: 2 });
    client.subscribe('a');
    fixture.publish('a', '0', 1);
    for (const text of texts(3, 1)) fixture.publish('a', text, 2);
    expect(client.link.texts).toEqual(texts(2));
    const [first, second] = client.link.tracked.map(({ packetIdentifier }) => packetIdentifier) as [
      number,
      number,
    ];
    client.session.receive(second);
    expect(client.link.texts).toEqual(texts(2));
    client.session.acknowledge(first);
    expect(client.link.texts).toEqual(texts(3));
    client.session.complete(second);
    expect(client.link.texts).toEqual(texts(4));
  });

  it('are at most as many at once as the hub lets be in flight', () => {
    const fixture = new Fixture({ inFlight: 3 });
    const client = fixture.connect('c');
    client.subscribe('a');
    for (const text of texts(5)) fixture.publish('a', text, 1);
    expect(client.link.texts).toEqual(texts(3));
    client.session.acknowledge(client.link.tracked[0]?.packetIdentifier ?? 0);
    expect(client.link.texts).toEqual(texts(4));
  });

  it('go through both halves of QoS 2', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    client.subscribe('a');
    fixture.publish('a', '1', 2);
    const id = client.link.tracked[0]?.packetIdentifier ?? 0;
    expect(client.session.receive(id)).toBe(true);
    expect(client.link.packets.at(-1)).toEqual({ type: 'release', packetIdentifier: id });
    expect(client.session.receive(id)).toBe(true); // Received twice, answered twice.
    expect(client.session.complete(id)).toBe(true);
    expect(client.session.complete(id)).toBe(false);
    expect(client.session.receive(id)).toBe(false);
  });

  it('end with a PUBREC that refuses them [MQTT-4.3.3-4]', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c', { receiveMaximum: 1 });
    client.subscribe('a');
    fixture.publish('a', 'refused', 2);
    fixture.publish('a', 'next', 2);
    expect(client.session.refuse(client.link.tracked[0]?.packetIdentifier ?? 0)).toBe(true);
    expect(client.link.texts).toEqual(['refused', 'next']);
    expect(client.session.refuse(4711)).toBe(false);
  });

  it.each(['acknowledge', 'receive', 'refuse', 'complete'] as const)(
    'ignore %s for an unknown identifier',
    (act) => {
      const client = new Fixture().connect('c');
      expect(client.session[act](7)).toBe(false);
    },
  );

  it('do not take an acknowledgement of another quality of service', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    client.subscribe('a');
    fixture.publish('a', '', 1);
    fixture.publish('a', '', 2);
    const [one, two] = client.link.tracked.map(({ packetIdentifier }) => packetIdentifier) as [
      number,
      number,
    ];
    const violation = expect.objectContaining({ code: 'protocol/violation' });
    expect(() => client.session.acknowledge(two)).toThrow(violation);
    expect(() => client.session.receive(one)).toThrow(violation);
    expect(() => client.session.refuse(one)).toThrow(violation);
    expect(() => client.session.complete(one)).toThrow(violation);
    expect(() => client.session.complete(two)).toThrow(violation); // Before its PUBREC.
  });

  it('count as done if they are larger than the client accepts [MQTT-3.1.2-25]', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c', { receiveMaximum: 1, maximumPayload: 10 });
    client.subscribe('a');
    for (const qos of [0, 1, 2] as const) fixture.publish('a', 'x'.repeat(11), qos);
    fixture.publish('a', 'fits', 1);
    expect(client.link.texts).toEqual(['fits']);
    expect(fixture.sessions.counters).toMatchObject({ dropped: 3, sent: 1 });
  });

  it.each([1, 65_535])(
    'go on if the client acknowledges within the call, receiving %i at once',
    (receiveMaximum) => {
      const fixture = new Fixture();
      const client = fixture.connect('c', { receiveMaximum });
      client.subscribe('a');
      client.drop();
      for (const text of texts(500)) fixture.publish('a', text, Number(text) % 2 === 0 ? 1 : 2);
      const again = fixture.connect('c', {
        receiveMaximum,
        prepare: (link) => acknowledgeAtOnce(link, () => client.session),
      });
      fixture.publish('a', '500', 2);
      expect(again.link.texts).toEqual(texts(501));
      expect(again.link.tracked.some(({ duplicate }) => duplicate)).toBe(false);
      again.drop();
      const third = fixture.connect('c');
      expect(third.link.packets).toEqual([]);
    },
  );
});

describe('After a reconnection', () => {
  it('what was in flight is sent again, in order, as a duplicate [MQTT-4.4.0-1] [MQTT-3.3.1-1], then what waited', () => {
    const fixture = new Fixture({ inFlight: 4 });
    const client = fixture.connect('c');
    client.subscribe('a');
    for (const text of texts(6)) fixture.publish('a', text, text === '1' || text === '3' ? 2 : 1);
    const ids = client.link.tracked.map(({ packetIdentifier }) => packetIdentifier);
    client.session.receive(ids[1] ?? 0);
    client.session.acknowledge(ids[2] ?? 0); // Makes room for '4'.
    client.drop();
    fixture.publish('a', '6', 1);
    const { link, session } = fixture.connect('c');
    expect(
      link.packets.map((packet) =>
        packet.type === 'tracked' ? [packet.message.text, packet.duplicate] : packet,
      ),
    ).toEqual([['0', true], { type: 'release', packetIdentifier: ids[1] }, ['3', true], ['4', true]]);
    expect(link.tracked[0]?.packetIdentifier).toBe(ids[0]);
    session.complete(ids[1] ?? 0);
    session.acknowledge(ids[0] ?? 0);
    expect(link.tracked.slice(3).map(({ message, duplicate }) => [message.text, duplicate])).toEqual([
      ['5', false],
      ['6', false],
    ]);
  });

  it('the order is that of sending, not of packet identifiers', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    client.subscribe('a');
    for (let n = 0; n < 65_530; n++) {
      fixture.publish('a', 'before', 1);
      const { packetIdentifier } = client.link.packets.pop() as { packetIdentifier: number };
      client.session.acknowledge(packetIdentifier);
    }
    for (const text of texts(20)) fixture.publish('a', text, 1);
    client.drop();
    expect(fixture.connect('c').link.texts).toEqual(texts(20));
  });

  it('no more is sent again at once than the client accepts now [MQTT-3.3.4-9]', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    client.subscribe('a');
    for (const text of texts(4)) fixture.publish('a', text, 1);
    client.drop();
    fixture.publish('a', '4', 1);
    const { link, session } = fixture.connect('c', { receiveMaximum: 2 });
    expect(link.texts).toEqual(texts(2));
    for (const expected of [3, 4, 5]) {
      const oldest = link.tracked[expected - 3];
      session.acknowledge(oldest?.packetIdentifier ?? 0);
      expect(link.texts).toEqual(texts(expected));
    }
    expect(link.tracked.map(({ duplicate }) => duplicate)).toEqual([true, true, true, true, false]);
  });

  it('what the client has acknowledged meanwhile is not sent again', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    client.subscribe('a');
    for (const text of texts(3)) fixture.publish('a', text, 1);
    const ids = client.link.tracked.map(({ packetIdentifier }) => packetIdentifier);
    client.drop();
    const { link, session } = fixture.connect('c', { receiveMaximum: 1 });
    session.acknowledge(ids[1] ?? 0); // Late, but known.
    expect(link.texts).toEqual(['0']);
    session.acknowledge(ids[0] ?? 0);
    expect(link.texts).toEqual(['0', '2']);
  });

  it('what is sent again waits for a network that is slow', () => {
    const fixture = new Fixture({ bufferedBytes: 100 });
    const client = fixture.connect('c');
    client.subscribe('a');
    for (const text of texts(5)) fixture.publish('a', text.repeat(60), 1);
    client.drop();
    const { link, session } = fixture.connect('c', {
      prepare: (fresh) => {
        fresh.isStalled = true;
      },
    });
    expect(link.texts).toHaveLength(2);
    link.drain();
    session.resume();
    expect(link.texts).toHaveLength(5);
  });
});

describe('A new message', () => {
  it('does not overtake messages that are resent or waiting, even if the network is free again', () => {
    const fixture = new Fixture({ bufferedBytes: 100 });
    const client = fixture.connect('c');
    client.subscribe('a');
    for (const text of texts(3)) fixture.publish('a', `${text}${'x'.repeat(60)}`, 1);
    client.drop();
    const { link, session } = fixture.connect('c', {
      prepare: (fresh) => {
        fresh.isStalled = true;
      },
    });
    link.drain(); // But the link has not been told yet.
    fixture.publish('a', '3', 1);
    fixture.publish('a', '4', 1);
    session.resume();
    expect(link.texts.map((text) => text?.[0])).toEqual(texts(5));
  });

  it('does not overtake waiting messages, even if the network is free again', () => {
    const fixture = new Fixture({ bufferedBytes: 100 });
    const client = fixture.connect('c');
    client.subscribe('a');
    client.link.isStalled = true;
    for (const text of texts(3)) fixture.publish('a', `${text}${'x'.repeat(60)}`, 1);
    client.link.drain(); // But the link has not been told yet.
    fixture.publish('a', '3', 1);
    client.session.resume();
    expect(client.link.texts.map((text) => text?.[0])).toEqual(texts(4));
  });
});

describe('A queue for a client that is away', () => {
  it('keeps QoS 1 and 2 in order, and not QoS 0', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    client.subscribe('a');
    client.drop();
    for (const text of texts(9)) fixture.publish('a', text, (Number(text) % 3) as 0 | 1 | 2);
    expect(fixture.connect('c').link.texts).toEqual(['1', '2', '4', '5', '7', '8']);
  });

  it('has room for a limited number of messages, and counts the others, which it drops', () => {
    const fixture = new Fixture({ queuedMessages: 3 });
    const client = fixture.connect('c');
    client.subscribe('a');
    client.drop();
    for (const text of texts(5)) fixture.publish('a', text, 1);
    expect(fixture.sessions.counters).toMatchObject({ dropped: 2, queuedMessages: 3 });
    expect(fixture.connect('c').link.texts).toEqual(texts(3));
    expect(fixture.sessions.counters).toMatchObject({ dropped: 2, queuedMessages: 0, queuedBytes: 0 });
  });

  it('has room for a limited number of bytes, including topics and properties', () => {
    const fixture = new Fixture({ queuedBytes: 10_000 });
    const client = fixture.connect('c');
    client.subscribe('#');
    client.drop();
    fixture.publish('a'.repeat(5_000), '', 1);
    fixture.publish('a'.repeat(5_000), '', 1);
    fixture.publish('a', '', 1, { properties: { userProperties: [['name', 'x'.repeat(9_000)]] } });
    fixture.publish('a', 'x'.repeat(4_000), 1);
    expect(fixture.sessions.counters).toMatchObject({ dropped: 2, queuedMessages: 2 });
    expect(fixture.sessions.counters.queuedBytes).toBeLessThanOrEqual(10_000);
  });

  it('shares the room of all queues with the others', () => {
    const fixture = new Fixture({ totalQueuedBytes: 5_000 });
    for (const id of ['c', 'd']) {
      const client = fixture.connect(id);
      client.subscribe(id);
      client.drop();
    }
    fixture.publish('c', 'x'.repeat(4_000), 1);
    fixture.publish('d', 'x'.repeat(4_000), 1);
    expect(fixture.sessions.counters).toMatchObject({ dropped: 1, queuedMessages: 1 });
    const { session } = fixture.connect('c');
    fixture.publish('d', 'x'.repeat(4_000), 1);
    expect(fixture.sessions.counters).toMatchObject({ dropped: 2, queuedMessages: 0 }); // It is in flight: not finished yet.
    session.acknowledge(1);
    fixture.publish('d', 'x'.repeat(4_000), 1);
    expect(fixture.sessions.counters).toMatchObject({ dropped: 2, queuedMessages: 1, inFlightBytes: 0 });
  });

  it('has no more in flight to all clients together than there is room for', () => {
    const fixture = new Fixture({ totalQueuedBytes: 50_000 });
    const [one, other] = [fixture.connect('c'), fixture.connect('d')];
    one.subscribe('a', { qos: 1 });
    other.subscribe('b', { qos: 1 });
    fixture.publish('a', 'x'.repeat(40_000), 1);
    fixture.publish('b', 'x'.repeat(40_000), 1);
    expect([one, other].map(({ link }) => link.texts.length)).toEqual([1, 0]);
    expect(fixture.sessions.counters.dropped).toBe(1);
    one.session.acknowledge(1);
    fixture.publish('b', 'x'.repeat(40_000), 1);
    expect(other.link.texts).toHaveLength(1);
  });

  describe('that one account fills as far as it can', () => {
    const owner = (name: string) => ({ name, accountId: '', credentialIds: [], rights: ALL_RIGHTS });

    function fill(fixture: Fixture): void {
      for (let n = 0; n < 10; n++) {
        const client = fixture.connect(`eve ${n}`, { owner: owner('eve') });
        client.subscribe('junk', { qos: 1 });
        client.drop();
      }
      for (const size of [30_000, 3_000, 0]) {
        for (let n = 0; n < 100; n++) fixture.publish('junk', 'x'.repeat(size), 1);
      }
    }

    it('leaves room for accounts that hold little, whether their clients are connected or away', () => {
      const fixture = new Fixture({ totalQueuedBytes: 1_000_000 });
      const clients = ['there', 'away'].map((id) => fixture.connect(id, { owner: owner('bob') }));
      for (const client of clients) client.subscribe('led/#', { qos: 1 });
      clients[1]?.drop();
      fill(fixture);
      for (let n = 0; n < 3; n++) fixture.publish('led/21/duty', 'x'.repeat(10_000), 1);
      expect(clients[0]?.link.texts).toHaveLength(3);
      expect(fixture.connect('away', { owner: owner('bob') }).link.texts).toHaveLength(3);
    });

    it('still sends one small message at a time to clients that come later', () => {
      const fixture = new Fixture({ totalQueuedBytes: 1_000_000 });
      fill(fixture);
      const bob = fixture.connect('bob', { owner: owner('bob') });
      bob.subscribe('led/#', { qos: 1 });
      for (let n = 1; n <= 3; n++) {
        fixture.publish('led/21/duty', `${n}`, 1);
        bob.session.acknowledge(n);
      }
      fixture.publish('led/21/duty', 'x'.repeat(20_000), 1);
      expect(bob.link.texts).toEqual(['1', '2', '3']);
    });

    it('counts what moves to another account with its session', () => {
      const fixture = new Fixture({ totalQueuedBytes: 1_000_000 });
      fill(fixture);
      const clients = Array.from({ length: 10 }, (_, n) => fixture.connect(`eve ${n}`));
      for (const { link, session } of clients) {
        for (let id = 1; id <= link.tracked.length; id++) session.acknowledge(id);
      }
      const { counters } = fixture.sessions;
      expect([counters.queuedBytes, counters.inFlightBytes]).toEqual([0, 0]);
      fixture.connect('bob', { owner: owner('bob') });
      fill(fixture);
      expect(counters.queuedBytes).toBeGreaterThan(800_000);
    });
  });

  it('delivers nothing that has expired [MQTT-3.3.2-5]', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    client.subscribe('a');
    client.drop();
    fixture.publish('a', 'short', 1, { expiresAt: 1_000 });
    fixture.publish('a', 'long', 1, { expiresAt: 10_000 });
    fixture.clock.pass(1_000);
    expect(fixture.connect('c').link.texts).toEqual(['long']);
    expect(fixture.sessions.counters).toMatchObject({ expired: 1, sent: 1 });
  });

  it('makes room by forgetting what has expired', () => {
    const fixture = new Fixture({ queuedMessages: 2 });
    const client = fixture.connect('c');
    client.subscribe('a');
    client.drop();
    fixture.publish('a', 'stale', 1, { expiresAt: 1_000 });
    fixture.publish('a', 'good', 1);
    fixture.clock.pass(1_000);
    fixture.publish('a', 'fresh', 1);
    fixture.publish('a', 'too many', 1);
    expect(fixture.sessions.counters).toMatchObject({ expired: 1, dropped: 1 });
    expect(fixture.connect('c').link.texts).toEqual(['good', 'fresh']);
  });

  it('gives its room back when the session ends', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c', { expirySeconds: 10 });
    client.subscribe('a');
    client.drop();
    for (const text of texts(200)) fixture.publish('a', text, 1);
    expect(fixture.sessions.counters.queuedMessages).toBe(200);
    fixture.clock.pass(10_000);
    expect(fixture.sessions.counters).toMatchObject({ queuedMessages: 0, queuedBytes: 0 });
  });

  it('keeps nothing for a session that ended while a message was on its way', () => {
    const fixture = new Fixture();
    const [away, killer] = [fixture.connect('away'), fixture.connect('killer')];
    killer.subscribe('a', { qos: 0 });
    away.subscribe('b');
    away.drop();
    killer.link.onPacket = () => {
      fixture.publish('b', 'on its way', 1);
      fixture.sessions.open({ clientIdentifier: 'away', cleanStart: true, expirySeconds: 0 });
    };
    fixture.publish('a', '');
    expect(fixture.sessions.counters).toMatchObject({ queuedMessages: 0, queuedBytes: 0 });
  });

  it('stays fast to take from, and in order, however long it is', () => {
    const fixture = new Fixture({ queuedMessages: 50_000, inFlight: 1 });
    const client = fixture.connect('c');
    client.subscribe('a');
    client.drop();
    for (const text of texts(20_000)) fixture.publish('a', text, 1);
    const { link, session } = fixture.connect('c');
    let seen = 0;
    for (let packet = link.packets[seen]; packet?.type === 'tracked'; packet = link.packets[++seen]) {
      session.acknowledge(packet.packetIdentifier);
    }
    expect(link.texts).toEqual(texts(20_000));
  });
});
