import { describe, expect, it } from 'vitest';
import { HubError } from '../../../hub/core/error.ts';
import { parseTopicFilter } from '../../../hub/core/filter.ts';
import { Message } from '../../../hub/core/message.ts';
import { ALL_RIGHTS } from '../../../hub/core/rights.ts';
import { NEVER_EXPIRES } from '../../../hub/session/limits.ts';
import type { Will } from '../../../hub/session/link.ts';
import { NO_RECORD } from '../../../hub/session/store.ts';
import { Recorder } from '../core/recorder.ts';
import { Fixture, texts } from './fixture.ts';

function will(delaySeconds = 0, text = 'gone'): Will {
  return { message: new Message('will', text), delaySeconds };
}

/** A subscriber to every will. */
function watch(fixture: Fixture): Recorder {
  const watcher = new Recorder();
  fixture.hub.subscribe(watcher, parseTopicFilter('will'));
  return watcher;
}

describe('All sessions together', () => {
  it('take no more than there is room for: identifiers, subscriptions, wills', () => {
    const fixture = new Fixture({ totalSessionBytes: 10_000 });
    const client = fixture.connect('c');
    for (let n = 0; n < 5; n++) client.subscribe(`${n}`.repeat(225)); // 800 each, and the session 1000.
    const noRoom = { code: 'limit/exceeded' };
    expect(() => client.subscribe('x'.repeat(3_000))).toThrow(expect.objectContaining(noRoom));
    expect(() => fixture.connect('d'.repeat(3_000))).toThrow(expect.objectContaining(noRoom));
    expect(() => fixture.connect('d', { will: will(0, 'x'.repeat(6_000)) })).toThrow(
      expect.objectContaining(noRoom),
    );
    expect(fixture.sessions.has('d')).toBe(false);
    client.session.unsubscribe('0'.repeat(100));
    client.subscribe('0'.repeat(100));
    client.subscribe('0'.repeat(100)); // Replaces itself.
    fixture.sessions.dispose();
    expect(fixture.sessions.counters.sessionBytes).toBe(0);
  });
});

describe('If there is no room for another session', () => {
  const owner = (name: string) => ({ name, accountId: '', credentialIds: [], rights: ALL_RIGHTS });
  const noRoom = expect.objectContaining({ code: 'limit/exceeded' });

  it('the account with most gives up a session that was left long ago, and at last a connected one', () => {
    const fixture = new Fixture({ sessions: 4 });
    const greedy = { owner: owner('greedy') };
    const there = ['1', '2'].map((id) => fixture.connect(id, greedy));
    for (const id of ['3', '4']) {
      fixture.clock.pass(1_000);
      fixture.connect(id, greedy).drop();
    }
    fixture.connect('ana', { owner: owner('ana') });
    expect(['1', '2', '3', '4'].map((id) => fixture.sessions.has(id))).toEqual([true, true, false, true]);
    fixture.connect('bia', { owner: owner('bia') });
    fixture.connect('eva', { owner: owner('eva') });
    expect(['1', '2', '3', '4'].map((id) => fixture.sessions.has(id))).toEqual([true, false, false, false]);
    expect(there[1]?.link.closedWith).toMatchObject({ code: 'limit/exceeded' });
    expect(fixture.sessions.counters.evicted).toBe(3);
  });

  it('nobody gives up anything for an account that would then have as much', () => {
    const fixture = new Fixture({ sessions: 4 });
    for (const id of ['1', '2']) fixture.connect(id, { owner: owner('ana') });
    for (const id of ['3', '4']) fixture.connect(id, { owner: owner('bia') });
    expect(() => fixture.connect('5', { owner: owner('ana') })).toThrow(noRoom);
    fixture.connect('6', { owner: owner('eva') });
    expect(fixture.sessions.size).toBe(4);
    expect(() => fixture.connect('7', { owner: owner('eva') })).toThrow(noRoom);
  });

  it('the memory that sessions take follows the same rules', () => {
    const fixture = new Fixture({ totalSessionBytes: 10_000 });
    const greedy = fixture.connect('greedy', { owner: owner('greedy') });
    greedy.subscribe('x'.repeat(3_500));
    const client = fixture.connect('c', { owner: owner('ana') });
    client.subscribe('y'.repeat(1_000));
    expect(fixture.sessions.has('greedy')).toBe(false);
    expect(() => client.subscribe('z'.repeat(4_000))).toThrow(noRoom);
    expect(fixture.sessions.has('c')).toBe(true);
  });

  it('an account that has most gives up some before anybody’s will is published early', () => {
    const big = will(0, 'x'.repeat(3_000));
    const state = { clientIdentifier: 'device', owner: owner('ana'), expirySeconds: 0, will: big, leftAt: 0 };
    const dead = { record: NO_RECORD, state, subscriptions: [], due: [], unreleased: [] };
    const fixture = new Fixture({ totalSessionBytes: 10_000 });
    const watcher = watch(fixture);
    fixture.sessions.restore([dead], () => ({ owner: owner('ana'), isGone: false }));
    fixture.sessions.awaitReturns();
    fixture.connect('greedy', { owner: owner('greedy') }).subscribe('x'.repeat(1_500));
    fixture.connect('c', { owner: owner('bia') }).subscribe('y'.repeat(500));
    expect([fixture.sessions.has('greedy'), watcher.texts]).toEqual([false, []]);
  });

  it('no session takes more than its part, and deep filters count for what they take', () => {
    const fixture = new Fixture({ sessionBytes: 20_000 });
    const client = fixture.connect('c');
    client.subscribe('x/'.repeat(100)); // 500, twice 200, and 101 levels.
    expect(() => client.subscribe('y/'.repeat(100))).toThrow(noRoom);
    expect(fixture.sessions.counters.sessionBytes).toBeLessThan(20_000);
  });
});

