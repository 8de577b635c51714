import { beforeEach, describe, expect, it } from 'vitest';
import { encodeFrame } from '../../hub/cluster/frame.ts';
import { Message } from '../../hub/core/message.ts';
import { ByteWriter } from '../../hub/storage/engine/bytes.ts';
import { INTEGER } from '../../hub/storage/engine/table.ts';
import { createRandom } from '../random.ts';
import { type ClientOptions, type ClusterClient, HubProcess } from './owners-stage.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

let time: SimulatedTime;
let cluster: SimulatedCluster;
beforeEach(() => {
  time = new SimulatedTime();
  cluster = new SimulatedCluster({ time, random: createRandom(1) });
});

async function start(name: string, instance = name): Promise<HubProcess> {
  const process = new HubProcess(cluster, time, name, instance);
  await time.settle(process.serving);
  return process;
}

const connect = (hub: HubProcess, id: string, options?: ClientOptions): Promise<ClusterClient> =>
  time.settle(hub.connect(id, options));

/** A hub with the session of an offline client, for which a message is queued. */
async function startWithSession(name: string): Promise<HubProcess> {
  const hub = await start(name);
  const client = await connect(hub, 'x');
  client.subscribe('t');
  client.drop();
  hub.publish('t', '1');
  await time.settle(hub.untilSafe());
  return hub;
}

const will = (delaySeconds = 0) => ({ message: new Message('status', 'offline', { qos: 1 }), delaySeconds });

/** The cell that says who owns the state of a hub. */
const cellOf = (hub: string) => JSON.parse(cluster.cells.get(`hub-${hub}`)?.text ?? '{}');

/** Lets time pass until another hub has the state of a hub. */
const untilEmpty = (hub: string) => time.runUntil(() => cellOf(hub).isEmpty === true, time.now() + 60_000);

describe('a hub that serves', () => {
  it('takes over the sessions of a hub that dies, within three seconds, and continues to serve', async () => {
    const a = await startWithSession('a');
    const b = await start('b');
    const other = await connect(b, 'y');
    const begun = time.now();
    a.kill();
    await untilEmpty('a');
    expect(time.now() - begun).toBeLessThan(3_500);
    expect(other.link.closedWith).toBeUndefined();
    expect(b.has('x')).toBe(true);
    expect((await connect(b, 'x')).received).toEqual(['1']);
    await time.run(100);
    expect(b.lines).toContain('hub a is gone; its sessions are here');
  });

  it('takes over sooner if the servers report that the connection of a hub has ended', async () => {
    cluster.tellsEnds = true;
    const a = await startWithSession('a');
    await start('b');
    await time.run(1_000);
    const begun = time.now();
    a.kill();
    await untilEmpty('a');
    expect(time.now() - begun).toBeLessThan(1_900);
  });

  it('takes over at once from a stopped hub, which is empty when it starts again', async () => {
    const a = await startWithSession('a');
    const b = await start('b');
    await time.settle(a.stop());
    const begun = time.now();
    await untilEmpty('a');
    expect(time.now() - begun).toBeLessThan(1_000);
    const again = await start('a');
    expect([again.has('x'), b.has('x')]).toEqual([false, true]);
    const client = await connect(again, 'x');
    expect(client.received).toEqual(['1']);
    await time.run(100);
    expect(b.has('x')).toBe(false);
  });

  it('leaves a dead hub to a process that waits for it', async () => {
    const a = await startWithSession('a');
    const b = await start('b');
    const waiting = new HubProcess(cluster, time, 'a', 'another process');
    await time.run(1_000);
    a.kill();
    await time.settle(waiting.serving);
    await time.run(20_000);
    expect([waiting.has('x'), b.has('x')]).toEqual([true, false]);
    expect(waiting.lost).toBeUndefined();
  });

  it('publishes the wills of the dead hub’s clients, once, unless they reconnect', async () => {
    const a = await start('a');
    const b = await start('b');
    const back = { message: new Message('status', 'back', { qos: 1 }), delaySeconds: 0 };
    for (const id of ['x', 'y']) await connect(a, id, { will: id === 'x' ? will() : back });
    await connect(a, 'z', { will: will(), expirySeconds: 0 });
    await time.settle(a.untilSafe());
    a.kill();
    const heard = b.observe('status');
    await connect(b, 'y');
    await time.run(50_000);
    expect(heard).toEqual([]);
    await time.run(20_000);
    expect(heard).toEqual(['offline', 'offline']);
    await time.run(60_000);
    expect(heard).toEqual(['offline', 'offline']);
  });

  it.each([
    ['all hubs know', 'ledger'],
    ['it is kept that it does', 'a'],
  ])('says a will once that another one publishes, if that dies before %s', async (_, full) => {
    const a = await start('a');
    const b = await start('b');
    const client = await connect(a, 'x', { will: will() });
    await time.settle(a.untilSafe());
    const heard = b.observe('status');
    cluster.fullLogs.add(full);
    client.drop();
    await time.run(100);
    a.kill();
    cluster.fullLogs.clear();
    await time.run(70_000);
    expect(heard).toEqual(['offline']);
  });

  it('publishes a will after its delay, counted from the adoption of the hub', async () => {
    const a = await start('a');
    const b = await start('b');
    await connect(a, 'x', { will: will(300) });
    await time.settle(a.untilSafe());
    a.kill();
    await untilEmpty('a');
    const heard = b.observe('status');
    await time.run(295_000);
    expect(heard).toEqual([]);
    await time.run(10_000);
    expect(heard).toEqual(['offline']);
  });

  it('drops a will whose topic its client has published to, as another client of another hub', async () => {
    const a = await start('a');
    const b = await start('b');
    const message = new Message('led/21/status', 'offline', { qos: 1, retain: true });
    await connect(a, 'x', { will: { message, delaySeconds: 0 }, expirySeconds: 0 });
    await time.settle(a.untilSafe());
    a.kill();
    await untilEmpty('a');
    const heard = b.observe('led/#');
    b.hub?.publish(new Message('led/21/status', 'online', { retain: true }));
    await time.run(70_000);
    expect(heard).toEqual(['online']);
  });

  it('adopts what a dead adopter had adopted', async () => {
    const a = await startWithSession('a');
    const b = await start('b');
    const c = await start('c');
    b.engine.isFrozen = true; // While b is frozen, c becomes the adopter.
    a.kill();
    await time.run(1_000);
    b.engine.isFrozen = false;
    await untilEmpty('a');
    const [first, second] = b.has('x') ? [b, c] : [c, b];
    first.kill();
    await untilEmpty(first.name);
    expect((await connect(second, 'x')).received).toEqual(['1']);
  });

  it('of several, one takes over, and all find the session there', async () => {
    const a = await startWithSession('a');
    const others = [await start('b'), await start('c'), await start('d')];
    a.kill();
    await untilEmpty('a');
    expect(others.filter((hub) => hub.has('x')).length).toBe(1);
    for (const hub of others) expect((await connect(hub, 'x')).isPresent).toBe(true);
    await time.run(1_000);
    expect(others.filter((hub) => hub.has('x')).length).toBe(1);
  });

  it('fences a frozen hub, which acknowledges nothing when it wakes up', async () => {
    const a = await startWithSession('a');
    const b = await start('b');
    a.engine.isFrozen = true;
    a.publish('t', 'void');
    const safe = a.untilSafe().then(
      () => 'safe',
      (failure) => failure.code,
    );
    await untilEmpty('a');
    a.engine.isFrozen = false;
    expect(await time.settle(safe)).toBe('store/unavailable');
    expect(a.lost).toBeDefined();
    expect((await connect(b, 'x')).received).toEqual(['1']);
  });
});

