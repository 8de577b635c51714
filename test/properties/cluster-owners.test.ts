import fc from 'fast-check';
import { describe, it } from 'vitest';
import { CLIENTS, check, HUBS } from '../cluster/owners-world.ts';
import { CALM } from '../cluster/simulated-cluster.ts';

const { CLUSTER_SEEDS } = process.env;

/** The same few histories every time; `CLUSTER_SEEDS=1000` tries that many others. To make one that fails shorter takes minutes: it is not tried. */
const OPTIONS = {
  endOnFailure: true,
  ...(CLUSTER_SEEDS === undefined ? { seed: 1, numRuns: 10 } : { numRuns: Number(CLUSTER_SEEDS) }),
};

const hub = fc.constantFrom(...HUBS);
const client = fc.constantFrom(...CLIENTS);

/** What happens to a cluster. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('connect' as const), hub, client }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('drop' as const), client }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('publish' as const), client }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('kill' as const), hub }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('freeze' as const), hub }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('start' as const), hub }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(5_000) }) },
);

describe('three hubs whose clients move', () => {
  it('have one session and one connection of each, and lose nothing, whichever of them die', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), fc.nat(1_000), (steps, seed) =>
        check(steps, seed, CALM),
      ),
      {
        numRuns: Number(process.env.RUNS ?? 40),
      },
    );
  }, 600_000);

  it('do so behind a network that loses, doubles and delays', async () => {
    const weather = { lost: 0.02, doubled: 0.05, late: 0.02 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), fc.nat(1_000), (steps, seed) =>
        check(steps, seed, weather),
      ),
      OPTIONS,
    );
  }, 600_000);
});