describe('A session', () => {
  it('continues if its client comes back in time, and is new otherwise', () => {
    const fixture = new Fixture();
    fixture.connect('c', { expirySeconds: 10 }).subscribe('a');
    const client = fixture.connect('c', { expirySeconds: 10 });
    client.drop();
    fixture.clock.pass(9_999);
    const again = fixture.connect('c', { expirySeconds: 10 });
    expect(again.isPresent).toBe(true);
    expect(again.session).toBe(client.session);
    again.drop();
    fixture.clock.pass(10_000);
    expect(fixture.sessions.has('c')).toBe(false);
    expect(fixture.connect('c').isPresent).toBe(false);
    expect(fixture.hub.subscriptionCount).toBe(0);
  });

  it('does not expire while its client is there', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c', { expirySeconds: 10 });
    client.drop();
    fixture.clock.pass(5_000);
    fixture.connect('c', { expirySeconds: 10 });
    fixture.clock.pass(60_000);
    expect(fixture.sessions.has('c')).toBe(true);
  });

  it('ends with its connection if it is not to outlive it', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c', { expirySeconds: 0 });
    client.subscribe('a');
    client.leave();
    expect([fixture.sessions.size, fixture.hub.subscriptionCount]).toEqual([0, 0]);
  });

  it('may be given another expiry with the goodbye', () => {
    const fixture = new Fixture();
    const { session, link } = fixture.connect('c', { expirySeconds: 10 });
    fixture.sessions.leave(session, link, { publishWill: false, expirySeconds: 20 });
    fixture.clock.pass(19_999);
    expect(fixture.sessions.has('c')).toBe(true);
    fixture.clock.pass(1);
    expect(fixture.sessions.has('c')).toBe(false);
  });

  it('is kept no longer than the hub keeps any', () => {
    const fixture = new Fixture({ sessionExpirySeconds: 60 });
    for (const [id, seconds] of [
      ['c', 61],
      ['d', NEVER_EXPIRES],
    ] as const) {
      const opened = fixture.sessions.open({
        clientIdentifier: id,
        cleanStart: false,
        expirySeconds: seconds,
      });
      expect(opened.expirySeconds).toBe(60);
    }
    for (const id of ['c', 'd']) fixture.connect(id, { expirySeconds: NEVER_EXPIRES }).drop();
    fixture.clock.pass(60_000);
    expect(fixture.sessions.size).toBe(0);
  });

  it.each([
    ['24 days, just what a timer takes', 2_147_483],
    ['25 days', 2_147_484],
    ['a year', 365 * 86_400],
  ])('may be kept long: %s', (_title, seconds) => {
    const fixture = new Fixture({ sessionExpirySeconds: NEVER_EXPIRES });
    fixture.connect('c', { expirySeconds: seconds }).drop();
    fixture.clock.pass(seconds * 1000 - 1);
    expect(fixture.sessions.has('c')).toBe(true);
    fixture.clock.pass(1);
    expect(fixture.sessions.has('c')).toBe(false);
  });

  it('may be kept forever', () => {
    const fixture = new Fixture({ sessionExpirySeconds: NEVER_EXPIRES });
    fixture.connect('c', { expirySeconds: NEVER_EXPIRES }).drop();
    fixture.clock.pass(NEVER_EXPIRES * 2_000);
    expect(fixture.sessions.has('c')).toBe(true);
    expect(fixture.clock.actions).toHaveLength(0);
  });

  it('never asks for a timer longer than timers can be', () => {
    const fixture = new Fixture({ sessionExpirySeconds: NEVER_EXPIRES });
    fixture.connect('c', { expirySeconds: NEVER_EXPIRES - 1 }).drop();
    const longest = Math.max(...fixture.clock.actions.map(({ delay }) => delay));
    expect(longest).toBeLessThan(2 ** 31);
  });

  it('begins again with a clean start, and what it held is gone [MQTT-3.1.2-4]', () => {
    const fixture = new Fixture();
    const client = fixture.connect('c');
    client.subscribe('a');
    client.drop();
    fixture.publish('a', 'waiting', 1);
    const { isPresent, link, session } = fixture.connect('c', { cleanStart: true });
    expect(isPresent).toBe(false);
    expect(session).not.toBe(client.session);
    expect(link.packets).toEqual([]);
    expect(fixture.hub.subscriptionCount).toBe(0);
  });

  it('counts towards the limit of sessions, connected or not', () => {
    const fixture = new Fixture({ sessions: 2 });
    fixture.connect('a');
    fixture.connect('b').drop();
    expect(() => fixture.connect('c')).toThrow(expect.objectContaining({ code: 'limit/exceeded' }));
    fixture.connect('b', { cleanStart: true });
    expect([fixture.sessions.size, fixture.sessions.connectedCount]).toEqual([2, 2]);
  });

  it.each(['__proto__', 'constructor', '', 'toString'])('may have a client called %j', (clientIdentifier) => {
    const fixture = new Fixture();
    expect(fixture.sessions.has(clientIdentifier)).toBe(false);
    expect(fixture.connect(clientIdentifier).isPresent).toBe(false);
    expect(fixture.connect(clientIdentifier).isPresent).toBe(true);
  });
});

