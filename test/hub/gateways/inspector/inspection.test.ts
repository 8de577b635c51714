import { afterEach, describe, expect, it } from 'vitest';
import { type Access, openToAll } from '../../../../hub/access/access.ts';
import type { InspectedRow, InspectionFrame } from '../../../../hub/core/inspection.ts';
import { Message } from '../../../../hub/core/message.ts';
import { ALL_RIGHTS, type Rights } from '../../../../hub/core/rights.ts';
import { RawClient } from '../socket-io/raw-client.ts';
import { openSocketIoHub, type SocketIoHub, type SocketIoHubOptions } from '../socket-io/socket-io-hub.ts';

let hub: SocketIoHub;
const clients: RawClient[] = [];

async function open(options: SocketIoHubOptions = {}): Promise<void> {
  hub = await openSocketIoHub(options);
}
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await hub.stop();
});

/** A client that inspects the topics. */
class Inspector {
  readonly client = new RawClient(hub.url);
  readonly frames: InspectionFrame[] = [];
  #came: () => void = () => undefined;

  constructor() {
    clients.push(this.client);
    this.client.socket.on('inspected', (frame: InspectionFrame) => {
      this.frames.push(frame);
      this.#came();
    });
  }

  /** Sends a request, and resolves to the first complete frame that fits. */
  async ask(request: object, suits: (frame: InspectionFrame) => boolean = () => true) {
    const from = this.frames.length;
    const answer = await this.client.ask('inspect', { from: 0, count: 100, toggled: [], ...request });
    expect(answer).toEqual({ ok: true });
    return this.frame(suits, from);
  }

  async frame(suits: (frame: InspectionFrame) => boolean, from = 0): Promise<InspectionFrame> {
    for (let index = from; ; index++) {
      while (index >= this.frames.length)
        await new Promise<void>((resolve) => {
          this.#came = resolve;
        });
      const frame = this.frames[index];
      if (frame?.isComplete && suits(frame)) return frame;
    }
  }
}

const retain = (topic: string, payload: string | Uint8Array = '1') =>
  hub.hub.publish(new Message(topic, payload, { retain: true }));
const publish = (topic: string, payload: string | Uint8Array = '1') =>
  hub.hub.publish(new Message(topic, payload));
const namesOf = ({ rows }: InspectionFrame) => rows.map(({ topic, depth }) => `${' '.repeat(depth)}${topic}`);
const rowOf = ({ rows }: InspectionFrame, topic: string): InspectedRow =>
  rows.find((row) => row.topic === topic) ?? expect.unreachable(`no row of ${topic}`);

