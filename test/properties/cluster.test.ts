import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LaneHub } from '../cluster/lanes-stage.ts';
import { CALM, SimulatedCluster, type Weather } from '../cluster/simulated-cluster.ts';
import { SimulatedTime } from '../cluster/simulated-time.ts';
import { createRandom } from '../random.ts';

/** `CLUSTER_SEEDS=10000` tries that many histories. */
const RUNS = Number(process.env.CLUSTER_SEEDS ?? 200);

const NAMES = ['a', 'b', 'c'] as const;

const TOPICS = ['x', 'y', 'z'] as const;

const weather: fc.Arbitrary<Weather> = fc.record({
  lost: fc.constantFrom(0, 0.02, 0.1),
  doubled: fc.constantFrom(0, 0.3),
  late: fc.constant(0), // A beat that comes seconds late ends a hub, as it should.
});

const hub = fc.constantFrom(0, 1, 2);

const publish = fc.record({
  kind: fc.constant('publish' as const),
  hub,
  topic: fc.constantFrom(...TOPICS),
  qos: fc.constantFrom(0, 0, 1, 2),
  retain: fc.boolean(),
  count: fc.constantFrom(1, 3),
});

const step = fc.oneof(
  { weight: 10, arbitrary: publish },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('run' as const), ms: fc.constantFrom(1, 5, 50, 1_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'elect' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), hub }) },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Publish = typeof publish extends fc.Arbitrary<infer P> ? P : never;

/** One process after the other of one hub, and what its subscriber has heard. */
class Site {
  process: LaneHub | undefined;
  heard: string[] = [];
}

/** Three hubs as one broker, and a model of what was published. */
class History {
  readonly time = new SimulatedTime();
  readonly cluster: SimulatedCluster;
  readonly sites = NAMES.map(() => new Site());
  /** The messages of QoS 1 and 2 that were acknowledged, with the sites that had a subscriber all the time since. */
  readonly acknowledged: { readonly text: string; readonly hearers: readonly LaneHub[] }[] = [];
  #published = 0;

  constructor(seed: number, weather: Weather) {
    const random = createRandom(seed);
    this.cluster = new SimulatedCluster({ time: this.time, random, weather, maxEntryBytes: 600 });
  }

  async begin(): Promise<void> {
    for (const index of [0, 1, 2] as const) await this.serve(index);
  }

  async serve(index: 0 | 1 | 2): Promise<void> {
    const site = this.#site(index);
    const start = () => new LaneHub({ cluster: this.cluster, time: this.time, name: NAMES[index] });
    let process = start();
    const isServing = () =>
      this.time.settle(
        process.serving.then(
          () => true,
          () => false,
        ),
      );
    while (!(await isServing())) process = start(); // It has lost its state meanwhile.
    site.process = process;
    site.heard = process.hear('#');
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'run') await this.time.run(step.ms);
    else if (step.kind === 'publish') this.#publish(step);
    else if (step.kind === 'elect') {
      this.cluster.isElecting = true;
      await this.time.run(6_000);
      this.cluster.isElecting = false;
    } else await this.#restart(step.hub as 0 | 1 | 2);
  }

  /** All is well again. */
  async end(): Promise<void> {
    this.cluster.weather = CALM;
    for (const [index, { process }] of this.sites.entries())
      if (process?.lost !== undefined) await this.serve(index as 0 | 1 | 2);
    await this.time.run(15_000);
    const [one, ...others] = this.sites.map(({ process }) => process?.retained);
    for (const other of others) expect(other, 'what is retained').toEqual(one);
    for (const { process, heard } of this.sites) {
      expect(process?.lost).toBeUndefined();
      expect(process?.peers.isSettled).toBe(true);
      this.#checkLastValues(process, heard);
    }
    for (const { text, hearers } of this.acknowledged)
      for (const { process, heard } of this.sites)
        if (process && hearers.includes(process))
          expect(heard.filter((one) => one === text).length, `${text} at ${process.name}`).toBe(1);
  }

  /** What a subscriber has heard last of a topic is what is retained there, if all that it hears of the topic is. */
  #checkLastValues(process: LaneHub | undefined, heard: readonly string[]): void {
    for (const text of process?.retained ?? []) {
      const [topic] = text.split(' ');
      const last = heard.findLast((one) => one.startsWith(`${topic} `) && one.includes('retained'));
      if (last !== undefined) expect(last).toBe(text);
    }
  }

  #publish({ hub: index, topic, qos, retain, count }: Publish): void {
    const { process } = this.#site(index as 0 | 1 | 2);
    if (!process || process.lost !== undefined) return;
    for (let n = 0; n < count; n++) {
      const payload = `${++this.#published}${retain ? ' retained' : ''}`;
      process.publish(topic, payload, { qos: qos as 0 | 1 | 2, retain });
      if (qos > 0) void this.#note(process, `${topic} ${payload}`);
    }
  }

  async #note(process: LaneHub, text: string): Promise<void> {
    const hearers = this.sites.flatMap((site) => (site.process ? [site.process] : []));
    await process.untilSafe().then(
      () => this.acknowledged.push({ text, hearers }),
      () => undefined, // It was not acknowledged.
    );
  }

  async #restart(index: 0 | 1 | 2): Promise<void> {
    this.#site(index).process?.kill();
    this.#site(index).process = undefined;
    await this.serve(index);
  }

  #site(index: 0 | 1 | 2): Site {
    return this.sites[index] ?? expect.unreachable();
  }
}

describe('three hubs as one broker', () => {
  it(
    'agree on what is retained, and deliver once what was acknowledged',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.nat(),
          weather,
          fc.array(step, { maxLength: 25 }),
          async (seed, weather, steps) => {
            const history = new History(seed, weather);
            await history.begin();
            for (const one of steps) await history.take(one);
            await history.end();
          },
        ),
        { numRuns: RUNS },
      );
    },
    60_000 + RUNS * 2_000,
  );
});
