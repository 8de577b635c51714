import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTopicFilter } from '../../hub/core/filter.ts';
import type { Message } from '../../hub/core/message.ts';
import { PLAIN_TERMS, type Subscription } from '../../hub/core/subscription.ts';
import { LaneHub } from '../cluster/lanes-stage.ts';
import { CALM, SimulatedCluster, type Weather } from '../cluster/simulated-cluster.ts';
import { SimulatedTime } from '../cluster/simulated-time.ts';
import { createRandom } from '../random.ts';

/** `CLUSTER_SEEDS=10000` tries that many histories. Shrinking a failing one takes minutes, so it is not tried. */
const OPTIONS = { numRuns: Number(process.env.CLUSTER_SEEDS ?? 20), endOnFailure: true };

const NAMES = ['a', 'b', 'c'] as const;
const TOPICS = ['x', 'y', 'z/1'] as const;

const hub = fc.constantFrom(...NAMES);
const filter = fc.constantFrom('x', 'y', 'z/+', 'z/1', '+');

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      hub,
      topic: fc.constantFrom(...TOPICS),
      count: fc.constantFrom(1, 8, 12),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('subscribe' as const), hub, filter }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unsubscribe' as const), first: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), hub }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('run' as const), ms: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('run' as const), ms: fc.constant(2_500) }) },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const weather: fc.Arbitrary<Weather> = fc.record({
  lost: fc.constantFrom(0, 0.05, 0.3),
  doubled: fc.constantFrom(0, 0.2),
  late: fc.constantFrom(0, 0.05),
});

/** A subscription of one process, from one position of the ledger to another. */
interface Watched {
  readonly hub: LaneHub;
  readonly filter: string;
  readonly subscription: Subscription;
  readonly heard: string[];
  readonly from: number;
  until: number;
}

/** Three hubs whose subscriptions come and go, and a fourth that receives everything. */
class World {
  readonly time = new SimulatedTime();
  readonly cluster: SimulatedCluster;
  readonly hubs = new Map<string, LaneHub>();
  readonly watched: Watched[] = [];
  /** All messages that came back through the ledger, each with the sequence of its frame. */
  readonly all: { readonly text: string; readonly topic: string; readonly sequence: number }[] = [];
  reader: LaneHub | undefined;
  #count = 0;

  constructor(seed: number) {
    this.cluster = new SimulatedCluster({ time: this.time, random: createRandom(seed), maxEntryBytes: 400 });
  }

  /** Starts a hub, which counts as live once it serves. */
  async start(name: string): Promise<LaneHub> {
    const hub = new LaneHub({ cluster: this.cluster, time: this.time, name, smallLedgerBytes: 1e9 });
    await hub.serving;
    this.hubs.set(name, hub);
    return hub;
  }

  async begin(): Promise<void> {
    const reader = await this.time.settle(this.start('reader'));
    this.reader = reader;
    const deliver = ({ topic, text = '' }: Message) =>
      this.all.push({ text, topic, sequence: reader.peers.ledger.position + 1 }) > 0;
    reader.running.hub.subscribe({ deliver }, parseTopicFilter('#'), { ...PLAIN_TERMS, qos: 2 });
    for (const name of NAMES) await this.time.settle(this.start(name));
    await this.time.run(1_000);
  }

  async do(step: Step): Promise<void> {
    if (step.kind === 'run') return this.time.run(step.ms);
    if (step.kind === 'unsubscribe') return this.#unsubscribe(this.watched[step.first]);
    const hub = this.hubs.get(step.hub);
    if (!hub || hub.lost !== undefined) return;
    if (step.kind === 'restart') this.#restart(hub);
    else if (step.kind === 'subscribe') this.#subscribe(hub, step.filter);
    else
      for (let n = 0; n < step.count; n++)
        hub.publish(step.topic, `${step.hub} ${++this.#count}`, { qos: 1 });
  }

  #subscribe(hub: LaneHub, filter: string): void {
    const heard: string[] = [];
    const deliver = ({ text = '' }: Message) => heard.push(text) > 0;
    const subscription = hub.running.hub.subscribe({ deliver }, parseTopicFilter(filter), {
      ...PLAIN_TERMS,
      qos: 2,
    });
    const from = hub.peers.ledger.position;
    this.watched.push({ hub, filter, subscription, heard, from, until: Number.POSITIVE_INFINITY });
  }

  #unsubscribe(watched: Watched | undefined): void {
    if (!watched || watched.until < Number.POSITIVE_INFINITY) return;
    watched.hub.running.hub.unsubscribe(watched.subscription);
    watched.until = watched.hub.peers.ledger.position;
  }

  #restart(hub: LaneHub): void {
    for (const watched of this.watched) if (watched.hub === hub) this.#unsubscribe(watched);
    hub.kill();
    this.hubs.delete(hub.name);
    this.start(hub.name).catch(() => undefined); // A hub that fails to start stays away from then on.
  }
}

describe('a subscription', () => {
  it(
    'gets every message that the ledger brings from then on, whatever the other hubs have heard of it, and nothing else',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 5, maxLength: 40 }),
          weather,
          fc.nat(),
          async (steps, given, seed) => {
            const world = new World(seed);
            await world.begin();
            world.cluster.weather = given;
            for (const one of steps) await world.do(one);
            world.cluster.weather = CALM;
            await world.time.run(8_000);
            fc.pre(world.reader?.lost === undefined);
            for (const { hub, filter, heard, from, until: ended } of world.watched) {
              const until = Math.min(ended, hub.peers.ledger.position);
              const due = world.all.filter(
                ({ topic, sequence }) => sequence > from && sequence <= until && matches(filter, topic),
              );
              expect(heard, `${filter} at ${hub.name}, from ${from} to ${until}`).toEqual(
                due.map(({ text }) => text),
              );
            }
          },
        ),
        OPTIONS,
      );
    },
    60_000 + OPTIONS.numRuns * 1_000,
  );
});

function matches(filter: string, topic: string): boolean {
  if (filter === '+') return !topic.includes('/');
  return filter === topic || (filter === 'z/+' && topic === 'z/1');
}