describe('A connection that is taken over [MQTT-3.1.4-3]', () => {
  it.each([true, false])(
    'is closed with the reason, and the session goes on (clean start: %s)',
    (cleanStart) => {
      const fixture = new Fixture();
      const first = fixture.connect('c');
      first.subscribe('a');
      const second = fixture.connect('c', { cleanStart });
      expect(first.link.closedWith).toMatchObject({ code: 'session/taken-over' });
      expect(second.isPresent).toBe(!cleanStart);
      fixture.publish('a', '1', 1);
      expect(first.link.texts).toEqual([]);
      expect(second.link.texts).toEqual(cleanStart ? [] : ['1']);
    },
  );

  it('does not harm the new one when its end is noticed late', () => {
    const fixture = new Fixture();
    const watcher = watch(fixture);
    const first = fixture.connect('c', { expirySeconds: 10, will: will(0, 'first') });
    first.subscribe('a');
    const second = fixture.connect('c', { expirySeconds: 10, will: will(0, 'second') });
    first.drop();
    fixture.publish('a', '1', 1);
    expect(second.link.texts).toEqual(['1']);
    fixture.clock.pass(60_000);
    expect(fixture.sessions.has('c')).toBe(true);
    expect(watcher.texts).toEqual(['first']);
  });

  it.each([0, 10])(
    'does not harm the new one when its end is noticed at once (expiry: %i s)',
    (expirySeconds) => {
      const fixture = new Fixture();
      const watcher = watch(fixture);
      const first = fixture.connect('c', { expirySeconds, will: will() });
      first.link.onClose = () => first.drop();
      const second = fixture.connect('c', { expirySeconds: 10 });
      fixture.clock.pass(60_000);
      expect(fixture.sessions.has('c')).toBe(true);
      expect(second.session.link).toBe(second.link);
      expect(watcher.texts).toEqual(['gone']);
    },
  );

  it('has its will published, but not if it is delayed and the client goes on with its session [MQTT-3.1.3-9]', () => {
    const fixture = new Fixture();
    const watcher = watch(fixture);
    fixture.connect('c', { will: will(5, 'delayed') });
    fixture.connect('c', { will: will(0, 'at once') });
    fixture.connect('c');
    fixture.clock.pass(60_000);
    expect(watcher.texts).toEqual(['at once']);
  });

  it('has its delayed will published with a clean start, which ends its session [MQTT-3.1.2-10]', () => {
    const fixture = new Fixture();
    const watcher = watch(fixture);
    fixture.connect('c', { will: will(5) });
    fixture.connect('c', { cleanStart: true });
    expect(watcher.texts).toEqual(['gone']);
  });

  it('hands what was in flight to the new one', () => {
    const fixture = new Fixture();
    const first = fixture.connect('c');
    first.subscribe('a');
    fixture.publish('a', '1', 1);
    const second = fixture.connect('c');
    expect(second.link.tracked).toMatchObject([{ duplicate: true, message: { text: '1' } }]);
  });
});

