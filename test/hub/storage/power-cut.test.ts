import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Durability } from '../../../hub/storage/engine/change-log.ts';
import { createRandom } from '../../random.ts';
import { PowerCutDisk } from './power-cut-disk.ts';
import { openOn, type TwoTables, untilSafe } from './two-tables.ts';

const FLUSH_MS = 1_000;
const TIMING = { flushMs: FLUSH_MS, retryMs: FLUSH_MS, smallLogBytes: 300 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Ending = 'kill' | 'power cut';

interface Life {
  readonly steps: readonly ('time passes' | readonly Change[])[];
  /** How many calls the disk answers before it ends, at any point. */
  readonly calls: number;
  readonly ending: Ending;
  readonly seed: number;
}

interface Change {
  readonly key: string | number;
  readonly value: number | null;
}

const change: fc.Arbitrary<Change> = fc.record({
  key: fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 5 })),
  value: fc.option(fc.nat(300), { freq: 4 }),
});

function lives(...endings: [Ending, ...Ending[]]): fc.Arbitrary<Life[]> {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.array(change, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constant('time passes' as const) },
  );
  const life = fc.record({
    steps: fc.array(step, { maxLength: 30 }),
    calls: fc.integer({ min: 1, max: 120 }),
    ending: fc.constantFrom(...endings),
    seed: fc.nat(),
  });
  return fc.array(life, { minLength: 1, maxLength: 5 });
}

/** The states of a database after each turn, and the turn up to which it has acknowledged them. */
class Model {
  /** The states as text, because `toContain` does not compare the contents of maps. */
  #states = ['[]'];
  #acknowledged = 0;

  /** The state after one more turn; the number of that turn. */
  add(tables: TwoTables['tables']): number {
    return this.#states.push(toText(tables)) - 1;
  }

  get turn(): number {
    return this.#states.length - 1;
  }

  acknowledge(turn: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, turn);
  }

  /** Records the state that the next process has found. From now on, this state is promised, too. */
  expectFound(tables: TwoTables['tables']): void {
    const found = toText(tables);
    expect(this.#states.slice(this.#acknowledged)).toContain(found);
    this.#states = [found];
    this.#acknowledged = 0;
  }
}

function toText({ names, counts }: TwoTables['tables']): string {
  return JSON.stringify([...names, ...counts].sort());
}

function apply({ names, counts }: TwoTables['tables'], { key, value }: Change): void {
  if (typeof key === 'string' && value === null) names.delete(key);
  else if (typeof key === 'string') names.set(key, 'x'.repeat(Number(value)));
  else if (value === null) counts.delete(key);
  else counts.set(key, value);
}

/** The promise of a durability: all that was acknowledged, or all that was there at the last flush. */
interface Promised {
  readonly durability: Durability;
  readonly promised: 'acknowledged' | 'flushed';
}

async function live(
  database: TwoTables,
  { disk, model, steps, promised }: { disk: PowerCutDisk; model: Model } & Pick<Life, 'steps'> & Promised,
): Promise<void> {
  for (const step of steps) {
    if (disk.isOff) return;
    if (step === 'time passes') {
      const turn = model.turn;
      await vi.advanceTimersByTimeAsync(FLUSH_MS);
      await pause(20);
      if (promised === 'flushed' && !disk.isOff) model.acknowledge(turn);
    } else {
      for (const one of step) apply(database.tables, one);
      const turn = model.add(database.tables);
      if (promised === 'acknowledged')
        void untilSafe(database).then((failure) => failure === undefined && model.acknowledge(turn));
      await setImmediate();
    }
  }
}

/** Opens the database in one life after the other; each must find what the earlier ones have acknowledged. */
async function liveThrough(all: readonly Life[], promise: Promised): Promise<void> {
  let disk = new PowerCutDisk();
  const model = new Model();
  let wasCutOff = false;
  for (const life of all) {
    const random = createRandom(life.seed);
    disk.callsLeft = life.calls;
    disk.options = { pace: () => pause(Math.floor(random() * 4)) };
    const opened = await openOn(disk, { durability: promise.durability, timing: TIMING }).catch(
      (error: unknown) => {
        if (!disk.isOff) throw error;
      },
    );
    if (opened) {
      if (!wasCutOff) expect(opened.damages).toEqual([]);
      wasCutOff = false;
      model.expectFound(opened.tables);
      await live(opened, { disk, model, ...life, ...promise });
    }
    vi.clearAllTimers(); // The timers end with their process.
    wasCutOff ||= life.ending === 'power cut';
    disk = life.ending === 'kill' ? disk.afterKill(random) : disk.afterPowerCut(random);
  }
  const last = await openOn(disk);
  model.expectFound(last.tables);
  await last.close();
}

async function pause(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await setImmediate();
}

describe('whenever a process ends, even during a disk operation, the next one finds what was acknowledged', () => {
  it('of what outlives the process: killed', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(lives('kill'), (all) =>
        liveThrough(all, { durability: 'process', promised: 'acknowledged' }),
      ),
      { numRuns: 1_000 },
    );
  });

  it('of what outlives a power cut: killed, or cut off, or one after the other', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(lives('kill', 'power cut'), (all) =>
        liveThrough(all, { durability: 'power', promised: 'acknowledged' }),
      ),
      { numRuns: 2_000 },
    );
  });

  it('of what outlives a power cut but for the last seconds: killed, or cut off, or one after the other', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(lives('kill', 'power cut'), (all) =>
        liveThrough(all, { durability: 'process', promised: 'flushed' }),
      ),
      { numRuns: 1_000 },
    );
  });
});
