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

  options(hub: string, engine: SimulatedEngine = this.cluster.join()) {
    return { engine, hub, instance: `${hub} on a machine`, log, scheduler: this.time };
  }

  /** What a hub with a folder does before it serves. */
  async seed(content: FolderContent, engine: SimulatedEngine): Promise<Beginning> {
    const options = this.options('a', engine);
    const folder = { id: 'the folder', wasMoved: false, onMove: async () => undefined };
    const beginning = await beginCluster(options, folder);
    if (beginning !== 'ours') return beginning;
    await copyToCluster(options, content);
    await endSeeding(options, folder.id);
    return 'moved';
  }

  /** What a standalone hub would find. */
  async gathered(): Promise<unknown> {
    this.cluster.weather = CALM;
    const again = await importCluster(this.cluster, this.time, ['a', 'b']);
    const text = describeContent(again);
    await again.close();
    return text;
  }
}

const NOTHING = { sessions: [], retained: [], now: Date.now };

describe('a folder that seeds a cluster', () => {
  it('is there once and whole, however often its hub is killed, or not at all if another hub was first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          content: folderContent,
          kills: fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 4 }),
          otherAt: fc.integer({ min: 0, max: 400 }),
          lost: fc.constantFrom(0, 0.1),
          seed: fc.integer(),
        }),
        async ({ content, kills, otherAt, lost, seed }) => {
          const world = new World(seed, lost);
          let other: Beginning | undefined;
          world.time.schedule(() => {
            void beginCluster(world.options('b')).then((beginning) => {
              other = beginning;
            });
          }, otherAt);
          for (const ms of kills) {
            const engine = world.cluster.join();
            world.seed(content, engine).catch(() => undefined); // It is dead.
            await world.time.run(ms);
            engine.kill();
          }
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
