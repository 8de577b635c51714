import { describe, expect, it } from 'vitest';
import { HubError } from '../../../hub/core/error.ts';
import { parseTopicFilter } from '../../../hub/core/filter.ts';
import { Message } from '../../../hub/core/message.ts';
import { ALL_RIGHTS } from '../../../hub/core/rights.ts';
import { NEVER_EXPIRES } from '../../../hub/session/limits.ts';
import type { Will } from '../../../hub/session/link.ts';
import { NO_RECORD } from '../../../hub/session/store.ts';
import { Recorder } from '../core/recorder.ts';
import { Stage, texts } from './stage.ts';

function will(delaySeconds = 0, text = 'gone'): Will {
  return { message: new Message('will', text), delaySeconds };
}

/** A subscriber to every will. */
function watch(stage: Stage): Recorder {
  const watcher = new Recorder();
  stage.hub.subscribe(watcher, parseTopicFilter('will'));
  return watcher;
}

describe('All sessions together', () => {
  it('take no more than there is room for: identifiers, subscriptions, wills', () => {
    const stage = new Stage({ totalSessionBytes: 10_000 });
    const client = stage.connect('c');
    for (let n = 0; n < 5; n++) client.subscribe(`${n}`.repeat(225)); // 800 each, and the session 1000.
    const noRoom = { code: 'limit/exceeded' };
    expect(() => client.subscribe('x'.repeat(3_000))).toThrow(expect.objectContaining(noRoom));
    expect(() => stage.connect('d'.repeat(3_000))).toThrow(expect.objectContaining(noRoom));
    expect(() => stage.connect('d', { will: will(0, 'x'.repeat(6_000)) })).toThrow(
      expect.objectContaining(noRoom),
    );
    expect(stage.sessions.has('d')).toBe(false);
    client.session.unsubscribe('0'.repeat(100));
    client.subscribe('0'.repeat(100));
    client.subscribe('0'.repeat(100)); // Replaces itself.
    stage.sessions.dispose();
    expect(stage.sessions.counters.sessionBytes).toBe(0);
  });
});

describe('Where there is no room for another session', () => {
  const owner = (name: string) => ({ name, accountId: '', credentialIds: [], rights: ALL_RIGHTS });
  const noRoom = expect.objectContaining({ code: 'limit/exceeded' });

  it('whoever has most gives up one that was left long ago, and at last one that is there', () => {
    const stage = new Stage({ sessions: 4 });
    const greedy = { owner: owner('greedy') };
    const there = ['1', '2'].map((id) => stage.connect(id, greedy));
    for (const id of ['3', '4']) {
      stage.clock.pass(1_000);
      stage.connect(id, greedy).drop();
    }
    stage.connect('ana', { owner: owner('ana') });
    expect(['1', '2', '3', '4'].map((id) => stage.sessions.has(id))).toEqual([true, true, false, true]);
    stage.connect('bia', { owner: owner('bia') });
    stage.connect('eva', { owner: owner('eva') });
    expect(['1', '2', '3', '4'].map((id) => stage.sessions.has(id))).toEqual([true, false, false, false]);
    expect(there[1]?.link.closedWith).toMatchObject({ code: 'limit/exceeded' });
    expect(stage.sessions.counters.evicted).toBe(3);
  });

  it('nobody gives up anything for one who would then have as much', () => {
    const stage = new Stage({ sessions: 4 });
    for (const id of ['1', '2']) stage.connect(id, { owner: owner('ana') });
    for (const id of ['3', '4']) stage.connect(id, { owner: owner('bia') });
    expect(() => stage.connect('5', { owner: owner('ana') })).toThrow(noRoom);
    stage.connect('6', { owner: owner('eva') });
    expect(stage.sessions.size).toBe(4);
    expect(() => stage.connect('7', { owner: owner('eva') })).toThrow(noRoom);
  });

  it('the same goes for what sessions take', () => {
    const stage = new Stage({ totalSessionBytes: 10_000 });
    const greedy = stage.connect('greedy', { owner: owner('greedy') });
    greedy.subscribe('x'.repeat(3_500));
    const client = stage.connect('c', { owner: owner('ana') });
    client.subscribe('y'.repeat(1_000));
    expect(stage.sessions.has('greedy')).toBe(false);
    expect(() => client.subscribe('z'.repeat(4_000))).toThrow(noRoom);
    expect(stage.sessions.has('c')).toBe(true);
  });

  it('an account that has most gives up some before anybody’s will is published early', () => {
    const big = will(0, 'x'.repeat(3_000));
    const state = { clientIdentifier: 'device', owner: owner('ana'), expirySeconds: 0, will: big, leftAt: 0 };
    const dead = { record: NO_RECORD, state, subscriptions: [], due: [], unreleased: [] };
    const stage = new Stage({ totalSessionBytes: 10_000 });
    const watcher = watch(stage);
    stage.sessions.restore([dead], () => ({ owner: owner('ana'), isGone: false }));
    stage.sessions.awaitReturns();
    stage.connect('greedy', { owner: owner('greedy') }).subscribe('x'.repeat(1_500));
    stage.connect('c', { owner: owner('bia') }).subscribe('y'.repeat(500));
    expect([stage.sessions.has('greedy'), watcher.texts]).toEqual([false, []]);
  });

  it('no session takes more than its part, and deep filters count for what they take', () => {
    const stage = new Stage({ sessionBytes: 20_000 });
    const client = stage.connect('c');
    client.subscribe('x/'.repeat(100)); // 500, twice 200, and 101 levels.
    expect(() => client.subscribe('y/'.repeat(100))).toThrow(noRoom);
    expect(stage.sessions.counters.sessionBytes).toBeLessThan(20_000);
  });
});

