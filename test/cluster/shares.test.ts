import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { HubProcess } from './owners-stage.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

let time: SimulatedTime;
let cluster: SimulatedCluster;
beforeEach(begin);

function begin(seed = 1): void {
  time = new SimulatedTime();
  cluster = new SimulatedCluster({ time, random: createRandom(seed), maxEntryBytes: 4_000 });
}

async function start(...names: string[]): Promise<HubProcess[]> {
  const hubs = names.map((name) => new HubProcess(cluster, time, name));
  for (const { serving } of hubs) await time.settle(serving);
  await time.run(1_000); // By then the hubs have heard each other.
  return hubs;
}

const SHARE = '$share/g/s';

async function join(hub: HubProcess, id: string) {
  const client = await time.settle(hub.connect(id));
  client.subscribe(SHARE);
  await time.settle(hub.untilSafe());
  return client;
}

describe('members of a shared subscription at several hubs', () => {
  it('get equal parts, at whichever hubs they are, and whichever hub publishes', async () => {
    const members = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).filter((counts) => counts.some((n) => n > 0));
    const publishers = fc.array(fc.nat(2), { minLength: 1, maxLength: 4 });
    const law = async (counts: readonly number[], from: readonly number[], isSlow: boolean) => {
      begin();
      const hubs = await start('a', 'b', 'c');
      const clients = [];
      for (const [index, count] of counts.entries())
        for (let n = 0; n < count; n++) clients.push(await join(hubs[index] as HubProcess, `${index}-${n}`));
      const total = 48;
      for (let n = 0; n < total; n++) {
        hubs[from[n % from.length] ?? 0]?.publish('s', `${n}`);
        if (isSlow) await time.run(20);
      }
      await time.run(2_000);
      const parts = clients.map(({ received }) => received.length);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
      // Each publishing hub and each delivering hub has its own rotation.
      for (const part of parts) expect(Math.abs(part - total / parts.length)).toBeLessThanOrEqual(6);
    };
    await fc.assert(fc.asyncProperty(members, publishers, fc.boolean(), law), {
      ...{ seed: 1, numRuns: 5 },
      examples: [[[2, 1, 0] as [number, number, number], [0], true]],
    });
  }, 60_000);

  it('get nothing at another hub while they are offline and another member is connected', async () => {
    const [a, b] = (await start('a', 'b')) as [HubProcess, HubProcess];
    const here = await join(a, 'here');
    const away = await join(b, 'away');
    away.leave();
    await time.settle(b.untilSafe());
    for (let n = 0; n < 10; n++) a.publish('s', `${n}`);
    await time.run(500);
    expect(here.received.length).toBe(10);
    here.leave();
    await time.settle(a.untilSafe());
    b.publish('s', 'nobody is there');
    await time.run(500);
    const back = await time.settle(b.connect('away'));
    const other = await time.settle(a.connect('here'));
    expect([...back.received, ...other.received.slice(10)]).toContain('nobody is there');
  });

  it.each([
    ['all hubs know', 'ledger'],
    ['it is kept that nobody at its hub has it any more', 'a'],
  ])('get once what was due to a member that has ended, if its hub dies before %s', async (_, full) => {
    const [a, b] = (await start('a', 'b')) as [HubProcess, HubProcess];
    const ending = await time.settle(a.connect('x', { expirySeconds: 5 }));
    ending.subscribe(SHARE);
    await time.settle(a.untilSafe());
    ending.leave();
    a.publish('s', '1', { qos: 2 });
    await time.settle(a.untilSafe());
    const member = await join(b, 'y');
    expect(member.received).toEqual([]);
    cluster.fullLogs.add(full);
    await time.runUntil(() => !a.has('x'));
    await time.run(100);
    a.kill();
    cluster.fullLogs.clear();
    await time.run(15_000);
    expect(member.received).toEqual(['1']);
  });

  it('get a message once that was meant for a hub without members, if that dies after passing it on', async () => {
    const [a, b, c] = (await start('a', 'b', 'c')) as [HubProcess, HubProcess, HubProcess];
    const leaving = await join(a, 'x');
    const member = await join(b, 'y');
    for (let n = 0; n < 4; n++) c.publish('s', `${n}`, { qos: 2 });
    leaving.session.unsubscribe(SHARE);
    await time.runUntil(() => member.received.length === 4, time.now() + 5_000);
    a.kill();
    await time.run(15_000);
    expect(member.received.toSorted()).toEqual(['0', '1', '2', '3']);
  });

  it('get the messages queued at a hub that is killed, and those assigned to it afterwards', async () => {
    const [a, b, c] = (await start('a', 'b', 'c')) as [HubProcess, HubProcess, HubProcess];
    await join(a, 'x');
    const member = await join(b, 'y');
    a.kill();
    for (let n = 0; n < 8; n++) {
      c.publish('s', `${n}`, { qos: 2 });
      await time.run(500);
    }
    await time.run(10_000);
    const back = await time.settle(b.connect('x'));
    const all = [...member.received, ...back.received];
    expect(all.toSorted()).toEqual(Array.from({ length: 8 }, (_, n) => `${n}`));
  });
});