describe('A will', () => {
  it('is published if a client goes without a word [MQTT-3.1.2-8], once, and not after a goodbye [MQTT-3.14.4-3]', () => {
    const fixture = new Fixture();
    const watcher = watch(fixture);
    const client = fixture.connect('c', { will: will(0, 'dropped'), expirySeconds: 10 });
    client.drop();
    client.drop();
    fixture.connect('d', { will: will(0, 'said goodbye') }).leave();
    fixture.clock.pass(60_000);
    expect(watcher.texts).toEqual(['dropped']);
  });

  it('is published in the client’s name', () => {
    const fixture = new Fixture();
    const watcher = watch(fixture);
    const client = fixture.connect('c', { will: will() });
    client.drop();
    expect(watcher.deliveries[0]?.publisher).toBe(client.session);
  });

  it('waits for its delay, and is not published if the client is back before that', () => {
    const fixture = new Fixture();
    const watcher = watch(fixture);
    fixture.connect('c', { will: will(5) }).drop();
    fixture.clock.pass(4_999);
    fixture.connect('c', { will: will(5) }).drop();
    fixture.clock.pass(4_999);
    expect(watcher.texts).toEqual([]);
    fixture.clock.pass(1);
    expect(watcher.texts).toEqual(['gone']);
    fixture.clock.pass(60_000_000);
    expect(watcher.texts).toEqual(['gone']);
  });

  it('comes with the end of the session if that comes first [MQTT-3.1.3-9]', () => {
    const fixture = new Fixture();
    const watcher = watch(fixture);
    fixture.connect('c', { will: will(100), expirySeconds: 10 }).drop();
    fixture.clock.pass(9_999);
    expect(watcher.texts).toEqual([]);
    fixture.clock.pass(1);
    expect(watcher.texts).toEqual(['gone']);
    expect(fixture.sessions.size).toBe(0);
  });

  it('lives as long as it says, counted from when it is published', () => {
    const fixture = new Fixture();
    const message = new Message('will', 'gone', { retain: true });
    fixture.connect('c', { will: { message, delaySeconds: 5, expirySeconds: 10 } }).drop();
    fixture.clock.pass(5_000 + 9_999);
    expect(fixture.hub.retained.get('will')?.text).toBe('gone');
    fixture.clock.pass(1);
    expect(fixture.hub.retained.get('will')).toBeUndefined();
  });

  it('without room to be retained is dropped and counted, and harms nobody', () => {
    const fixture = new Fixture({ retainedMessages: 0 });
    const message = new Message('will', 'gone', { retain: true });
    for (const delaySeconds of [0, 5])
      fixture.connect(`c${delaySeconds}`, { will: { message, delaySeconds } }).drop();
    fixture.clock.pass(5_000);
    expect(fixture.sessions.counters.dropped).toBe(2);
  });

  it('is not published if the hub closes and says so', () => {
    const fixture = new Fixture();
    const watcher = watch(fixture);
    const client = fixture.connect('c', { will: will() });
    client.link.onClose = () => client.drop();
    fixture.connect('d', { will: will(5) }).drop();
    fixture.sessions.closeAll(new HubError('hub/closing', 'closing'));
    expect(client.link.closedWith).toMatchObject({ code: 'hub/closing' });
    fixture.sessions.dispose();
    fixture.clock.pass(60_000);
    expect(watcher.texts).toEqual([]);
    expect([fixture.sessions.size, fixture.hub.subscriptionCount]).toEqual([0, 1]);
  });
});

