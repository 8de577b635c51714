import { describe, expect, it } from 'vitest';
import { parseTopicFilter } from '../../../hub/core/filter.ts';
import { Hub, type HubOptions } from '../../../hub/core/hub.ts';
import { Message } from '../../../hub/core/message.ts';
import { PLAIN_TERMS, type Terms } from '../../../hub/core/subscription.ts';
import { Recorder } from './recorder.ts';

function create(options: Partial<HubOptions> = {}) {
  const hub = new Hub({ now: () => 0, ...options });
  const subscribe = (subscriber: Recorder, filter: string, terms: Partial<Terms> = {}) =>
    hub.subscribe(subscriber, parseTopicFilter(filter), { ...PLAIN_TERMS, ...terms });
  const publish = (topic: string, payload: string, publisher?: object) =>
    hub.publish(new Message(topic, payload), publisher);
  return { hub, subscribe, publish };
}

describe('A hub', () => {
  it('delivers to every client with a matching filter, and says to how many', () => {
    const { subscribe, publish } = create();
    const [led, all, other] = [new Recorder(), new Recorder(), new Recorder()];
    subscribe(led, 'led/+/duty');
    subscribe(all, '#');
    subscribe(other, 'servo/#');
    expect(publish('led/21/duty', '1')).toBe(2);
    expect(publish('nobody/here', '2')).toBe(1);
    expect([led.texts, all.texts, other.texts]).toEqual([['1'], ['1', '2'], []]);
  });

  it('delivers to the publisher as to any other subscriber, unless it does not want that', () => {
    const { subscribe, publish } = create();
    const [own, deaf] = [new Recorder(), new Recorder()];
    subscribe(own, 'a');
    subscribe(deaf, 'a', { noLocal: true });
    publish('a', 'by own', own);
    publish('a', 'by deaf', deaf);
    publish('a', 'by nobody');
    expect(own.texts).toEqual(['by own', 'by deaf', 'by nobody']);
    expect(deaf.texts).toEqual(['by own', 'by nobody']);
    expect(own.deliveries[0]?.publisher).toBe(own);
  });

  it('knows new and ended subscriptions for topics that it has routed before', () => {
    const { subscribe, publish, hub } = create();
    const [one, two] = [new Recorder(), new Recorder()];
    expect(publish('a', '0')).toBe(0);
    const subscription = subscribe(one, 'a');
    publish('a', '1');
    subscribe(two, '+');
    publish('a', '2');
    hub.unsubscribe(subscription);
    publish('a', '3');
    expect([one.texts, two.texts]).toEqual([
      ['1', '2'],
      ['2', '3'],
    ]);
  });

  it('ends a subscription once', () => {
    const { subscribe, hub } = create();
    const subscription = subscribe(new Recorder(), 'a');
    const member = subscribe(new Recorder(), '$share/g/a');
    subscribe(new Recorder(), '$share/g/a');
    expect(hub.subscriptionCount).toBe(3);
    for (const _twice of [1, 2]) hub.unsubscribe(subscription);
    for (const _twice of [1, 2]) hub.unsubscribe(member);
    expect(hub.subscriptionCount).toBe(1);
  });

  it('stays right with more topics and routes than it remembers', () => {
    const { subscribe, publish } = create();
    const all = Array.from({ length: 40 }, () => new Recorder());
    for (const each of all) subscribe(each, 'a/#');
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 3_000; n++) expect(publish(`a/${n}`, '')).toBe(40);
    }
    expect(publish(`a/${'long'.repeat(200)}`, 'last')).toBe(40);
    expect(all.map(({ deliveries }) => deliveries.length)).toEqual(Array(40).fill(6_001));
  });

  describe('with several subscriptions of one subscriber that match', () => {
    it('delivers once, at the highest quality of service, with every identifier [MQTT-3.3.4-4]', () => {
      const { subscribe, publish } = create();
      const one = new Recorder();
      subscribe(one, 'a/b', { qos: 1, identifiers: [1] });
      subscribe(one, 'a/+', { qos: 2, identifiers: [2] });
      subscribe(one, '#', { qos: 0, retainAsPublished: true });
      expect(publish('a/b', '1')).toBe(1);
      expect(one.deliveries).toHaveLength(1);
      const { terms } = one.deliveries[0] ?? {};
      expect(terms).toMatchObject({ qos: 2, retainAsPublished: true, noLocal: false });
      expect([...(terms?.identifiers ?? [])].sort()).toEqual([1, 2]);
    });

    it('delivers its own message by the subscriptions that want it, on their terms', () => {
      const { subscribe, publish } = create();
      const one = new Recorder();
      subscribe(one, 'a/b', { qos: 2, identifiers: [1], noLocal: true });
      subscribe(one, 'a/+', { qos: 0, identifiers: [2] });
      subscribe(one, 'a/#', { qos: 1, identifiers: [3] });
      publish('a/b', 'own', one);
      publish('a/b', 'another’s', new Recorder());
      const [own, others] = one.deliveries.map(({ terms }) => terms);
      expect(own).toMatchObject({ qos: 1 });
      expect([...(own?.identifiers ?? [])].sort()).toEqual([2, 3]);
      expect(others).toMatchObject({ qos: 2 });
      expect([...(others?.identifiers ?? [])].sort()).toEqual([1, 2, 3]);
    });

    it('leaves its own message out if none wants it', () => {
      const { subscribe, publish } = create();
      const one = new Recorder();
      for (const filter of ['a', '+', '#']) subscribe(one, filter, { noLocal: true });
      publish('a', 'own', one);
      publish('a', 'another’s');
      expect(one.texts).toEqual(['another’s']);
    });
  });

  describe('a subscriber publishes while it takes a message', () => {
    it('delivers to all in the one order', () => {
      const { subscribe, publish } = create();
      const [eager, calm] = [new Recorder(), new Recorder()];
      subscribe(eager, '#');
      subscribe(calm, '#');
      eager.react = ({ text, topic }) => {
        if (topic === 'ping') publish('pong', `${text}, and back`);
      };
      publish('ping', '1');
      publish('ping', '2');
      expect(eager.texts).toEqual(['1', '1, and back', '2', '2, and back']);
      expect(calm.texts).toEqual(eager.texts);
    });

    it('delivers each message to the clients that were subscribed when it was published', () => {
      const { hub, subscribe, publish } = create();
      const [first, late, gone] = [new Recorder(), new Recorder(), new Recorder()];
      subscribe(first, 'a');
      const leaving = subscribe(gone, 'b');
      first.react = () => {
        publish('b', 'before');
        hub.unsubscribe(leaving);
        subscribe(late, 'b');
        publish('b', 'after');
      };
      publish('a', '1');
      expect(late.texts).toEqual(['after']);
      expect(gone.texts).toEqual(['before']);
    });

    it('retains what it publishes at once, so that a new subscriber sees it either way but not both', () => {
      const { hub, subscribe } = create();
      const first = new Recorder();
      const late = new Recorder();
      let retained: (string | undefined)[] = [];
      subscribe(first, 'a');
      first.react = () => {
        hub.publish(new Message('b', 'value', { retain: true }));
        subscribe(late, 'b');
        retained = [...hub.retained.match('b')].map(({ text }) => text);
      };
      hub.publish(new Message('a', '1'));
      expect([...retained, ...late.texts]).toEqual(['value']);
    });

    it('goes on after a subscriber that throws, which none should', () => {
      const { subscribe, publish } = create();
      const [broken, good] = [new Recorder(), new Recorder()];
      subscribe(broken, 'a');
      subscribe(good, '+');
      broken.react = () => {
        throw new Error('broken');
      };
      expect(() => publish('a', '1')).toThrow('broken');
      publish('b', '2');
      expect(good.texts).toEqual(['2']);
    });
  });

  describe('with no room left to retain', () => {
    it('refuses the message and delivers it to nobody, so that its publisher knows', () => {
      const { hub, subscribe, publish } = create({ limits: { retainedMessages: 1 } });
      const one = new Recorder();
      subscribe(one, '#');
      hub.publish(new Message('a', '1', { retain: true }));
      expect(() => hub.publish(new Message('b', '2', { retain: true }))).toThrow(
        expect.objectContaining({ code: 'limit/exceeded' }),
      );
      publish('b', '3');
      expect(one.texts).toEqual(['1', '3']);
    });
  });
});

