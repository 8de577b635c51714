import { beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { LaneHub } from './lanes-stage.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

let time: SimulatedTime;
let cluster: SimulatedCluster;
beforeEach(() => {
  time = new SimulatedTime();
  cluster = new SimulatedCluster({ time, random: createRandom(1), maxEntryBytes: 4_000 });
});

async function serve(name: string): Promise<LaneHub> {
  const hub = new LaneHub({ cluster, time, name });
  await time.settle(hub.serving);
  return hub;
}

async function serveAll(...names: string[]): Promise<LaneHub[]> {
  const hubs = [];
  for (const name of names) hubs.push(await serve(name));
  await time.run(1_000); // By then the hubs have heard each other.
  return hubs;
}

async function serveTwo(): Promise<[LaneHub, LaneHub]> {
  return (await serveAll('a', 'b')) as [LaneHub, LaneHub];
}

describe('a hub of a cluster', () => {
  it.each(['ledger', 'ledger-base'])('cannot have the name %s, which a log of all hubs has', async (name) => {
    const { serving } = new LaneHub({ cluster, time, name });
    await expect(time.settle(serving)).rejects.toMatchObject({
      code: 'option/invalid',
      message: expect.stringContaining('--hub-name'),
    });
    expect(cluster.log(name).entries).toEqual([]);
  });
});

describe('two hubs of a cluster', () => {
  it('pass a message of QoS 0 only to hubs with a subscriber, and count each as one receiver', async () => {
    const [a, b] = await serveTwo();
    const heard = b.observe('x/+');
    await time.settle(b.untilSafe());
    expect(a.publish('x/1', 'hello')).toBe(1);
    expect(a.publish('y', 'nobody')).toBe(0);
    for (let n = 0; n < 3; n++) a.publish('x/2', `${n}`);
    await time.run(20);
    expect(heard).toEqual(['x/1 hello', 'x/2 0', 'x/2 1', 'x/2 2']);
  });

  it.each([1, 2] as const)(
    'pass on a message of QoS %d, which is safe once it has come back',
    async (qos) => {
      const [a, b] = await serveTwo();
      const heard = b.observe('x');
      const own = a.observe('x');
      await time.settle(b.untilSafe());
      expect(a.publish('x', 'hello', { qos })).toBe(2);
      expect(own).toEqual([]);
      await time.settle(a.untilSafe());
      expect(own).toEqual(['x hello']);
      await time.run(20);
      expect(heard).toEqual(['x hello']);
    },
  );

  it('read only the messages of QoS 1 that have a subscriber there, even right after a client has subscribed', async () => {
    const [a, b, c] = await serveAll('a', 'b', 'c');
    if (!a || !b || !c) return expect.unreachable();
    b.observe('x/+');
    await time.settle(b.untilSafe());
    const searches = c.running.hub.searches; // A hub that reads a message looks up its topic.
    for (let n = 0; n < 9; n++) a.publish(`x/${n}`, 'for b', { qos: 1 });
    await time.settle(a.untilSafe());
    await time.run(20);
    expect(c.running.hub.searches).toBe(searches);
    for (let n = 0; n < 9; n++) a.publish(`y/${n}`, `${n}`, { qos: 1 });
    const heard = c.observe('y/+');
    await time.run(1_000);
    expect(heard.length).toBe(9);
  });

  it('have the retained messages of the other, and so does a hub that comes later', async () => {
    const [a, b] = await serveTwo();
    a.publish('x', '1', { retain: true });
    b.publish('y', '2', { retain: true, qos: 1 });
    b.publish('z', '3', { retain: true });
    b.publish('z', '', { retain: true });
    await time.run(100);
    const c = await serve('c');
    for (const hub of [a, b, c]) expect(hub.retained).toEqual(['x 1', 'y 2']);
  });

  it('show a slider at once, even while servers elect a leader', async () => {
    const [a, b] = await serveTwo();
    const heard = b.observe('x');
    await time.settle(b.untilSafe());
    cluster.isElecting = true;
    a.publish('x', '1', { retain: true });
    await time.run(20);
    expect(heard).toEqual(['x 1']);
    expect(b.retained).toEqual(['x 1']);
    cluster.isElecting = false;
    await time.settle(a.untilSafe());
    await time.run(1_000);
    expect(heard).toEqual(['x 1']);
  });

  it('end with the same value if both have published at the same time', async () => {
    const [a, b] = await serveTwo();
    const [heardA, heardB] = [a.observe('x'), b.observe('x')];
    await time.settle(Promise.all([a.untilSafe(), b.untilSafe()]));
    a.publish('x', 'a', { retain: true });
    b.publish('x', 'b', { retain: true });
    await time.run(5_000);
    expect(a.retained).toEqual(b.retained);
    expect([heardA.at(-1)]).toEqual(a.retained);
    expect([heardB.at(-1)]).toEqual(a.retained);
    expect(a.peers.isSettled && b.peers.isSettled).toBe(true);
  });

  it('take back a value that was shown early if its hub dies before the ledger has it', async () => {
    const [a, b] = await serveTwo();
    a.publish('x', 'old', { retain: true });
    await time.run(100);
    const heard = b.observe('x');
    await time.settle(b.untilSafe());
    cluster.isElecting = true;
    a.publish('x', 'new', { retain: true });
    await time.run(20);
    a.kill();
    expect(heard).toEqual(['x new']);
    cluster.isElecting = false;
    await serve('a');
    await time.run(1_000);
    expect(heard).toEqual(['x new', 'x old']);
    expect(b.retained).toEqual(['x old']);
  });

  it('give a message of a shared subscription to one member among all', async () => {
    const [a, b] = await serveTwo();
    const heard = [a.observe('$share/g/x'), a.observe('$share/g/x'), b.observe('$share/g/x')];
    await time.settle(Promise.all([a.untilSafe(), b.untilSafe()]));
    for (let n = 0; n < 6; n++) a.publish('x', `q0-${n}`);
    for (let n = 0; n < 6; n++) b.publish('x', `q1-${n}`, { qos: 1 });
    await time.run(1_000);
    expect(heard.flat().length).toBe(12);
    expect(new Set(heard.flat()).size).toBe(12);
    for (const one of heard) expect(one.length).toBe(4);
  });

  it('carry messages that are longer than a frame', async () => {
    const [a, b] = await serveTwo();
    const heard = b.observe('#');
    await time.settle(b.untilSafe());
    for (const [topic, length] of [
      ['p', 2_500],
      ['q', 30_000],
    ] as const) {
      a.publish(topic, 'x'.repeat(length), { retain: true });
      a.publish(topic, 'y'.repeat(length));
    }
    await time.run(1_000);
    expect(heard.map((text) => text.slice(0, 3)).sort()).toEqual(['p x', 'p y', 'q x', 'q y']);
    expect(heard.map(({ length }) => length).sort()).toEqual([2_502, 2_502, 30_002, 30_002]);
  });

  it('pass on no topic of $SYS', async () => {
    const [a, b] = await serveTwo();
    const heard = b.observe('$SYS/#');
    await time.settle(b.untilSafe());
    a.publish('$SYS/broker/uptime', '1', { retain: true, qos: 1 });
    await time.run(1_000);
    expect(heard).toEqual([]);
    expect(b.retained).toEqual([]);
  });

  it('acknowledge a subscription after a second although the other does not answer', async () => {
    const [a, b] = await serveTwo();
    b.engine.isFrozen = true;
    a.observe('x');
    const begun = time.now();
    await time.settle(a.untilSafe());
    expect(time.now() - begun).toBeGreaterThan(900);
    expect(time.now() - begun).toBeLessThan(1_200);
  });

  it('keep the ledger short, and a hub that comes later still has everything', async () => {
    const [a, b] = await serveTwo();
    for (let n = 0; n < 400; n++) {
      a.publish(`topic/${n % 9}`, `${n}`, { retain: true });
      b.publish(`topic/b${n % 7}`, `${n}`, { retain: true, qos: 1 });
      await time.run(100);
    }
    await time.run(20_000);
    expect(cluster.log('ledger').first).toBeGreaterThan(100);
    a.publish('last', '1', { retain: true });
    await time.settle(a.untilSafe());
    a.kill();
    const [again, c] = [await serve('a'), await serve('c')];
    expect(b.retained.length).toBe(17);
    for (const hub of [again, c]) expect(hub.retained).toEqual(b.retained);
  });
});