it('a hub that cannot read the log of a dead one says so once, changes nothing, and continues to serve', async () => {
  const a = await startWithSession('a');
  const b = await start('b');
  a.kill();
  const version = new ByteWriter();
  INTEGER.write(version, 999_999);
  const stored = cluster.log('a');
  stored.append(encodeFrame({ kind: 'fence', epoch: 2, count: 0, content: version.bytes }), undefined);
  const { last } = stored;
  await time.run(20_000);
  expect(b.lines.filter((line) => line.includes('cannot be adopted'))).toEqual([
    'hub a cannot be adopted yet',
  ]);
  expect(stored.last).toBe(last);
  expect(cellOf('a').adopter).toBeUndefined();
  b.publish('t', 'x');
  await time.settle(b.untilSafe());
});

describe('an adopter that dies while it adopts', () => {
  /** Kills the adopter after this many milliseconds of its adoption, and reports how far it was. */
  async function killAfter(ms: number) {
    const a = await startWithSession('a');
    const b = await start('b');
    a.kill();
    const isAdopting = () => cellOf('a').adopter === 'b';
    await time.runUntil(isAdopting);
    for (let passed = 0; passed < ms; passed++) await time.run(1); // Lets everything settle in between.
    b.kill();
    return cellOf('a').isEmpty === true ? 'after' : 'before';
  }

  it('is replaced by another that starts over, whenever it dies', async () => {
    const moments = new Set<string>();
    for (let ms = 0; ms <= 40; ms += 4) {
      time = new SimulatedTime();
      cluster = new SimulatedCluster({ time, random: createRandom(ms) });
      moments.add(await killAfter(ms));
      const c = await start('c');
      await time.run(30_000);
      const client = await connect(c, 'x');
      expect([ms, client.isPresent, client.received]).toEqual([ms, true, ['1']]);
    }
    expect(moments).toEqual(new Set(['before', 'after']));
  });

  it('leaves the state to the hub itself, or says that it has it', async () => {
    for (let ms = 0; ms <= 40; ms += 4) {
      time = new SimulatedTime();
      cluster = new SimulatedCluster({ time, random: createRandom(ms) });
      await killAfter(ms);
      const again = await start('a', 'again');
      await time.run(30_000);
      const client = await connect(again, 'x');
      expect([ms, client.isPresent, client.received]).toEqual([ms, true, ['1']]);
    }
  });
});