describe('A shared subscription', () => {
  it('gives each message to one member, in turn', () => {
    const { subscribe, publish } = create();
    const members = [new Recorder(), new Recorder(), new Recorder()];
    for (const member of members) subscribe(member, '$share/g/a');
    for (let n = 0; n < 6; n++) expect(publish('a', String(n))).toBe(1);
    expect(members.map(({ texts }) => texts)).toEqual([
      ['0', '3'],
      ['1', '4'],
      ['2', '5'],
    ]);
  });

  it('counts beside other groups, other filters and plain subscriptions', () => {
    const { subscribe, publish } = create();
    const [g, h, wide, plain] = [new Recorder(), new Recorder(), new Recorder(), new Recorder()];
    subscribe(g, '$share/g/a');
    subscribe(h, '$share/h/a');
    subscribe(wide, '$share/g/+');
    subscribe(plain, 'a');
    subscribe(plain, '$share/g/a');
    expect(publish('a', '1')).toBe(4);
    expect(publish('a', '2')).toBe(4);
    expect([g, h, wide].map(({ texts }) => texts)).toEqual([['1'], ['1', '2'], ['1', '2']]);
    expect([...plain.texts].sort()).toEqual(['1', '2', '2']);
  });

  it('prefers connected members', () => {
    const { subscribe, publish } = create();
    const [away, there] = [new Recorder(), new Recorder()];
    away.isLive = false;
    subscribe(away, '$share/g/a');
    subscribe(there, '$share/g/a');
    for (const text of ['1', '2']) publish('a', text);
    there.isLive = false;
    for (const text of ['3', '4']) publish('a', text);
    expect(there.texts).toEqual(['1', '2', '4']);
    expect(away.texts).toEqual(['3']);
  });

  it('passes over members that do not take a message', () => {
    const { subscribe, publish } = create();
    const [full, free] = [new Recorder(), new Recorder()];
    full.takes = false;
    subscribe(full, '$share/g/a');
    subscribe(free, '$share/g/a');
    for (const text of ['1', '2']) publish('a', text);
    free.takes = false;
    publish('a', 'lost');
    expect(free.texts).toEqual(['1', '2']);
  });

  it('keeps its turn right when members come and go', () => {
    const { hub, subscribe, publish } = create();
    const [one, two, three] = [new Recorder(), new Recorder(), new Recorder()];
    const first = subscribe(one, '$share/g/a');
    subscribe(two, '$share/g/a');
    publish('a', '1');
    hub.unsubscribe(first);
    subscribe(three, '$share/g/a');
    for (const text of ['2', '3', '4']) publish('a', text);
    expect([one.texts, two.texts, three.texts]).toEqual([['1'], ['2', '4'], ['3']]);
  });

  it('has each member’s own terms, and says by which share the message came', () => {
    const { subscribe, publish } = create();
    const one = new Recorder();
    subscribe(one, '$share/g/a/#', { qos: 2, identifiers: [7] });
    publish('a/b', '1');
    expect(one.deliveries[0]?.terms).toMatchObject({ qos: 2, identifiers: [7], share: '$share/g/a/#' });
  });

  it('passes over a member that does not want its own messages', () => {
    const { subscribe, publish } = create();
    const [own, other] = [new Recorder(), new Recorder()];
    subscribe(own, '$share/g/a', { noLocal: true });
    subscribe(other, '$share/g/a');
    for (const text of ['1', '2', '3']) publish('a', text, own);
    expect(own.texts).toEqual([]);
    expect(other.texts).toEqual(['1', '2', '3']);
  });

  it('hands a message over to a live member, or to any', () => {
    const { hub, subscribe } = create();
    const [away, there] = [new Recorder(), new Recorder()];
    away.isLive = false;
    subscribe(away, '$share/g/a');
    const message = new Message('a', '1');
    expect(hub.redeliver('$share/g/a', message, 'live')).toBe(false);
    expect(hub.redeliver('$share/g/a', message, 'any')).toBe(true);
    subscribe(there, '$share/g/a');
    expect(hub.redeliver('$share/g/a', message, 'live')).toBe(true);
    expect(hub.redeliver('$share/h/a', message, 'any')).toBe(false);
    expect([away.texts, there.texts]).toEqual([['1'], ['1']]);
  });

  it('is gone with its last member', () => {
    const { hub, subscribe, publish } = create();
    const member = subscribe(new Recorder(), '$share/g/a');
    hub.unsubscribe(member);
    expect(publish('a', '1')).toBe(0);
  });
});
