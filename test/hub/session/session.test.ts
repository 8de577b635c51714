import { describe, expect, it } from 'vitest';
import { parseTopicFilter } from '../../../hub/core/filter.ts';
import { Message, OWN, RETAIN, RETAINED } from '../../../hub/core/message.ts';
import { PLAIN_TERMS, type Subscription, type Terms } from '../../../hub/core/subscription.ts';
import { type Client, Fixture, texts } from './fixture.ts';

function subscribe(client: Client, filter: string, terms: Partial<Terms> = {}): Subscription {
  return client.session.subscribe(parseTopicFilter(filter), { ...PLAIN_TERMS, ...terms }).subscription;
}

function retain(fixture: Fixture, topic: string, text: string, qos: 0 | 1 | 2 = 0): void {
  fixture.publish(topic, text, qos, { retain: true });
}

/** Topic and flags of everything that arrived at QoS 0. */
function deliveries(client: Client): [string, number][] {
  return client.link.packets.flatMap((packet) =>
    packet.type === 'publish' ? [[packet.message.topic, packet.flags] as [string, number]] : [],
  );
}

describe('A session', () => {
  it('says of a delivery whether it is the client’s own', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    subscribe(client, '#');
    client.session.publish(new Message('own', ''));
    fixture.publish('other', '');
    expect(deliveries(client)).toEqual([
      ['own', OWN],
      ['other', 0],
    ]);
  });

  it('clears the retain flag of what is published, unless it is to be kept [MQTT-3.3.1-12] [MQTT-3.3.1-13]', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    subscribe(client, 'a');
    subscribe(client, 'b', { retainAsPublished: true });
    for (const topic of ['a', 'b']) retain(fixture, topic, '1');
    fixture.publish('b', 'not retained');
    expect(deliveries(client)).toEqual([
      ['a', RETAIN],
      ['b', RETAINED | RETAIN],
      ['b', 0],
    ]);
  });

  it('replaces a subscription with the same filter [MQTT-3.8.4-3]', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    const first = client.session.subscribe(parseTopicFilter('a'), { ...PLAIN_TERMS, identifiers: [1] });
    const second = client.session.subscribe(parseTopicFilter('a'), { ...PLAIN_TERMS, identifiers: [2] });
    fixture.publish('a', '1');
    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(client.link.packets).toMatchObject([{ terms: { identifiers: [2] } }]);
    expect(fixture.hub.subscriptionCount).toBe(1);
  });

  it('ends a subscription, and says whether there was one', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    subscribe(client, 'a');
    expect(client.session.unsubscribe('a')).toBe(true);
    expect(client.session.unsubscribe('a')).toBe(false);
    fixture.publish('a', '1');
    expect(client.link.packets).toEqual([]);
  });

  it('has room for a limited number of subscriptions, and an existing one can always be made again', () => {
    const fixture = new Fixture({ subscriptions: 2 });
    const client = fixture.connect('c');
    subscribe(client, 'a');
    subscribe(client, 'b');
    expect(() => subscribe(client, 'c')).toThrow(expect.objectContaining({ code: 'limit/exceeded' }));
    subscribe(client, 'b');
    expect(fixture.hub.subscriptionCount).toBe(2);
  });

  it('takes no subscription once it has ended', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c', { expirySeconds: 0 });
    client.drop();
    expect(() => subscribe(client, 'a')).toThrow(expect.objectContaining({ code: 'session/closed' }));
    expect(fixture.hub.subscriptionCount).toBe(0);
  });

  describe('a client publishes to it at QoS 2', () => {
    it('takes each packet identifier once, until it is released [MQTT-4.3.3-10]', () => {
      const fixture = new Fixture();
      const [publisher, reader] = [fixture.connect('p'), fixture.connect('r')];
      subscribe(reader, 'a');
      const publish = (text: string) => publisher.session.publishOnce(1, new Message('a', text));
      expect(publish('first')).toBe(1);
      expect(publish('first, again')).toBe(0);
      expect(publisher.session.release(1)).toBe(true);
      expect(publisher.session.release(1)).toBe(false);
      publish('second');
      expect(reader.link.texts).toEqual(['first', 'second']);
    });

    it('remembers unreleased messages over a reconnection, but not over a clean start', () => {
      const fixture = new Fixture();
      const reader = fixture.connect('r');
      subscribe(reader, 'a');
      fixture.connect('p').session.publishOnce(1, new Message('a', 'once'));
      fixture.connect('p').session.publishOnce(1, new Message('a', 'twice'));
      fixture.connect('p', { cleanStart: true }).session.publishOnce(1, new Message('a', 'anew'));
      expect(reader.link.texts).toEqual(['once', 'anew']);
    });

    it('remembers a limited number of identifiers', () => {
      const { session } = new Fixture({ unreleased: 2 }).connect('p');
      for (const id of [1, 2]) session.publishOnce(id, new Message('a', ''));
      expect(() => session.publishOnce(3, new Message('a', ''))).toThrow(
        expect.objectContaining({ code: 'limit/unreleased' }),
      );
      expect(session.publishOnce(2, new Message('a', ''))).toBe(0);
      session.release(1);
      session.publishOnce(3, new Message('a', ''));
      expect([1, 2, 3].map((id) => session.isUnreleased(id))).toEqual([false, true, true]);
    });

    it('does not hold a packet identifier for a message that the hub refuses', () => {
      const { session } = new Fixture({ retainedMessages: 0 }).connect('p');
      expect(() => session.publishOnce(1, new Message('a', '1', { retain: true }))).toThrow('retain');
      expect(session.isUnreleased(1)).toBe(false);
    });
  });
});

