import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { type Beginning, beginCluster, copyToCluster, endSeeding } from '../../hub/cluster/seeding.ts';
import { describeContent, type FolderContent, folderContent } from '../cluster/folder-content.ts';
import { importCluster } from '../cluster/imported.ts';
import { CALM, SimulatedCluster, type SimulatedEngine } from '../cluster/simulated-cluster.ts';
import { SimulatedTime } from '../cluster/simulated-time.ts';
import { createRandom } from '../random.ts';

const RUNS = Number(process.env.CLUSTER_SEEDS ?? 30);

const log = pino({ level: 'silent' });

/** A cluster that has not been started, and processes that come and die. */
class World {
  readonly time = new SimulatedTime();
  readonly cluster: SimulatedCluster;

  constructor(seed: number, lost: number) {
    const weather = { ...CALM, lost, doubled: lost };
    this.cluster = new SimulatedCluster({
      time: this.time,
      random: createRandom(seed),
      weather,
      maxEntryBytes: 900,
    });
  }

  options(hub: string, engine: SimulatedEngine = this.cluster.join(), signal?: AbortSignal) {
    return {
      engine,
      hub,
      instance: `${hub} on a machine`,
      log,
      scheduler: this.time,
      ...(signal && { signal }),
    };
  }

  /** What a hub with a folder does before it serves. */
  async seed(content: FolderContent, engine: SimulatedEngine, signal?: AbortSignal): Promise<Beginning> {
    const options = this.options('a', engine, signal);
    const folder = { id: 'the folder', wasMoved: false, onMove: async () => undefined };
    const beginning = await beginCluster(options, folder);
    if (beginning !== 'ours') return beginning;
    await copyToCluster(options, content);
    await endSeeding(options, folder.id);
    return 'moved';
  }

  /** Seeds from a folder by a process that is killed or asked to stop after a while. */
  async begin(content: FolderContent, { how, ms }: End): Promise<void> {
    const engine = this.cluster.join();
    const stopping = new AbortController();
    const seeding = this.seed(content, engine, stopping.signal);
    seeding.catch(() => undefined); // The process was stopped, or is dead.
    await this.time.run(ms);
    if (how === 'stop') {
      stopping.abort();
      await this.time.settle(Promise.allSettled([seeding]));
    }
    engine.kill();
  }

  /** Returns the content that a standalone hub would find. */
  async gathered(): Promise<unknown> {
    this.cluster.weather = CALM;
    const again = await importCluster(this.cluster, this.time, ['a', 'b']);
    const text = describeContent(again);
    await again.close();
    return text;
  }
}

/** How a process ends, and when, milliseconds. */
interface End {
  readonly how: 'kill' | 'stop';
  readonly ms: number;
}

const end: fc.Arbitrary<End> = fc.record({
  how: fc.constantFrom('kill', 'stop'),
  ms: fc.integer({ min: 0, max: 120 }),
});

const NOTHING = { sessions: [], retained: [], now: Date.now };

describe('a folder that seeds a cluster', () => {
  it('is there once and whole, however often its hub is killed or stopped, or not at all if another hub was first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          content: folderContent,
          ends: fc.array(end, { maxLength: 4 }),
          otherAt: fc.integer({ min: 0, max: 400 }),
          lost: fc.constantFrom(0, 0.1),
          seed: fc.integer(),
        }),
        async ({ content, ends, otherAt, lost, seed }) => {
          const world = new World(seed, lost);
          let other: Beginning | undefined;
          world.time.schedule(() => {
            void beginCluster(world.options('b')).then((beginning) => {
              other = beginning;
            });
          }, otherAt);
          for (const one of ends) await world.begin(content, one);
          const outcome = await world.time.settle(world.seed(content, world.cluster.join()));
          await world.time.run(20_000);
          expect(other, 'the other hub goes on').toBe('others');
          const wanted = outcome === 'moved' ? content : NOTHING;
          expect(await world.gathered()).toEqual(describeContent(wanted));
        },
      ),
      { numRuns: RUNS },
    );
  }, 120_000);
});
