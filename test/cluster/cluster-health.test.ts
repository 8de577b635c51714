import { beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { HubProcess } from './owners-stage.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

let time: SimulatedTime;
let cluster: SimulatedCluster;
beforeEach(() => {
  time = new SimulatedTime();
  cluster = new SimulatedCluster({ time, random: createRandom(1) });
});

async function start(...names: string[]): Promise<HubProcess[]> {
  const hubs = names.map((name) => new HubProcess(cluster, time, name));
  for (const hub of hubs) await time.settle(hub.serving);
  await time.run(6_000); // By then the hubs have heard each other, and asked the servers.
  return hubs;
}

/** The answer of a hub's readiness check. */
const troubleOf = ({ store }: HubProcess) => store?.failure()?.message;

describe('servers without a majority', () => {
  it('make hubs that hear each other wait, acknowledge nothing meanwhile, and continue without a restart', async () => {
    const [a, b] = await start('a', 'b');
    if (!a || !b) return expect.unreachable();
    cluster.isElecting = true;
    a.publish('t', 'kept in the end', { qos: 1, retain: true });
    let isKept = false;
    const kept = a.untilSafe().then(() => {
      isKept = true;
    });
    await time.run(60_000);
    expect(isKept).toBe(false);
    for (const hub of [a, b]) expect(troubleOf(hub)).toContain('no majority');
    cluster.isElecting = false;
    await time.settle(kept);
    await time.run(10_000);
    for (const hub of [a, b]) expect(troubleOf(hub)).toBeUndefined();
    expect(b.retained).toContain('t kept in the end');
    expect([a.lost, b.lost]).toEqual([undefined, undefined]);
  });

  it('end a hub that misses another one, which may have taken over from it', async () => {
    const [a, b] = await start('a', 'b');
    if (!a || !b) return expect.unreachable();
    cluster.isElecting = true;
    b.kill();
    await time.run(60_000);
    expect(a.lost).toContain('no majority');
  });
});

it('a hub that loses its state while it waits for its place among the others does not begin', async () => {
  cluster.fullLogs.add('ledger');
  const hub = new HubProcess(cluster, time, 'a');
  const begun = hub.serving.then(
    () => 'serves',
    () => 'ends',
  );
  await time.run(2_000);
  hub.engine.isReachable = false;
  expect(await time.settle(begun)).toBe('ends');
  expect(hub.lost).toContain('not reachable');
});

it('a hub that loses its state while it joins the others ends with that reason', async () => {
  const hub = new HubProcess(cluster, time, 'a');
  await time.runUntil(() => cluster.cells.has('hubs'));
  hub.engine.isReachable = false;
  await time.run(6_000);
  hub.engine.isReachable = true;
  await time.run(10_000);
  expect(hub.lost).toContain('not reachable');
});

describe('a log that is gone', () => {
  it.each([
    ['a', 'the log of this hub'],
    ['ledger', 'the ledger'],
  ])('ends its hub with that reason: %s', async (name, reason) => {
    const [a] = await start('a');
    cluster.gone.add(name);
    await time.run(20_000);
    expect(a?.lost).toContain(`${reason} is gone`);
  });

  it.each([
    ['a', 'the log of hub a'],
    ['ledger', 'the ledger'],
  ])('is not begun again by the next process: %s', async (name, reason) => {
    const [a] = await start('a');
    a?.publish('t', 'x', { qos: 1, retain: true });
    await time.run(1_000);
    await time.settle(a?.stop() ?? Promise.resolve());
    cluster.logs.delete(name);
    const next = new HubProcess(cluster, time, 'a', 'next');
    await expect(time.settle(next.serving)).rejects.toMatchObject({
      code: 'store/damaged',
      message: expect.stringContaining(`${reason} is gone`),
    });
  });
});

it('a cluster without room says so, acknowledges nothing, and goes on when there is room', async () => {
  const [a] = await start('a');
  if (!a) return expect.unreachable();
  cluster.isFull = true;
  a.publish('t', 'x', { qos: 1, retain: true });
  await expect(time.settle(a.untilSafe())).rejects.toMatchObject({ code: 'store/unavailable' });
  expect(troubleOf(a)).toContain('no room');
  cluster.isFull = false;
  await time.run(5_000);
  expect(troubleOf(a)).toBeUndefined();
  await time.settle(a.untilSafe());
  expect(a.retained).toContain('t x');
});