describe('What is retained', () => {
  it('comes to a new subscription with the retain flag set, each message on its subscription’s terms [MQTT-3.3.1-8]', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    retain(fixture, 'a/0', 'zero', 0);
    retain(fixture, 'a/1', 'one', 1);
    retain(fixture, 'a/2', 'two', 2);
    client.session.replay([subscribe(client, 'a/+', { qos: 1, identifiers: [5] })]);
    expect(client.link.packets).toMatchObject([
      { type: 'publish', message: { text: 'zero' }, flags: RETAINED, terms: { identifiers: [5] } },
      { type: 'tracked', message: { text: 'one' }, qos: 1, retain: 1, duplicate: false },
      { type: 'tracked', message: { text: 'two' }, qos: 1, retain: 1 },
    ]);
  });

  it('comes once for subscriptions that are made together, and not for shared ones', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    for (const topic of ['a/b', 'a/c', 'd']) retain(fixture, topic, topic);
    const filters = ['a/b', 'a/+', '#', '$share/g/#'];
    client.session.replay(filters.map((filter) => subscribe(client, filter)));
    expect(client.link.texts).toEqual(['a/b', 'a/c', 'd']);
  });

  it('comes after the beginning is announced, one replay after the other', () => {
    const fixture = new Fixture({ bufferedBytes: 1 });
    const client = fixture.connect('c');
    for (const topic of ['a/1', 'a/2', 'b']) retain(fixture, topic, topic);
    client.link.isStalled = true;
    const events: string[] = [];
    client.link.onPacket = (packet) => events.push(packet.type === 'release' ? '' : packet.message.topic);
    client.session.replay([subscribe(client, 'a/+')], () => events.push('begin a'));
    client.session.replay([subscribe(client, 'b')], () => events.push('begin b'));
    expect(events).toEqual(['begin a', 'a/1']);
    for (let turn = 0; turn < 3; turn++) {
      client.link.drain();
      client.link.isStalled = true;
      client.session.resume();
    }
    expect(events).toEqual(['begin a', 'a/1', 'a/2', 'begin b', 'b']);
  });

  it('comes as fast as the client acknowledges, and does not fill its queue', () => {
    const fixture = new Fixture({ queuedMessages: 2 });
    const client = fixture.connect('c', { receiveMaximum: 1 });
    for (const text of texts(50)) retain(fixture, `a/${text}`, text, 1);
    client.session.replay([subscribe(client, 'a/+', { qos: 1 })]);
    for (let n = 0; n < 50; n++) {
      expect(fixture.sessions.counters.queuedMessages).toBeLessThanOrEqual(1);
      client.session.acknowledge(client.link.tracked[n]?.packetIdentifier ?? 0);
    }
    expect(client.link.texts).toEqual(texts(50));
    expect(fixture.sessions.counters.dropped).toBe(0);
  });

  it('comes if the client acknowledges within the call, however much there is', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c', { receiveMaximum: 1 });
    for (const text of texts(20_000)) retain(fixture, `a/${text}`, text, 1);
    client.link.onPacket = (packet) => {
      if (packet.type === 'tracked') client.session.acknowledge(packet.packetIdentifier);
    };
    client.session.replay([subscribe(client, 'a/+', { qos: 1 })]);
    fixture.clock.pass(1_000);
    expect(client.link.packets).toHaveLength(20_000);
  });

  it('does not come any more once its subscription has ended or been replaced [MQTT-3.10.4-2]', () => {
    const fixture = new Fixture({ bufferedBytes: 0 });
    const client = fixture.connect('c');
    for (const topic of ['a/1', 'a/2', 'b/1', 'b/2']) retain(fixture, topic, topic);
    client.link.isStalled = true;
    client.session.replay([subscribe(client, 'a/+')]);
    const old = subscribe(client, 'b/+');
    client.session.replay([old]);
    client.session.unsubscribe('a/+');
    subscribe(client, 'b/+');
    client.link.drain();
    client.session.resume();
    expect(client.link.texts).toEqual(['a/1']);
  });

  it('comes with the next connection if this one ended first', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c', { receiveMaximum: 2 });
    for (const text of texts(5)) retain(fixture, `a/${text}`, text, 1);
    let begun = 0;
    client.session.replay([subscribe(client, 'a/+', { qos: 1 })], () => begun++);
    client.drop();
    const { link, session } = fixture.connect('c');
    for (let n = 0; n < link.tracked.length; n++) session.acknowledge(link.tracked[n]?.packetIdentifier ?? 0);
    expect([...new Set(link.texts)]).toEqual(texts(5));
    expect(begun).toBe(1);
  });

  it('is not announced to a connection that never asked for it', () => {
    const fixture = new Fixture({ bufferedBytes: 0 });
    const client = fixture.connect('c');
    retain(fixture, 'a', '1');
    retain(fixture, 'b', '2');
    client.link.isStalled = true;
    client.session.replay([subscribe(client, 'a')]);
    client.session.replay([subscribe(client, 'b')], () => expect.unreachable('the asker is gone'));
    client.drop();
    expect(fixture.connect('c').link.texts).toEqual(['2']);
  });

  it('is not sent twice when it is replaced while its turn has not come', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c', { receiveMaximum: 1 });
    for (const topic of ['a/1', 'a/2', 'a/3']) retain(fixture, topic, 'old', 2);
    client.session.replay([subscribe(client, 'a/+', { qos: 2 })]);
    retain(fixture, 'a/3', 'new', 2);
    const seen: string[] = [];
    for (let n = 0; n < client.link.tracked.length; n++) {
      const { packetIdentifier, message } = client.link.tracked[n] ?? expect.unreachable();
      seen.push(`${message.topic} ${message.text}`);
      client.session.receive(packetIdentifier);
      client.session.complete(packetIdentifier);
    }
    expect(seen).toEqual(['a/1 old', 'a/2 old', 'a/3 new']);
  });

  it('may keep only a limited number of subscriptions waiting', () => {
    const fixture = new Fixture({ bufferedBytes: 0, subscriptions: 3 });
    const client = fixture.connect('c');
    retain(fixture, 'a', '1');
    client.link.isStalled = true;
    const ask = () => client.session.replay([subscribe(client, 'a')]);
    for (let n = 0; n < 3; n++) ask();
    expect(ask).toThrow(expect.objectContaining({ code: 'limit/exceeded' }));
  });
});