describe('A session', () => {
  it('goes on where its client comes back in time, and is new after that', () => {
    const stage = new Stage();
    stage.connect('c', { expirySeconds: 10 }).subscribe('a');
    const client = stage.connect('c', { expirySeconds: 10 });
    client.drop();
    stage.clock.pass(9_999);
    const again = stage.connect('c', { expirySeconds: 10 });
    expect(again.isPresent).toBe(true);
    expect(again.session).toBe(client.session);
    again.drop();
    stage.clock.pass(10_000);
    expect(stage.sessions.has('c')).toBe(false);
    expect(stage.connect('c').isPresent).toBe(false);
    expect(stage.hub.subscriptionCount).toBe(0);
  });

  it('does not expire while its client is there', () => {
    const stage = new Stage();
    const client = stage.connect('c', { expirySeconds: 10 });
    client.drop();
    stage.clock.pass(5_000);
    stage.connect('c', { expirySeconds: 10 });
    stage.clock.pass(60_000);
    expect(stage.sessions.has('c')).toBe(true);
  });

  it('ends with its connection where it is not to outlive it', () => {
    const stage = new Stage();
    const client = stage.connect('c', { expirySeconds: 0 });
    client.subscribe('a');
    client.leave();
    expect([stage.sessions.size, stage.hub.subscriptionCount]).toEqual([0, 0]);
  });

  it('may be given another expiry with the goodbye', () => {
    const stage = new Stage();
    const { session, link } = stage.connect('c', { expirySeconds: 10 });
    stage.sessions.leave(session, link, { publishWill: false, expirySeconds: 20 });
    stage.clock.pass(19_999);
    expect(stage.sessions.has('c')).toBe(true);
    stage.clock.pass(1);
    expect(stage.sessions.has('c')).toBe(false);
  });

  it('is kept no longer than the hub keeps any', () => {
    const stage = new Stage({ sessionExpirySeconds: 60 });
    for (const [id, seconds] of [
      ['c', 61],
      ['d', NEVER_EXPIRES],
    ] as const) {
      const opened = stage.sessions.open({ clientIdentifier: id, cleanStart: false, expirySeconds: seconds });
      expect(opened.expirySeconds).toBe(60);
    }
    for (const id of ['c', 'd']) stage.connect(id, { expirySeconds: NEVER_EXPIRES }).drop();
    stage.clock.pass(60_000);
    expect(stage.sessions.size).toBe(0);
  });

  it.each([
    ['24 days, just what a timer takes', 2_147_483],
    ['25 days', 2_147_484],
    ['a year', 365 * 86_400],
  ])('may be kept long: %s', (_title, seconds) => {
    const stage = new Stage({ sessionExpirySeconds: NEVER_EXPIRES });
    stage.connect('c', { expirySeconds: seconds }).drop();
    stage.clock.pass(seconds * 1000 - 1);
    expect(stage.sessions.has('c')).toBe(true);
    stage.clock.pass(1);
    expect(stage.sessions.has('c')).toBe(false);
  });

  it('may be kept for ever', () => {
    const stage = new Stage({ sessionExpirySeconds: NEVER_EXPIRES });
    stage.connect('c', { expirySeconds: NEVER_EXPIRES }).drop();
    stage.clock.pass(NEVER_EXPIRES * 2_000);
    expect(stage.sessions.has('c')).toBe(true);
    expect(stage.clock.actions).toHaveLength(0);
  });

  it('never asks for a timer longer than timers can be', () => {
    const stage = new Stage({ sessionExpirySeconds: NEVER_EXPIRES });
    stage.connect('c', { expirySeconds: NEVER_EXPIRES - 1 }).drop();
    const longest = Math.max(...stage.clock.actions.map(({ delay }) => delay));
    expect(longest).toBeLessThan(2 ** 31);
  });

  it('begins anew with a clean start, and what it held is gone [MQTT-3.1.2-4]', () => {
    const stage = new Stage();
    const client = stage.connect('c');
    client.subscribe('a');
    client.drop();
    stage.publish('a', 'waiting', 1);
    const { isPresent, link, session } = stage.connect('c', { cleanStart: true });
    expect(isPresent).toBe(false);
    expect(session).not.toBe(client.session);
    expect(link.packets).toEqual([]);
    expect(stage.hub.subscriptionCount).toBe(0);
  });

  it('is one of so many, connected or not', () => {
    const stage = new Stage({ sessions: 2 });
    stage.connect('a');
    stage.connect('b').drop();
    expect(() => stage.connect('c')).toThrow(expect.objectContaining({ code: 'limit/exceeded' }));
    stage.connect('b', { cleanStart: true });
    expect([stage.sessions.size, stage.sessions.connectedCount]).toEqual([2, 2]);
  });

  it.each(['__proto__', 'constructor', '', 'toString'])('may have a client called %j', (clientIdentifier) => {
    const stage = new Stage();
    expect(stage.sessions.has(clientIdentifier)).toBe(false);
    expect(stage.connect(clientIdentifier).isPresent).toBe(false);
    expect(stage.connect(clientIdentifier).isPresent).toBe(true);
  });
});

