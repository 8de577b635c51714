import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Message } from '../../hub/core/message.ts';
import { CALM, SimulatedCluster, type Weather } from '../cluster/simulated-cluster.ts';
import { SimulatedTime } from '../cluster/simulated-time.ts';
import { type StoreProcess, startProcess } from '../cluster/store-stage.ts';
import { createRandom } from '../random.ts';

/** `CLUSTER_SEEDS=10000` tries that many histories. */
const RUNS = Number(process.env.CLUSTER_SEEDS ?? 200);

const weather: fc.Arbitrary<Weather> = fc.record({
  lost: fc.constantFrom(0, 0.02, 0.1),
  doubled: fc.constantFrom(0, 0.3),
  late: fc.constantFrom(0, 0.2),
});

/** Changes of one turn: some topics get the number of the turn, others are forgotten. Long ones need several frames. */
const turn = fc.record({
  kind: fc.constant('turn' as const),
  topics: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }),
  forgotten: fc.constantFrom(undefined, 'a', 'b'),
  padding: fc.constantFrom(0, 10, 700),
});

const step = fc.oneof(
  { weight: 8, arbitrary: turn },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('run' as const), ms: fc.constantFrom(0, 2, 20, 3_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'kill' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'freeze' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'elect' as const }) },
);

type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** The retained messages, by topic. */
type State = Readonly<Record<string, string>>;

function after(state: State, { topics, forgotten, padding }: Turn, number: number): State {
  const told = Object.fromEntries(topics.map((topic) => [topic, `${number}${' '.repeat(padding)}`]));
  const next = { ...state, ...told };
  if (forgotten !== undefined) delete next[forgotten];
  return next;
}

/** Processes that serve one hub, one after the other, and a model of what they were given. */
class History {
  readonly time = new SimulatedTime();
  readonly cluster: SimulatedCluster;
  /** The states after each turn that are not known to be lost. */
  states: State[] = [{}];
  /** The last turn whose state was acknowledged. */
  acknowledged = 0;
  #turns = 0;
  #serving: StoreProcess | undefined;
  readonly #frozen: StoreProcess[] = [];

  constructor(seed: number, weather: Weather) {
    const random = createRandom(seed);
    this.cluster = new SimulatedCluster({ time: this.time, random, weather, maxEntryBytes: 300 });
  }

  /** The next process finds the state after some turn, and not an earlier one than was acknowledged. */
  async takeOver(): Promise<void> {
    const next = startProcess({ cluster: this.cluster, time: this.time, name: 'hub', smallLogBytes: 1_000 });
    const store = await this.time.settle(next.opening);
    const found = Object.fromEntries(store.retained.map(({ topic, text = '' }) => [topic, text]));
    const at = this.states.findLastIndex((state) => isEqual(state, found));
    expect(
      at,
      `${JSON.stringify(found)} is after no turn, or before ${this.acknowledged}`,
    ).toBeGreaterThanOrEqual(this.acknowledged);
    this.states = this.states.slice(0, at + 1);
    this.acknowledged = at;
    this.#serving = next;
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'run') return this.time.run(step.ms);
    if (step.kind === 'turn') return this.#tell(step);
    if (step.kind === 'elect') {
      this.cluster.isElecting = true;
      await this.time.run(8_000);
      this.cluster.isElecting = false;
      return;
    }
    if (step.kind === 'freeze') this.#freeze();
    else this.#serving?.engine.kill();
    await this.takeOver();
  }

  /** Ends all faults, and wakes up frozen processes. */
  async end(): Promise<void> {
    this.cluster.weather = CALM;
    if (this.#serving?.lost) await this.takeOver();
    for (const { engine } of this.#frozen) engine.isFrozen = false;
    await this.time.run(20_000);
    if (this.#serving?.lost) await this.takeOver(); // The process may have lost the state because its heartbeats were late before.
    for (const process of this.#frozen) expect(process.lost).toBeDefined();
    await this.#tell({ kind: 'turn', topics: ['a'], forgotten: undefined, padding: 0 });
    await this.time.run(5_000);
    expect(this.acknowledged).toBe(this.states.length - 1);
    this.#serving?.engine.kill();
    await this.takeOver();
  }

  async #tell(turn: Turn): Promise<void> {
    const process = this.#serving;
    if (!process?.store || process.lost) return;
    const { journal } = process.store;
    const state = after(this.states.at(-1) ?? {}, turn, ++this.#turns);
    const index = this.states.push(state) - 1;
    for (const topic of turn.topics)
      journal.retain(new Message(topic, state[topic] ?? 'forgotten', { retain: true }));
    if (turn.forgotten !== undefined) journal.forget(turn.forgotten);
    journal.whenSafe(journal.position, (failure) => {
      if (!failure && process === this.#serving) this.acknowledged = Math.max(this.acknowledged, index);
      else if (!failure) expect(this.states[index], 'acknowledged after it was lost').toBe(state);
    });
    await this.time.run(0);
  }

  #freeze(): void {
    if (!this.#serving) return;
    this.#serving.engine.isFrozen = true;
    this.#frozen.push(this.#serving);
  }
}

function isEqual(one: State, other: State): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

describe('the state of a hub, under one process after the other', () => {
  it(
    'is whole, as after some turn, and never older than the last acknowledged turn',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.nat(),
          weather,
          fc.array(step, { maxLength: 25 }),
          async (seed, weather, steps) => {
            const history = new History(seed, weather);
            await history.takeOver();
            for (const one of steps) await history.take(one);
            await history.end();
          },
        ),
        { numRuns: RUNS },
      );
    },
    60_000 + RUNS * 1_000,
  );
});
