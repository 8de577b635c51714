import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openClusterVault } from '../../hub/cluster/accounts/cluster-vault.ts';
import { SimulatedCluster, type Weather } from '../cluster/simulated-cluster.ts';
import { SimulatedTime } from '../cluster/simulated-time.ts';
import { createRandom } from '../random.ts';

const BAD: Weather = { lost: 0.1, doubled: 0.1, late: 0.1 };

interface Outcome {
  /** The acknowledged changes, and those that were tried, by user. */
  readonly acknowledged: Map<string, number>;
  readonly tried: Map<string, number>;
}

const step = fc.record({
  hub: fc.nat(2),
  user: fc.constantFrom('ana', 'ben'),
  pauseMs: fc.constantFrom(0, 0, 3, 400),
});

const count = (counts: Map<string, number>, user: string) => counts.set(user, (counts.get(user) ?? 0) + 1);

describe('accounts of a cluster in bad weather', () => {
  it('count every acknowledged change once, and none that was not tried; all hubs agree in the end', async () => {
    const steps = fc.array(step, { minLength: 5, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(fc.nat(), steps, async (seed, steps) => {
        const time = new SimulatedTime();
        const cluster = new SimulatedCluster({ time, random: createRandom(seed), weather: BAD });
        const open = () =>
          time.settle(openClusterVault({ engine: cluster.join(), scheduler: time, smallEntries: 8 }));
        const vaults = [await open(), await open(), await open()];
        const outcome: Outcome = { acknowledged: new Map(), tried: new Map() };
        const running: Promise<unknown>[] = [];
        for (const { hub, user, pauseMs } of steps) {
          count(outcome.tried, user);
          const add = vaults[hub]?.update('users', user, ({ users }) => ({ n: Number(users?.n ?? 0) + 1 }));
          running.push(
            Promise.resolve(add).then(
              () => count(outcome.acknowledged, user),
              () => undefined,
            ),
          );
          await time.run(pauseMs);
        }
        await time.settle(Promise.all(running));
        await time.run(20_000);
        const contents = await Promise.all(vaults.map(async (vault) => (await vault.read()).users));
        for (const users of contents) expect(users).toEqual(contents[0]);
        for (const [user, tried] of outcome.tried) {
          const counted = Number(contents[0]?.get(user)?.n ?? 0);
          expect(counted).toBeGreaterThanOrEqual(outcome.acknowledged.get(user) ?? 0);
          expect(counted).toBeLessThanOrEqual(tried);
        }
      }),
      { numRuns: 60 },
    );
  });
});
