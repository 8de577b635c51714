import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChainOwner, readContents } from '../cluster/chain-owner.ts';
import { CALM, SimulatedCluster, type Weather } from '../cluster/simulated-cluster.ts';
import { SimulatedTime } from '../cluster/simulated-time.ts';
import { createRandom } from '../random.ts';

/** `CLUSTER_SEEDS=10000` tries that many histories. */
const RUNS = Number(process.env.CLUSTER_SEEDS ?? 200);

const weather: fc.Arbitrary<Weather> = fc.record({
  lost: fc.constantFrom(0, 0.02, 0.1),
  doubled: fc.constantFrom(0, 0.1, 0.5),
  late: fc.constantFrom(0, 0.1, 0.3),
});

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 12 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('run' as const), ms: fc.constantFrom(1, 2, 5, 50, 5_000) }),
  },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'freeze' as const }, { kind: 'thaw' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'elect' as const }, { kind: 'elected' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'kill' as const }, { kind: 'take over' as const }) },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Owners of one log, one after the other, each of which may continue to write after the next one has come. */
class History {
  readonly time = new SimulatedTime();
  readonly cluster: SimulatedCluster;
  readonly owners: ChainOwner[] = [];
  readonly #killed = new Set<ChainOwner>();
  #epoch = 0;

  constructor(seed: number, weather: Weather) {
    this.cluster = new SimulatedCluster({ time: this.time, random: createRandom(seed), weather });
  }

  get last(): ChainOwner {
    return this.owners.at(-1) ?? expect.unreachable('nobody owns the log');
  }

  async takeOver(): Promise<void> {
    const taking = ChainOwner.takeOver(this.cluster, ++this.#epoch);
    this.cluster.isElecting = false;
    const owner = await this.time.settle(taking);
    this.owners.push(owner ?? expect.unreachable('epochs only grow'));
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'run') await this.time.run(step.ms);
    else if (step.kind === 'take over') await this.takeOver();
    else if (step.kind === 'append')
      for (let n = 0; n < step.count; n++) for (const owner of this.owners) owner.append();
    else if (step.kind === 'elect' || step.kind === 'elected')
      this.cluster.isElecting = step.kind === 'elect';
    else if (step.kind === 'freeze' || step.kind === 'thaw')
      this.last.engine.isFrozen = step.kind === 'freeze';
    else this.#kill();
  }

  /** Ends all faults, and lets everything finish that still waits. */
  async end(): Promise<void> {
    this.cluster.weather = CALM;
    this.cluster.isElecting = false;
    if (this.#killed.has(this.last)) await this.takeOver();
    for (const owner of this.owners) owner.engine.isFrozen = false;
    for (const owner of this.owners) owner.append();
    await this.time.run(30_000);
  }

  isAlive(owner: ChainOwner): boolean {
    return !this.#killed.has(owner);
  }

  #kill(): void {
    this.last.engine.kill();
    this.#killed.add(this.last);
  }
}

async function play(seed: number, weather: Weather, steps: readonly Step[]): Promise<History> {
  const history = new History(seed, weather);
  await history.takeOver();
  for (const one of steps) await history.take(one);
  await history.end();
  return history;
}

const histories = [fc.nat(), weather, fc.array(step, { maxLength: 20 })] as const;

describe('a chain of frames, over a network that loses, doubles and delays, with owners that do not know of each other', () => {
  it(
    'keeps all that was acknowledged, in order, once each; the last owner can write, and all others end',
    async () => {
      await fc.assert(
        fc.asyncProperty(...histories, async (seed, weather, steps) => {
          const history = await play(seed, weather, steps);
          const contents = await history.time.settle(readContents(history.cluster));
          let rest = contents;
          for (const owner of history.owners) {
            expect(owner.found, 'an owner finds what counts, to its fence').toEqual(
              contents.slice(0, owner.found.length),
            );
            const own = rest.filter((text, n) => text === owner.sent[n]);
            expect(
              rest.slice(0, own.length),
              'what counts of an owner stands together, and is the first of what it sent',
            ).toEqual(own);
            expect(own.slice(0, owner.acknowledged.length), 'what was acknowledged counts').toEqual(
              owner.acknowledged,
            );
            rest = rest.slice(own.length);
            if (owner !== history.last && history.isAlive(owner)) expect(owner.isFenced).toBe(true);
          }
          expect(rest).toEqual([]);
          expect(history.last.isFenced).toBe(false);
          expect(history.last.acknowledged).toEqual(history.last.sent);
        }),
        { numRuns: RUNS },
      );
    },
    60_000 + RUNS * 1_000,
  );
});