describe('A connection that is taken over [MQTT-3.1.4-3]', () => {
  it.each([true, false])(
    'is closed with the reason, and the session goes on (clean start: %s)',
    (cleanStart) => {
      const stage = new Stage();
      const first = stage.connect('c');
      first.subscribe('a');
      const second = stage.connect('c', { cleanStart });
      expect(first.link.closedWith).toMatchObject({ code: 'session/taken-over' });
      expect(second.isPresent).toBe(!cleanStart);
      stage.publish('a', '1', 1);
      expect(first.link.texts).toEqual([]);
      expect(second.link.texts).toEqual(cleanStart ? [] : ['1']);
    },
  );

  it('does not harm the new one when its end is noticed late', () => {
    const stage = new Stage();
    const watcher = watch(stage);
    const first = stage.connect('c', { expirySeconds: 10, will: will(0, 'first') });
    first.subscribe('a');
    const second = stage.connect('c', { expirySeconds: 10, will: will(0, 'second') });
    first.drop();
    stage.publish('a', '1', 1);
    expect(second.link.texts).toEqual(['1']);
    stage.clock.pass(60_000);
    expect(stage.sessions.has('c')).toBe(true);
    expect(watcher.texts).toEqual(['first']);
  });

  it.each([0, 10])(
    'does not harm the new one when its end is noticed at once (expiry: %i s)',
    (expirySeconds) => {
      const stage = new Stage();
      const watcher = watch(stage);
      const first = stage.connect('c', { expirySeconds, will: will() });
      first.link.onClose = () => first.drop();
      const second = stage.connect('c', { expirySeconds: 10 });
      stage.clock.pass(60_000);
      expect(stage.sessions.has('c')).toBe(true);
      expect(second.session.link).toBe(second.link);
      expect(watcher.texts).toEqual(['gone']);
    },
  );

  it('has its will published, but not where it is delayed and the client goes on with its session [MQTT-3.1.3-9]', () => {
    const stage = new Stage();
    const watcher = watch(stage);
    stage.connect('c', { will: will(5, 'delayed') });
    stage.connect('c', { will: will(0, 'at once') });
    stage.connect('c');
    stage.clock.pass(60_000);
    expect(watcher.texts).toEqual(['at once']);
  });

  it('has its delayed will published with a clean start, which ends its session [MQTT-3.1.2-10]', () => {
    const stage = new Stage();
    const watcher = watch(stage);
    stage.connect('c', { will: will(5) });
    stage.connect('c', { cleanStart: true });
    expect(watcher.texts).toEqual(['gone']);
  });

  it('hands what was in flight to the new one', () => {
    const stage = new Stage();
    const first = stage.connect('c');
    first.subscribe('a');
    stage.publish('a', '1', 1);
    const second = stage.connect('c');
    expect(second.link.tracked).toMatchObject([{ duplicate: true, message: { text: '1' } }]);
  });
});

