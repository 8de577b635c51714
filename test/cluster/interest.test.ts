import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OthersInterest, OwnInterest } from '../../hub/cluster/interest.ts';
import type { Member } from '../../hub/cluster/members.ts';
import { createRandom } from '../random.ts';
import { CALM, SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

const member = (hub: string, epoch = 1): Member => ({ hub, epoch, instance: hub, addresses: [] });

/** Hub `a`, and hub `b`, which learns its filters. */
class Stage {
  readonly time = new SimulatedTime();
  readonly cluster: SimulatedCluster;
  /** The filters that the present process of `b` knows, with their counts. */
  known = new Map<string, number>();
  readonly own: OwnInterest;
  readonly #b;
  #others: OthersInterest | undefined;

  constructor(seed = 1) {
    this.cluster = new SimulatedCluster({ time: this.time, random: createRandom(seed) });
    const options = { self: { hub: 'a', epoch: 1 }, scheduler: this.time };
    this.own = new OwnInterest({ ...options, engine: this.cluster.join('a') });
    this.#b = this.cluster.join('b');
  }

  /** Starts a process of `b` that knows nothing. */
  begin(epoch = 1): void {
    this.#others?.stop();
    const known = new Map<string, number>();
    this.known = known;
    this.#others = new OthersInterest(
      { engine: this.#b, self: { hub: 'b', epoch }, scheduler: this.time },
      {
        clear: () => known.clear(),
        set: (_, filter, count) => {
          if (count === 0) known.delete(filter);
          else known.set(filter, count);
        },
      },
    );
    this.own.setOthers([member('b', epoch)]);
  }

  /** The version that `b` knows; `undefined` if it knows nothing. */
  get knownVersion(): number | undefined {
    return this.#others?.versionOf('a');
  }

  /** Resolves to the time until everything is safe, milliseconds. */
  async safeAfter(): Promise<number> {
    const begun = this.time.now();
    await this.time.settle(
      new Promise<void>((resolve) => this.own.whenSafe(this.own.position, () => resolve())),
    );
    return this.time.now() - begun;
  }
}

const change = fc.record({
  kind: fc.constantFrom(
    'add' as const,
    'add' as const,
    'remove' as const,
    'restart' as const,
    'run' as const,
  ),
  filter: fc.constantFrom('x', 'y/+', '$share/g/x'),
});

describe('interest', () => {
  it('reaches the other hub in the end, with the members of shared subscriptions, whatever is lost, duplicated or restarted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 20 }), fc.nat(), async (changes, seed) => {
        const stage = new Stage(seed);
        const counts = new Map<string, number>();
        let epoch = 1;
        stage.begin(epoch);
        stage.cluster.weather = { lost: 0.2, doubled: 0.3, late: 0.1 };
        for (const { kind, filter } of changes) {
          const count = counts.get(filter) ?? 0;
          if (kind === 'run') await stage.time.run(50);
          else if (kind === 'restart') stage.begin(++epoch);
          else if (kind === 'add') {
            stage.own.add(filter);
            counts.set(filter, count + 1);
          } else if (count > 0) {
            stage.own.remove(filter);
            counts.set(filter, count - 1);
          }
        }
        stage.cluster.weather = CALM;
        await stage.time.run(10_000);
        const expected = [...counts].flatMap(([filter, count]) =>
          count === 0 ? [] : [[filter, filter.startsWith('$share') ? count : 1]],
        );
        expect([...stage.known].sort()).toEqual(expected.sort());
      }),
      { numRuns: 50 },
    );
  });

  it('is known up to a version only when all of it is, in however many pieces it is sent', async () => {
    const stage = new Stage();
    const filters = Array.from({ length: 600 }, (_, n) => `${n}/${'x'.repeat(1_000)}`);
    for (const filter of filters) stage.own.add(filter);
    stage.begin();
    const known: number[] = [];
    while (stage.knownVersion === undefined || stage.own.hasAddedSince(stage.knownVersion)) {
      known.push(stage.known.size);
      await stage.time.run(1);
    }
    expect(stage.known.size).toBe(600);
    expect(known.some((size) => size > 0 && size < 600)).toBe(true);
    stage.own.remove(filters[0] ?? '');
    expect(stage.own.hasAddedSince(stage.knownVersion)).toBe(false);
    stage.own.add('another');
    expect(stage.own.hasAddedSince(stage.knownVersion)).toBe(true);
  });

  it('is safe as soon as all hubs have confirmed it, and without one of them after a second', async () => {
    const stage = new Stage();
    stage.begin();
    stage.own.add('x');
    expect(await stage.safeAfter()).toBeLessThan(100);
    expect(stage.known).toEqual(new Map([['x', 1]]));
    stage.own.setOthers([member('b'), member('c')]);
    stage.own.add('y');
    expect(await stage.safeAfter()).toBe(1_000);
  });

  it('is safe at once if there is no other hub, and when the last hub that it waited for is gone', async () => {
    const stage = new Stage();
    stage.own.add('x');
    expect(await stage.safeAfter()).toBe(0);
    stage.own.setOthers([member('c')]);
    stage.own.add('y');
    const safe = stage.safeAfter();
    stage.own.setOthers([]);
    expect(await safe).toBeLessThan(100);
  });
});
