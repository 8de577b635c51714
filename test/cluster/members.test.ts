import { beforeEach, describe, expect, it } from 'vitest';
import { BeatingMembers, type Member } from '../../hub/cluster/members.ts';
import { createRandom } from '../random.ts';
import { SimulatedCluster, type SimulatedEngine } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

let time: SimulatedTime;
let cluster: SimulatedCluster;
beforeEach(() => {
  time = new SimulatedTime();
  cluster = new SimulatedCluster({ time, random: createRandom(1) });
});

interface Joined {
  readonly engine: SimulatedEngine;
  readonly members: BeatingMembers;
  /** Every state of `live$`, as names with epochs. */
  readonly states: string[];
}

function join(hub: string, more: Partial<Member> = {}): Joined {
  const engine = cluster.join(`pinhub ${hub} on ${hub} (process 1)`);
  const self = { hub, epoch: 1, instance: `${hub} (process 1)`, addresses: [], ...more };
  const members = new BeatingMembers({ engine, self, scheduler: time });
  const states: string[] = [];
  members.live$.subscribe((live) => states.push(live.map(({ hub, epoch }) => `${hub}${epoch}`).join(' ')));
  return { engine, members, states };
}

describe('members of a cluster', () => {
  it('know of each other, with addresses, within the time of a beat, and always of themselves', async () => {
    const a = join('a', { addresses: ['mqtt://10.0.0.1:1883'] });
    expect(a.states).toEqual(['a1']);
    const b = join('b');
    await time.run(500);
    expect(a.states).toEqual(['a1', 'a1 b1']);
    expect(b.states).toEqual(['b1', 'a1 b1']);
    let addresses: readonly (readonly string[])[] = [];
    b.members.live$.subscribe((live) => {
      addresses = live.map((member) => member.addresses);
    });
    expect(addresses).toEqual([['mqtt://10.0.0.1:1883'], []]);
  });

  it('learn at once when the addresses of one change', async () => {
    const [a, b] = [join('a'), join('b')];
    await time.run(500);
    const told: string[] = [];
    for (const { members } of [a, b])
      members.live$.subscribe((live) => told.push(live.flatMap(({ addresses }) => addresses).join()));
    b.members.announce(['http://10.0.0.2:5000/']);
    await time.run(10);
    expect(told).toEqual(['', '', 'http://10.0.0.2:5000/', 'http://10.0.0.2:5000/']);
    await time.run(2_000);
    expect(told).toHaveLength(4);
    expect(a.states.at(-1)).toBe('a1 b1');
  });

  it('miss a hub that is silent for two seconds, and have it back when it is heard again', async () => {
    const a = join('a');
    const b = join('b');
    await time.run(1_000);
    b.engine.isFrozen = true;
    await time.run(1_500);
    expect(a.states.at(-1)).toBe('a1 b1');
    await time.run(500);
    expect(a.states.at(-1)).toBe('a1');
    b.engine.isFrozen = false;
    await time.run(500);
    expect(a.states.at(-1)).toBe('a1 b1');
  });

  it('miss one at once if the servers report that it is gone, and have it back if it is heard again', async () => {
    const a = join('a');
    const b = join('b');
    await time.run(1_000);
    cluster.ends$.next('pinhub b on b (process 1)');
    await time.run(5_000);
    expect(a.states).toEqual(['a1', 'a1 b1', 'a1', 'a1 b1']);
    cluster.tellsEnds = true;
    b.engine.kill();
    await time.run(100);
    expect(a.states.at(-1)).toBe('a1');
  });

  it('miss a hub at once if it leaves', async () => {
    const a = join('a');
    const b = join('b');
    await time.run(1_000);
    b.members.close();
    await time.run(10);
    expect(a.states.at(-1)).toBe('a1');
  });

  it('miss no hub while they hear nothing because they are cut off', async () => {
    const a = join('a');
    join('b');
    await time.run(1_000);
    a.engine.isReachable = false;
    await time.run(60_000);
    a.engine.isReachable = true;
    await time.run(10_000);
    expect(a.states).toEqual(['a1', 'a1 b1']);
  });

  it('know a hub by its latest epoch, whatever its earlier process says later', async () => {
    const a = join('a');
    const earlier = join('b');
    await time.run(500);
    join('b', { epoch: 2 });
    await time.run(2_000);
    expect(a.states).toEqual(['a1', 'a1 b1', 'a1 b2']);
    earlier.members.close();
    await time.run(10_000);
    expect(a.states.at(-1)).toBe('a1 b2');
  });

  it('ignore other messages on their channel', async () => {
    const a = join('a');
    for (const text of ['', '{}', '{"hub":"x"}', 'null'])
      cluster.casts$.next({ channel: 'members', bytes: new TextEncoder().encode(text) });
    await time.run(10);
    expect(a.states).toEqual(['a1']);
  });
});