describe('A will', () => {
  it('is published where a client goes without a word [MQTT-3.1.2-8], once, and not after a goodbye [MQTT-3.14.4-3]', () => {
    const stage = new Stage();
    const watcher = watch(stage);
    const client = stage.connect('c', { will: will(0, 'dropped'), expirySeconds: 10 });
    client.drop();
    client.drop();
    stage.connect('d', { will: will(0, 'said goodbye') }).leave();
    stage.clock.pass(60_000);
    expect(watcher.texts).toEqual(['dropped']);
  });

  it('is published in the client’s name', () => {
    const stage = new Stage();
    const watcher = watch(stage);
    const client = stage.connect('c', { will: will() });
    client.drop();
    expect(watcher.deliveries[0]?.publisher).toBe(client.session);
  });

  it('waits for its delay, and is not published where the client is back by then', () => {
    const stage = new Stage();
    const watcher = watch(stage);
    stage.connect('c', { will: will(5) }).drop();
    stage.clock.pass(4_999);
    stage.connect('c', { will: will(5) }).drop();
    stage.clock.pass(4_999);
    expect(watcher.texts).toEqual([]);
    stage.clock.pass(1);
    expect(watcher.texts).toEqual(['gone']);
    stage.clock.pass(60_000_000);
    expect(watcher.texts).toEqual(['gone']);
  });

  it('comes with the end of the session where that comes first [MQTT-3.1.3-9]', () => {
    const stage = new Stage();
    const watcher = watch(stage);
    stage.connect('c', { will: will(100), expirySeconds: 10 }).drop();
    stage.clock.pass(9_999);
    expect(watcher.texts).toEqual([]);
    stage.clock.pass(1);
    expect(watcher.texts).toEqual(['gone']);
    expect(stage.sessions.size).toBe(0);
  });

  it('lives as long as it says, counted from when it is published', () => {
    const stage = new Stage();
    const message = new Message('will', 'gone', { retain: true });
    stage.connect('c', { will: { message, delaySeconds: 5, expirySeconds: 10 } }).drop();
    stage.clock.pass(5_000 + 9_999);
    expect(stage.hub.retained.get('will')?.text).toBe('gone');
    stage.clock.pass(1);
    expect(stage.hub.retained.get('will')).toBeUndefined();
  });

  it('that there is no room to retain is dropped and counted, and harms nobody', () => {
    const stage = new Stage({ retainedMessages: 0 });
    const message = new Message('will', 'gone', { retain: true });
    for (const delaySeconds of [0, 5])
      stage.connect(`c${delaySeconds}`, { will: { message, delaySeconds } }).drop();
    stage.clock.pass(5_000);
    expect(stage.sessions.counters.dropped).toBe(2);
  });

  it('stays unsaid where the hub closes and says so', () => {
    const stage = new Stage();
    const watcher = watch(stage);
    const client = stage.connect('c', { will: will() });
    client.link.onClose = () => client.drop();
    stage.connect('d', { will: will(5) }).drop();
    stage.sessions.closeAll(new HubError('hub/closing', 'closing'));
    expect(client.link.closedWith).toMatchObject({ code: 'hub/closing' });
    stage.sessions.dispose();
    stage.clock.pass(60_000);
    expect(watcher.texts).toEqual([]);
    expect([stage.sessions.size, stage.hub.subscriptionCount]).toEqual([0, 1]);
  });
});

