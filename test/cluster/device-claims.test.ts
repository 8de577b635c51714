import { beforeEach, describe, expect, it } from 'vitest';
import { DeviceClaims } from '../../hub/cluster/device-claims.ts';
import { BeatingMembers } from '../../hub/cluster/members.ts';
import { createRandom } from '../random.ts';
import { SimulatedCluster, type SimulatedEngine } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

let time: SimulatedTime;
let cluster: SimulatedCluster;
/** The events, in order: `a waits for b`, `a runs led/21`. */
let events: string[];
beforeEach(() => {
  time = new SimulatedTime();
  cluster = new SimulatedCluster({ time, random: createRandom(1) });
  events = [];
});

interface JoinedHub {
  readonly engine: SimulatedEngine;
  readonly members: BeatingMembers;
  readonly claims: DeviceClaims;
  /** Has a device, which runs as soon as it may. */
  want(address: string): void;
}

function join(hub: string, epoch = 1): JoinedHub {
  const engine = cluster.join(hub);
  const self = { hub, epoch, instance: `${hub} (process ${epoch})`, addresses: [] };
  const members = new BeatingMembers({ engine, self, scheduler: time });
  const claims = new DeviceClaims({ engine, hubs: members, scheduler: time });
  const want = (address: string) => {
    const onOther = (other: string) => events.push(`${hub}${epoch} waits for ${other}`);
    claims.untilOurs(address, onOther).then(
      (isOurs) => events.push(`${hub}${epoch} ${isOurs ? 'runs' : 'leaves'} ${address}`),
      (error: { code: string }) => events.push(error.code),
    );
  };
  return { engine, members, claims, want };
}

/** A hub that runs led/21, and another one that waits for it. */
async function runAndWait(): Promise<{ a: JoinedHub; b: JoinedHub }> {
  const a = join('a');
  const b = join('b');
  await time.run(1_000);
  a.want('led/21');
  await time.run(100);
  b.want('led/21');
  await time.run(60_000);
  expect(events).toEqual(['a1 runs led/21', 'b1 waits for a']);
  events = [];
  return { a, b };
}

describe('a device of an address that two hubs have', () => {
  it('is run by the hub that asks first, however long the other one waits', async () => {
    await runAndWait();
    expect(events).toEqual([]);
  });

  it('is run by exactly one if both ask at once, and by both if the addresses differ', async () => {
    const [a, b] = [join('a'), join('b')];
    await time.run(1_000);
    for (const hub of [a, b]) hub.want('led/21');
    a.want('lab/led/21');
    b.want('lab-led/21');
    await time.run(10_000);
    expect(events.filter((event) => event.endsWith('runs led/21'))).toHaveLength(1);
    expect(events).toContain('a1 runs lab/led/21');
    expect(events).toContain('b1 runs lab-led/21');
  });

  it('is run by the other one soon after its hub has died', async () => {
    const { a } = await runAndWait();
    a.engine.kill();
    await time.run(3_000);
    expect(events).toEqual(['b1 runs led/21']);
  });

  it('is run by the other one at once if its hub leaves', async () => {
    const { a } = await runAndWait();
    await time.settle(a.claims.close());
    a.members.close();
    await time.run(50);
    expect(events).toEqual(['b1 runs led/21']);
  });

  it('stays with its hub if that starts again and runs it again', async () => {
    const { a } = await runAndWait();
    a.engine.kill();
    await time.run(1_000);
    join('a', 2).want('led/21');
    await time.run(60_000);
    expect(events).toEqual(['a2 runs led/21']);
  });

  it('goes to the other one if its hub starts again without it', async () => {
    const { a } = await runAndWait();
    a.engine.kill();
    await time.run(1_000);
    join('a', 2);
    await time.run(15_000);
    expect(events).toEqual(['b1 runs led/21']);
  });

  it('is not taken by a new hub that has not heard its hub yet', async () => {
    const a = join('a');
    a.want('led/21');
    await time.run(100);
    join('b').want('led/21');
    await time.run(60_000);
    expect(events).toEqual(['a1 runs led/21', 'b1 waits for a']);
  });

  it('is taken if its hub has died before another one came', async () => {
    const a = join('a');
    a.want('led/21');
    await time.run(100);
    a.engine.kill();
    join('b').want('led/21');
    await time.run(5_000);
    expect(events).toEqual(['a1 runs led/21', 'b1 waits for a', 'b1 runs led/21']);
  });

  it('is claimed once the servers answer again', async () => {
    const a = join('a');
    cluster.isElecting = true;
    a.want('led/21');
    await time.run(9_000);
    cluster.isElecting = false;
    await time.run(5_000);
    expect(events).toEqual(['a1 runs led/21']);
  });

  it('is given up by a hub that closes while it waits', async () => {
    const { b } = await runAndWait();
    await time.settle(b.claims.close());
    await time.run(10);
    expect(events).toEqual(['b1 leaves led/21']);
  });

  it('must have an address that is not too long', async () => {
    join('a').want(`${'x'.repeat(300)}/led/21`);
    await time.run(10);
    expect(events).toEqual(['option/invalid']);
  });
});