describe('A slow reader at QoS 0', () => {
  function slowReader(limits: ConstructorParameters<typeof Fixture>[0] = {}) {
    const fixture = new Fixture({ bufferedBytes: 100, ...limits });
    const [slow, quick] = [fixture.connect('slow'), fixture.connect('quick')];
    for (const client of [slow, quick]) subscribe(client, '#');
    slow.link.isStalled = true;
    fixture.publish('fill', 'x'.repeat(101));
    const before = slow.link.packets.length;
    const missed = () => slow.link.packets.slice(before);
    const seen = () =>
      missed().map((packet) =>
        packet.type === 'publish' ? `${packet.message.topic} ${packet.message.text}` : '',
      );
    const recover = () => {
      slow.link.drain();
      slow.session.resume();
    };
    return { fixture, slow, quick, seen, recover };
  }

  it('misses messages that are not retained; they are counted, and nobody waits for it', () => {
    const { fixture, quick, seen, recover } = slowReader();
    for (const text of texts(3)) fixture.publish('event', text);
    recover();
    fixture.publish('event', '3');
    expect(seen()).toEqual(['event 3']);
    expect(quick.link.texts.slice(1)).toEqual(texts(4));
    expect(fixture.sessions.counters.dropped).toBe(3);
  });

  it('sees of each topic that is retained the last value, in the order of the last values', () => {
    const { fixture, seen, recover } = slowReader();
    for (const text of texts(3)) {
      retain(fixture, 'led/1', text);
      retain(fixture, 'led/2', text);
    }
    retain(fixture, 'led/1', '3');
    recover();
    expect(seen()).toEqual(['led/2 2', 'led/1 3']);
    expect(fixture.sessions.counters).toMatchObject({ queuedMessages: 0, queuedBytes: 0, dropped: 0 });
  });

  it('never gets a message before an older one that it is still to get', () => {
    const { fixture, slow, seen, recover } = slowReader();
    retain(fixture, 'led/1', 'last');
    slow.link.drain(); // The network is free, but the session has not been told yet.
    retain(fixture, 'led/1', 'later');
    fixture.publish('led/1', 'event'); // Would have overtaken: dropped instead.
    recover();
    expect(seen()).toEqual(['led/1 later']);
  });

  it('gets its last values in small portions if the network accepts them so', () => {
    const { fixture, slow, seen } = slowReader();
    for (const text of texts(4)) retain(fixture, `led/${text}`, 'x'.repeat(60));
    for (let turn = 1; turn <= 2; turn++) {
      slow.link.drain();
      slow.link.isStalled = true;
      slow.session.resume();
      expect(seen()).toHaveLength(turn * 2);
    }
  });

  it.each([
    ['messages', { queuedMessages: 2 }],
    ['bytes', { queuedBytes: 700 }],
    ['bytes of all together', { totalQueuedBytes: 700 }],
  ])('holds on to no more than its queue has room for: %s', (_title, limits) => {
    const { fixture, seen, recover } = slowReader(limits);
    for (const text of texts(4)) retain(fixture, `led/${text}`, 'x'.repeat(100));
    expect(fixture.sessions.counters.queuedMessages).toBe(2);
    recover();
    expect(seen()).toHaveLength(2);
    expect(fixture.sessions.counters).toMatchObject({ dropped: 2, queuedBytes: 0 });
  });

  it('never sees an older value last, even if there is no room for the newer', () => {
    const { fixture, seen, recover } = slowReader({ queuedBytes: 500 });
    retain(fixture, 'led/1', 'old');
    retain(fixture, 'led/1', 'x'.repeat(1_000));
    recover();
    expect(seen()).toEqual([]);
    expect(fixture.sessions.counters).toMatchObject({ dropped: 1, queuedBytes: 0 });
  });

  it('does not see what has expired meanwhile [MQTT-3.3.2-5]', () => {
    const { fixture, seen, recover } = slowReader();
    fixture.publish('led/1', 'short', 0, { retain: true, expiresAt: 1_000 });
    retain(fixture, 'led/2', 'long');
    fixture.clock.pass(1_000);
    recover();
    expect(seen()).toEqual(['led/2 long']);
    expect(fixture.sessions.counters.expired).toBe(1);
  });

  it('leaves nothing in the account when it goes', () => {
    const { fixture, slow } = slowReader();
    retain(fixture, 'led/1', '1');
    expect(fixture.sessions.counters.queuedMessages).toBe(1);
    slow.drop();
    expect(fixture.sessions.counters).toMatchObject({ queuedMessages: 0, queuedBytes: 0 });
  });

  it('holds QoS 1 back as well, and gets it in order', () => {
    const { fixture, slow, seen, recover } = slowReader();
    subscribe(slow, '#', { qos: 1 });
    for (const text of texts(3)) fixture.publish('a', text, 1);
    expect(seen()).toEqual([]);
    recover();
    expect(slow.link.texts.slice(1)).toEqual(texts(3));
  });
});