describe('An inspector of topics', () => {
  it('is shown what is retained, and the counts of what comes, only in the open rows', async () => {
    await open();
    retain('house/kitchen/light', 'on');
    retain('house/attic', '21');
    const inspector = new Inspector();
    const first = await inspector.ask({});
    expect(namesOf(first)).toEqual(['house']);
    expect(first.rows[0]).toEqual({ topic: 'house', depth: 0, children: 2, topics: 2, messages: 0 });
    const open1 = await inspector.ask({ toggled: ['house'] });
    expect(namesOf(open1)).toEqual(['house', ' house/attic', ' house/kitchen']);
    expect(rowOf(open1, 'house/attic')).toMatchObject({ value: '21', isRetained: true });
    publish('house/kitchen/light', 'off');
    publish('car', new Uint8Array([0xff]));
    const counted = await inspector.frame(({ messages }) => messages === 2);
    expect(namesOf(counted)).toEqual(['car', 'house', ' house/attic', ' house/kitchen']);
    expect(rowOf(counted, 'house')).toMatchObject({ messages: 1, topics: 2 });
    expect(rowOf(counted, 'car')).toMatchObject({ messages: 1, bytes: 1 });
    expect(rowOf(counted, 'car').isRetained).toBeUndefined();
  });

  it('gets the rows in sight of a level that is very wide', async () => {
    await open();
    for (let index = 0; index < 5_000; index++) retain(`wide/${String(index).padStart(4, '0')}`);
    const inspector = new Inspector();
    const frame = await inspector.ask({ toggled: ['wide'], from: 4_000, count: 3 });
    expect(frame).toMatchObject({ total: 5_001, from: 4_000, topics: 5_000 });
    expect(namesOf(frame)).toEqual([' wide/3999', ' wide/4000', ' wide/4001']);
  });

  it('has no row come or go while rows are held, and sees how many wait; counts go on', async () => {
    await open();
    retain('b');
    const inspector = new Inspector();
    await inspector.ask({ isHeld: true });
    publish('a');
    publish('b');
    const held = await inspector.frame(({ messages }) => messages === 2);
    expect([namesOf(held), held.waiting, rowOf(held, 'b').messages]).toEqual([['b'], 1, 1]);
    const free = await inspector.ask({ isHeld: false });
    expect([namesOf(free), free.waiting]).toEqual([['a', 'b'], 0]);
  });

  it('gets nothing while paused but what it asks for, and has lost no count afterwards', async () => {
    await open();
    const inspector = new Inspector();
    await inspector.ask({ isPaused: true });
    const { length } = inspector.frames;
    for (let count = 0; count < 100; count++) publish('a');
    await inspector.client.ask('ping');
    expect(inspector.frames).toHaveLength(length);
    const frame = await inspector.ask({ isPaused: false });
    expect(rowOf(frame, 'a').messages).toBe(100);
  });

  it('finds topics by filter and by text, opened, with the counts from before', async () => {
    await open();
    const inspector = new Inspector();
    await inspector.ask({});
    for (const topic of ['z/Lamp/power', 'z/lamp/state', 'z/plug/power', 'lamp']) publish(topic);
    const byText = await inspector.ask({ text: 'LAMP' });
    expect(namesOf(byText)).toEqual(['lamp', 'z', ' z/Lamp', '  z/Lamp/power', ' z/lamp', '  z/lamp/state']);
    expect([byText.messages, byText.topics, rowOf(byText, 'z').messages]).toEqual([3, 3, 2]);
    const byFilter = await inspector.ask({ filter: 'z/+/power' });
    publish('z/plug/power');
    publish('z/plug/state');
    const counted = await inspector.frame(
      ({ messages }) => messages === 3,
      inspector.frames.indexOf(byFilter),
    );
    expect(namesOf(counted)).toEqual(['z', ' z/Lamp', '  z/Lamp/power', ' z/plug', '  z/plug/power']);
    const closed = await inspector.ask({ filter: 'z/+/power', toggled: ['z/plug'] });
    expect(namesOf(closed)).toEqual(['z', ' z/Lamp', '  z/Lamp/power', ' z/plug']);
  });

  it('finds topics by what their values say: retained ones, and any that come while it looks', async () => {
    await open();
    for (const [topic, value] of [
      ['a/found', 'Kitchen'],
      ['a/other', 'attic'],
      ['a/long', `${'.'.repeat(4_090)}kitchen`],
      ['a/bytes', new Uint8Array([0xff])],
    ] as const)
      retain(topic, value);
    const inspector = new Inspector();
    await inspector.ask({});
    publish('a/late', 'attic');
    const text = 'KITCHEN';
    expect(namesOf(await inspector.ask({ text }))).toEqual(['a', ' a/found']);
    publish('a/late', 'the kitchen');
    publish('a/found', 'attic');
    publish('a/late', 'attic');
    const late = await inspector.frame(({ messages }) => messages === 4, inspector.frames.length);
    expect(namesOf(late)).toEqual(['a', ' a/found', ' a/late']);
    expect([rowOf(late, 'a/late').messages, rowOf(late, 'a/found').value]).toEqual([3, 'attic']);
  });

  it('has pins in front of the tree, with all below them, whatever the filter', async () => {
    await open();
    for (const topic of ['a/b/c', 'a/b/d', 'x']) retain(topic);
    const inspector = new Inspector();
    const frame = await inspector.ask({ pins: ['a/b', 'gone'], toggledPins: ['a/b'], text: 'x' });
    expect(namesOf(frame)).toEqual(['a/b', ' a/b/c', ' a/b/d', 'x']);
    expect([frame.pinned, frame.total, rowOf(frame, 'a/b').isPinned]).toEqual([3, 4, true]);
    const deeper = await inspector.ask({ pins: ['a'], toggledPins: ['a', 'a/b'] });
    expect(namesOf(deeper)).toEqual(['a', ' a/b', '  a/b/c', '  a/b/d', 'a', 'x']);
    const closed = await inspector.ask({ pins: ['a'], toggledPins: ['a/b'] });
    expect(namesOf(closed)).toEqual(['a', 'a', 'x']);
  });

  it('gets each message of the topics that it watches in full, the last one first', async () => {
    await open();
    const inspector = new Inspector();
    await inspector.ask({});
    const other = await new RawClient(hub.url).connected();
    clients.push(other);
    const properties = { contentType: 'text/x', responseTopic: 're', userProperties: [['a', '1']] as const };
    hub.hub.publish(new Message('t', new Uint8Array([0, 0xff]), { qos: 1, properties }));
    await inspector.frame(({ messages }) => messages === 1);
    const first = await inspector.ask({ watched: ['t'] });
    expect(first.seen).toEqual([
      {
        topic: 't',
        at: expect.any(Number),
        payload: null,
        base64: 'AP8=',
        qos: 1,
        retain: false,
        isOld: true,
        ...properties,
      },
    ]);
    await other.ask('publish', 't', 'live', { retain: true, qos: 2 });
    const { seen } = await inspector.frame((frame) => frame.seen.length > 0, inspector.frames.length);
    expect(seen).toEqual([
      {
        topic: 't',
        at: expect.any(Number),
        payload: 'live',
        qos: 2,
        retain: true,
        by: { client: expect.stringMatching(/^socket\.io-/) },
      },
    ]);
  });

  it('begins with the messages that a topic had before it was watched, the last twenty of them and one more', async () => {
    await open();
    const inspector = new Inspector();
    await inspector.ask({});
    for (let index = 0; index < 30; index++) publish('t', `${index}`);
    await inspector.frame(({ messages }) => messages === 30);
    const { seen, missed } = await inspector.ask({ watched: ['t'] });
    const last = Array.from({ length: 21 }, (_, index) => [`${index + 9}`, true]);
    expect([missed, seen.map(({ payload, isOld }) => [payload, isOld])]).toEqual([0, last]);
  });

  it('sees how many messages of what it watches were too many for a frame', async () => {
    await open();
    const inspector = new Inspector();
    await inspector.ask({ watched: ['t'] });
    for (let index = 0; index < 600; index++) publish('t', `${index}`);
    const { seen, missed } = await inspector.frame((frame) => frame.seen.length > 0);
    expect([missed, seen.length, seen.at(-1)?.payload]).toEqual([100, 500, '599']);
  });

  it('sees what it may read, and nothing from before its rights have changed', async () => {
    const read = ['a/#'];
    const rights: Rights = {
      ...ALL_RIGHTS,
      mayRead: (topic) => read.some((filter) => topic.startsWith(filter.slice(0, -1))),
      maySubscribe: () => true,
      permissions: { ...ALL_RIGHTS.permissions, read },
    };
    const access: Access = { ...openToAll, rightsOf: () => rights };
    await open({ access });
    for (const topic of ['a/1', 'b/1', '$SYS/x']) retain(topic);
    const inspector = new Inspector();
    const all = { toggled: ['a', 'b', '$SYS'], watched: ['a/1', 'b/1'] };
    const mine = await inspector.ask(all);
    expect(namesOf(mine)).toEqual(['a', ' a/1']);
    expect(mine.seen.map(({ topic }) => topic)).toEqual(['a/1']);
    for (const topic of ['a/1', 'b/1']) publish(topic, 'live');
    const live = await inspector.frame(({ messages }) => messages > 0);
    expect([live.messages, live.seen.map(({ payload, by }) => [payload, by])]).toEqual([
      1,
      [['live', undefined]],
    ]);
    read.splice(0, 1, 'b/#');
    publish('b/1');
    expect(namesOf(await inspector.ask(all))).toEqual(['b', ' b/1']);
  });

  it('is shown first levels that begin with $ if something is retained there, and others once its filter names them', async () => {
    await open();
    retain('$house/light', 'on');
    const inspector = new Inspector();
    const first = await inspector.ask({ toggled: ['$house'] });
    expect(namesOf(first)).toEqual(['$house', ' $house/light']);
    publish('$garden/lamp');
    publish('$house/light', 'off');
    const counted = await inspector.frame(({ messages }) => messages > 0);
    expect([rowOf(counted, '$house').messages, counted.messages]).toEqual([1, 1]);
    expect(namesOf(await inspector.ask({ filter: '$garden/+' }))).toEqual([]);
    publish('$garden/lamp', 'on');
    const named = await inspector.frame(({ rows }) => rows.length > 0 && rows[0]?.topic === '$garden');
    expect(namesOf(named)).toEqual(['$garden', ' $garden/lamp']);
  });

  it('is shown first levels that begin with $ if its rights name them', async () => {
    const permissions = { ...ALL_RIGHTS.permissions, read: ['$house/+/state'] };
    const rights: Rights = {
      ...ALL_RIGHTS,
      permissions,
      mayRead: (topic) => topic.startsWith('$house/'),
      maySubscribe: (path) => path === '$house/#',
    };
    await open({ access: { ...openToAll, rightsOf: () => rights } });
    const inspector = new Inspector();
    await inspector.ask({});
    for (const topic of ['$house/lamp/state', '$garden/lamp/state', 'lamp']) publish(topic);
    const frame = await inspector.frame(({ messages }) => messages > 0);
    expect([namesOf(frame), frame.messages]).toEqual([['$house'], 1]);
  });

  it('sees when there is no room for more topics; messages of these are still counted', async () => {
    await open({ limits: { inspectedTopics: 10 } });
    const inspector = new Inspector();
    expect((await inspector.ask({})).isFull).toBe(false);
    for (let number = 0; number < 20; number++) publish(`t${number}`);
    const full = await inspector.frame(({ isFull }) => isFull);
    expect(full.uncounted).toBeGreaterThan(0);
    expect([full.messages, full.topics + full.uncounted]).toEqual([20, 20]);
  });

  it('costs nothing once it no longer looks, or is gone', async () => {
    await open();
    for (const leave of ['ask', 'close'] as const) {
      const inspector = new Inspector();
      await inspector.ask({ watched: ['a'] });
      expect(hub.hub.subscriptionCount).toBe(3);
      if (leave === 'ask') await inspector.client.ask('inspect');
      else inspector.client.close();
      while (hub.hub.subscriptionCount > 0) await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it.each(['toggled', 'toggledPins', 'pins'])('is refused too many levels in %s', async (list) => {
    await open();
    const client = await new RawClient(hub.url).connected();
    clients.push(client);
    const request = { from: 0, count: 10, toggled: [], [list]: ['a/'.repeat(64_000)] };
    const answer = await client.ask('inspect', request);
    expect(answer).toMatchObject({ ok: false, error: { code: 'event/invalid' } });
    expect(hub.hub.subscriptionCount).toBe(0);
  });

  it.each([
    [{ from: -1 }, 'event/invalid'],
    [{ count: 501 }, 'event/invalid'],
    [{ watched: ['a/+'] }, 'topic/invalid'],
    [{ filter: 'a/#/b' }, 'filter/invalid'],
    [{ filter: '$share/g/a' }, 'filter/invalid'],
    [{ everything: true }, 'event/invalid'],
    [{ watched: Array.from({ length: 17 }, (_, index) => `${index}`) }, 'event/invalid'],
  ])('is refused an invalid request: %j', async (wrong, code) => {
    await open();
    const client = await new RawClient(hub.url).connected();
    clients.push(client);
    const answer = await client.ask('inspect', { from: 0, count: 10, toggled: [], ...wrong });
    expect(answer).toMatchObject({ ok: false, error: { code } });
    expect(hub.hub.subscriptionCount).toBe(0);
  });
});
