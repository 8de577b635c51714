import { pino } from 'pino';
import { asyncScheduler, BehaviorSubject } from 'rxjs';
import { expect, it } from 'vitest';
import { HistoryExchange } from '../../hub/cluster/history/history-exchange.ts';
import type { HistoryWindow, ServingHub } from '../../hub/core/ports.ts';
import { UPTIME_TOPIC } from '../../hub/core/ports.ts';
import { History } from '../../hub/history/history.ts';
import { MemorySlots } from '../../hub/history/slot.ts';
import { SimulatedCluster } from './simulated-cluster.ts';

const DUTY = 'led/1/duty/actual';
const SECOND_MS = 1_000;

/** Long enough for a busy machine. */
const PATIENCE = { timeout: 30_000 };

const NOW_MS = Date.now();

/** Hubs that know each other once they have announced themselves. */
class World {
  readonly #cluster = new SimulatedCluster({ time: asyncScheduler, random: () => 0 });
  readonly #live$ = new BehaviorSubject<readonly ServingHub[]>([]);
  nowMs = NOW_MS - 600 * SECOND_MS;

  open(hub: string) {
    const log = pino({ level: 'silent' });
    const engine = this.#cluster.join(hub);
    const self = { hub, epoch: 1, instance: hub, addresses: [] };
    const hubs = { self, live$: this.#live$ };
    // The pages are so short that every answer needs several.
    const exchange = new HistoryExchange({ engine, hubs, log, pageBytes: 3_000 });
    const options = {
      createSlots: () => new MemorySlots(),
      now: () => this.nowMs,
      uptimeMs: () => this.nowMs,
    };
    const history = new History({ ...options, others: exchange });
    exchange.serve(history);
    return {
      history,
      engine,
      begin: () => this.#live$.next([...this.#live$.value, self]),
      end: () => {
        exchange.close();
        this.#live$.next(this.#live$.value.filter((one) => one !== self));
      },
    };
  }
}

const window: HistoryWindow = { fromMs: NOW_MS - 700 * SECOND_MS, toMs: NOW_MS, points: 1_000 };

it('a hub that comes later has the records of the other, even when that is gone; gaps stay gaps', async () => {
  const world = new World();
  const a = world.open('a');
  a.begin();
  for (let n = 0; n < 600; n++, world.nowMs += SECOND_MS) {
    if (n >= 200 && n < 300) continue; // Leave a gap in which nothing is published.
    if (n % 60 === 0) a.history.record(UPTIME_TOPIC, n);
    a.history.record(DUTY, n % 50);
    a.history.record('only/here', n);
  }
  const topics = [DUTY, 'only/here', UPTIME_TOPIC];
  const read = (history: History) => Promise.all(topics.map((topic) => history.read(topic, window)));
  const wanted = await read(a.history);
  expect(wanted[0]).toHaveLength(500);
  const b = world.open('b');
  b.begin();
  await expect.poll(() => b.history.topics, PATIENCE).toEqual([...topics].sort());
  expect(await read(b.history)).toEqual(wanted);
  await expect
    .poll(async () => (await b.history.find('only/here', 3, 1, 2 ** 31))?.buckets.length, PATIENCE)
    .toBeGreaterThan(0); // The last topic, at the last level.
  a.end();
  expect(await read(b.history)).toEqual(wanted);
});

it('what both have recorded is the same at both, even on the two sides of a second', async () => {
  const world = new World();
  const [a, b] = [world.open('a'), world.open('b')];
  a.begin();
  b.begin();
  a.history.record(DUTY, 30);
  b.history.record(DUTY, 30);
  world.nowMs += SECOND_MS - 1;
  a.history.record(DUTY, 10);
  world.nowMs += 2;
  b.history.record(DUTY, 10);
  world.nowMs = NOW_MS;
  const atA = await a.history.read(DUTY, window);
  expect(await b.history.read(DUTY, window)).toEqual(atA);
  expect(atA?.at(-1)?.[3]).toBe(10);
});

it('a question of another program gets no answer', async () => {
  const world = new World();
  const { engine } = world.open('a');
  await expect(engine.ask('history-a', new TextEncoder().encode('junk'), 100)).rejects.toThrow(
    'nobody has answered',
  );
});

it('a topic that no hub knows has no history', async () => {
  const world = new World();
  const [a, b] = [world.open('a'), world.open('b')];
  a.begin();
  b.begin();
  expect(await a.history.read('nobody', window)).toBeUndefined();
});