describe('A will that there is no room to retain', () => {
  it('reaches its subscribers, and counts', () => {
    const fixture = new Fixture({ retainedBytes: 3_000 });
    const watcher = watch(fixture);
    const message = new Message('will', 'x'.repeat(3_000), { retain: true });
    const device = fixture.connect('device', { will: { message, delaySeconds: 0 } });
    device.session.publish(new Message('will', 'online', { retain: true }));
    device.drop();
    expect(watcher.texts).toEqual(['online', message.text]);
    expect(fixture.hub.retained.get('will')?.text).toBe('online');
    expect(fixture.sessions.counters.drops.will).toBe(1);
  });

  it('is rare: a short will replaces another one even if its owner has used up its share', () => {
    const fixture = new Fixture({ retainedBytes: 100_000 });
    const message = new Message('will', 'offline', { retain: true });
    const device = fixture.connect('device', { will: { message, delaySeconds: 0 } });
    const publish = (topic: string, text: string) =>
      device.session.publish(new Message(topic, text, { retain: true }));
    publish('will', 'online');
    const fill = () => {
      for (let n = 0; ; n++) publish(`log/${n}`, 'x');
    };
    expect(fill).toThrow('no room');
    device.drop();
    expect(fixture.hub.retained.get('will')?.text).toBe('offline');
    expect(fixture.sessions.counters.drops.will).toBe(0);
  });
});

describe('What came by a shared subscription', () => {
  const SHARE = '$share/g/a';

  it('goes on to a member that is there when its first receiver goes [MQTT-4.8.2-4]', () => {
    const fixture = new Fixture();
    const [one, two] = [fixture.connect('one'), fixture.connect('two')];
    one.subscribe(SHARE);
    for (const text of texts(2)) fixture.publish('a', text, 1);
    two.subscribe(SHARE);
    one.drop();
    expect(two.link.texts).toEqual(texts(2));
    expect(two.link.tracked.map(({ duplicate }) => duplicate)).toEqual([false, false]);
    expect(fixture.connect('one').link.texts).toEqual([]);
  });

  it('stays with its receiver at QoS 2 once that has begun [MQTT-4.8.2-5], but not while it waits', () => {
    const fixture = new Fixture();
    const one = fixture.connect('one', { receiveMaximum: 1 });
    const two = fixture.connect('two');
    one.subscribe(SHARE);
    for (const text of ['begun', 'waiting']) fixture.publish('a', text, 2);
    two.subscribe(SHARE);
    one.drop();
    expect(two.link.texts).toEqual(['waiting']);
    expect(fixture.connect('one').link.texts).toEqual(['begun']);
  });

  it('waits for its receiver if there is nobody else', () => {
    const fixture = new Fixture();
    const one = fixture.connect('one');
    one.subscribe(SHARE);
    one.subscribe('b');
    fixture.publish('a', 'shared', 1);
    fixture.publish('b', 'its own', 1);
    one.drop();
    expect(fixture.connect('one').link.texts).toEqual(['shared', 'its own']);
  });

  it('goes to a member that is away when the session of its receiver ends', () => {
    const fixture = new Fixture();
    const [one, two] = [fixture.connect('one', { expirySeconds: 10 }), fixture.connect('two')];
    one.subscribe(SHARE);
    fixture.publish('a', '1', 1);
    two.subscribe(SHARE);
    two.drop();
    one.drop();
    fixture.clock.pass(10_000);
    expect(fixture.connect('two').link.texts).toEqual(['1']);
  });

  it('leaves nothing in the account, wherever it goes', () => {
    const fixture = new Fixture();
    const [one, two] = [
      fixture.connect('one', { receiveMaximum: 1, expirySeconds: 0 }),
      fixture.connect('two'),
    ];
    one.subscribe(SHARE);
    for (const text of texts(10)) fixture.publish('a', text, 1);
    two.subscribe(SHARE);
    one.drop();
    expect(two.link.texts).toEqual(texts(10));
    expect(fixture.sessions.counters).toMatchObject({ queuedMessages: 0, queuedBytes: 0 });
  });
});
