import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type Circumstances, CLIENTS, check, HUBS, type Step } from '../cluster/joined-world.ts';

const { CLUSTER_SEEDS } = process.env;

/** The same histories every time; `CLUSTER_SEEDS=10000` tries that many others. Shrinking a failing one takes minutes, so it is not tried. */
const OPTIONS = {
  endOnFailure: true,
  ...(CLUSTER_SEEDS === undefined ? { seed: 1, numRuns: 200 } : { numRuns: Number(CLUSTER_SEEDS) }),
};

const hub = fc.constantFrom(...HUBS);
const client = fc.constantFrom(...CLIENTS);
const count = fc.constantFrom(1, 1, 4);

const tracked = fc.constantFrom(1 as const, 2 as const);

const of = <K extends string>(...kinds: readonly K[]) => fc.constantFrom(...kinds);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: of('connect'), hub, client }) },
  { weight: 3, arbitrary: fc.record({ kind: of('drop', 'leave'), client }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: of('publish'), client, topic: of('t', 't', 's'), qos: tracked, count }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: of('retain'),
      hub,
      topic: of('r/1', 'r/2'),
      qos: fc.constantFrom(0, 1),
      count,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: of('kill'), hub }) },
  { weight: 1, arbitrary: fc.record({ kind: of('drain'), hub }) },
  { weight: 3, arbitrary: fc.record({ kind: of('start', 'thaw', 'heal'), hub }) },
  { weight: 2, arbitrary: fc.record({ kind: of('freeze', 'cut'), hub }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: of('jump'), hub, ms: fc.constantFrom(-900_000, -3_000, 0, 3_000, 900_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: of('elect'), ms: fc.constantFrom(500, 4_000, 9_000) }) },
  { weight: 6, arbitrary: fc.record({ kind: of('wait'), ms: fc.nat(40) }) },
  { weight: 3, arbitrary: fc.record({ kind: of('wait'), ms: fc.nat(5_000) }) },
);

const circumstances: fc.Arbitrary<Circumstances> = fc.record({
  seed: fc.nat(),
  maxEntryBytes: fc.constantFrom(600, 2 ** 20),
  weather: fc.record({
    lost: fc.constantFrom(0, 0.02),
    doubled: fc.constantFrom(0, 0.05),
    late: fc.constantFrom(0, 0.02),
  }),
});

describe('three hubs as one broker', () => {
  it(
    'lose nothing acknowledged, keep the order, have one connection of each client, and agree on what is retained, whatever happens to them',
    async () => {
      const history = fc.array(step, { minLength: 5, maxLength: 30 });
      await fc.assert(fc.asyncProperty(history, circumstances, check), OPTIONS);
    },
    60_000 + OPTIONS.numRuns * 1_000,
  );
});