describe('A will that there is no room to retain', () => {
  it('reaches those who listen, and counts', () => {
    const stage = new Stage({ retainedBytes: 3_000 });
    const watcher = watch(stage);
    const message = new Message('will', 'x'.repeat(3_000), { retain: true });
    const device = stage.connect('device', { will: { message, delaySeconds: 0 } });
    device.session.publish(new Message('will', 'online', { retain: true }));
    device.drop();
    expect(watcher.texts).toEqual(['online', message.text]);
    expect(stage.hub.retained.get('will')?.text).toBe('online');
    expect(stage.sessions.counters.drops.will).toBe(1);
  });

  it('is rare: a short one replaces another even if its owner has taken all it may', () => {
    const stage = new Stage({ retainedBytes: 100_000 });
    const message = new Message('will', 'offline', { retain: true });
    const device = stage.connect('device', { will: { message, delaySeconds: 0 } });
    const publish = (topic: string, text: string) =>
      device.session.publish(new Message(topic, text, { retain: true }));
    publish('will', 'online');
    const fill = () => {
      for (let n = 0; ; n++) publish(`log/${n}`, 'x');
    };
    expect(fill).toThrow('no room');
    device.drop();
    expect(stage.hub.retained.get('will')?.text).toBe('offline');
    expect(stage.sessions.counters.drops.will).toBe(0);
  });
});

describe('What came by a shared subscription', () => {
  const SHARE = '$share/g/a';

  it('goes on to a member that is there when its first receiver goes [MQTT-4.8.2-4]', () => {
    const stage = new Stage();
    const [one, two] = [stage.connect('one'), stage.connect('two')];
    one.subscribe(SHARE);
    for (const text of texts(2)) stage.publish('a', text, 1);
    two.subscribe(SHARE);
    one.drop();
    expect(two.link.texts).toEqual(texts(2));
    expect(two.link.tracked.map(({ duplicate }) => duplicate)).toEqual([false, false]);
    expect(stage.connect('one').link.texts).toEqual([]);
  });

  it('stays with its receiver at QoS 2 once that has begun [MQTT-4.8.2-5], but not while it waits', () => {
    const stage = new Stage();
    const one = stage.connect('one', { receiveMaximum: 1 });
    const two = stage.connect('two');
    one.subscribe(SHARE);
    for (const text of ['begun', 'waiting']) stage.publish('a', text, 2);
    two.subscribe(SHARE);
    one.drop();
    expect(two.link.texts).toEqual(['waiting']);
    expect(stage.connect('one').link.texts).toEqual(['begun']);
  });

  it('waits for its receiver where there is nobody else', () => {
    const stage = new Stage();
    const one = stage.connect('one');
    one.subscribe(SHARE);
    one.subscribe('b');
    stage.publish('a', 'shared', 1);
    stage.publish('b', 'its own', 1);
    one.drop();
    expect(stage.connect('one').link.texts).toEqual(['shared', 'its own']);
  });

  it('goes to a member that is away when the session of its receiver ends', () => {
    const stage = new Stage();
    const [one, two] = [stage.connect('one', { expirySeconds: 10 }), stage.connect('two')];
    one.subscribe(SHARE);
    stage.publish('a', '1', 1);
    two.subscribe(SHARE);
    two.drop();
    one.drop();
    stage.clock.pass(10_000);
    expect(stage.connect('two').link.texts).toEqual(['1']);
  });

  it('leaves nothing in the account, wherever it goes', () => {
    const stage = new Stage();
    const [one, two] = [stage.connect('one', { receiveMaximum: 1, expirySeconds: 0 }), stage.connect('two')];
    one.subscribe(SHARE);
    for (const text of texts(10)) stage.publish('a', text, 1);
    two.subscribe(SHARE);
    one.drop();
    expect(two.link.texts).toEqual(texts(10));
    expect(stage.sessions.counters).toMatchObject({ queuedMessages: 0, queuedBytes: 0 });
  });
});
