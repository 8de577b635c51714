import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Durability } from '../../../../hub/storage/engine/change-log.ts';
import { Database } from '../../../../hub/storage/engine/database.ts';
import { INTEGER, TEXT } from '../../../../hub/storage/engine/table.ts';
import type { Schema } from '../../../../hub/storage/engine/upgrade-path.ts';
import {
  type TwoTablesOptions as Options,
  SCHEMA,
  untilSafe as safe,
  type TwoTables,
  tables,
  toContents,
} from '../two-tables.ts';

let root: string;
let folder: string;
const opened: TwoTables[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pinhub-database-'));
  folder = join(root, 'data');
  mkdirSync(folder);
});
afterEach(async () => {
  vi.useRealTimers();
  for (const database of opened.splice(0)) await database.close().catch(() => undefined);
  rmSync(root, { recursive: true });
});

async function open(options: Options = {}) {
  const database = new Database({ folder, schema: SCHEMA, durability: 'process', ...options });
  opened.push(database);
  const damages = await database.open();
  return Object.assign(database, { damages });
}

let copies = 0;
/** The folder as it is for a process that starts after this one was killed. */
function crash(from = folder): string {
  const copy = join(root, `crash-${copies++}`);
  cpSync(from, copy, { recursive: true });
  return copy;
}

async function contentsOf(folderOfCrash: string, options: Options = {}) {
  const { tables: found, damages } = await open({ folder: folderOfCrash, ...options });
  return { ...toContents(found), damages };
}

const files = (where = folder) => readdirSync(where).sort();

describe('a database', () => {
  it('has what was recorded, after it was closed', async () => {
    const database = await open();
    database.tables.names.set('ana', 'é uma pessoa');
    database.tables.counts.set(7, 2 ** 40);
    database.tables.names.set('bia', '');
    database.tables.names.delete('bia');
    await database.close();
    expect(await contentsOf(folder)).toEqual({
      names: new Map([['ana', 'é uma pessoa']]),
      counts: new Map([[7, 2 ** 40]]),
      damages: [],
    });
  });

  it('has what was recorded, when its process is killed at the end of the turn', async () => {
    const database = await open();
    database.tables.names.set('ana', '1');
    await setImmediate();
    expect((await contentsOf(crash())).names).toEqual(new Map([['ana', '1']]));
  });

  it('has all of a turn or nothing, wherever writing was interrupted', async () => {
    const database = await open();
    database.tables.counts.set(0, 0);
    await setImmediate();
    const before = statSync(join(folder, 'state-1.log')).size;
    for (let n = 1; n <= 5; n++) database.tables.counts.set(n, n);
    await setImmediate();
    const after = statSync(join(folder, 'state-1.log')).size;
    for (let size = before; size < after; size++) {
      const copy = crash();
      truncateSync(join(copy, 'state-1.log'), size);
      expect((await contentsOf(copy)).counts.size).toBe(1);
    }
    expect((await contentsOf(crash())).counts.size).toBe(6);
  });

  it('continues after what was interrupted', async () => {
    const database = await open();
    database.tables.counts.set(1, 1);
    await setImmediate();
    const copy = crash();
    const log = join(copy, 'state-1.log');
    writeFileSync(log, Buffer.concat([readFileSync(log), Buffer.from('half a frame')]));
    const again = await open({ folder: copy });
    again.tables.counts.set(2, 2);
    await setImmediate();
    const { counts, damages } = await contentsOf(crash(copy));
    expect([...counts.keys()]).toEqual([1, 2]);
    expect(damages).toEqual([]);
  });

  it('says that a change is safe when, and not before, it would be there', async () => {
    const database = await open();
    database.tables.names.set('ana', '1');
    const { position } = database.log;
    expect(database.log.isSafe(position)).toBe(false);
    const copy = crash();
    const told = safe(database);
    database.log.commit();
    expect(database.log.isSafe(position)).toBe(true);
    expect(await told).toBeUndefined();
    expect((await contentsOf(copy)).names.size).toBe(0);
    expect((await contentsOf(crash())).names.size).toBe(1);
  });

  it('that keeps its word through power cuts waits for the disk', async () => {
    const database = await open({ durability: 'power' });
    database.tables.names.set('ana', '1');
    database.log.commit();
    expect(database.log.isSafe(database.log.position)).toBe(false);
    expect(await safe(database)).toBeUndefined();
    expect(database.log.isSafe(database.log.position)).toBe(true);
  });

  it('asks for a last change before it flushes, and does not repeat that endlessly', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const onFlush = vi.fn();
    const database = await open({ onFlush, timing: { flushMs: 1_000 } });
    onFlush.mockImplementation(() => database.tables.counts.set(0, onFlush.mock.calls.length));
    database.tables.names.set('ana', '1');
    await setImmediate();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(onFlush).toHaveBeenCalledTimes(1);
    const { position } = database.log;
    await vi.advanceTimersByTimeAsync(100_000);
    expect(database.log.position).toBe(position);
    expect((await contentsOf(crash())).counts).toEqual(new Map([[0, 1]]));
  });

  it('ignores changes after it was closed', async () => {
    const database = await open();
    await database.close();
    database.tables.names.set('late', '1');
    await setImmediate();
    expect((await contentsOf(folder)).names.size).toBe(0);
  });

  it('closes once, even if it is told to several times', async () => {
    const database = await open();
    await Promise.all([database.close(), database.close()]);
    await database.close();
  });
});

const change = fc.oneof(
  fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.option(fc.string({ maxLength: 50 })) }),
  fc.record({ key: fc.integer({ min: 0, max: 5 }), value: fc.option(fc.nat()) }),
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => ({ changes })) },
  { weight: 1, arbitrary: fc.constant('settle' as const) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
  { weight: 2, arbitrary: fc.constant('crash' as const) },
);

describe('for any use of a database, and a kill at any moment', () => {
  it.each<Durability>(['process', 'power'])(
    'it has what was safe: %s',
    { timeout: 120_000 },
    async (durability) => {
      let renewals = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
          folder = join(root, `run-${copies++}`);
          mkdirSync(folder);
          const options = { durability, timing: { flushMs: 1, smallLogBytes: 100 } };
          let database = await open({ folder, ...options });
          const model = { names: new Map<string, string>(), counts: new Map<number, number>() };
          for (const one of steps) {
            if (one === 'crash' || one === 'restart') {
              if (one === 'restart') await database.close();
              else folder = crash(folder);
              database = await open({ folder, ...options });
              expect(database.damages).toEqual([]);
              expect(toContents(database.tables)).toEqual(model);
            } else if (one === 'settle') {
              const before = files().join();
              await database.settled; // Without this, the next crash happens during the writing of a new base, if there is one.
              if (files().join() !== before) renewals++;
            } else {
              for (const { key, value } of one.changes) apply(database, model, key, value);
              expect(await safe(database)).toBeUndefined();
            }
          }
          await database.close();
        }),
        { numRuns: 60 },
      );
      expect(renewals, 'the state was never written again').toBeGreaterThan(0);
    },
  );
});

function apply(
  { tables: { names, counts } }: TwoTables,
  model: { names: Map<string, string>; counts: Map<number, number> },
  key: string | number,
  value: string | number | null,
): void {
  if (typeof key === 'string') {
    if (value === null) names.delete(key);
    else names.set(key, `${value}`);
    if (value === null) model.names.delete(key);
    else model.names.set(key, `${value}`);
  } else {
    if (value === null) counts.delete(key);
    else counts.set(key, Number(value));
    if (value === null) model.counts.delete(key);
    else model.counts.set(key, Number(value));
  }
}

describe('the files of a database', () => {
  const timing = { flushMs: 1, smallLogBytes: 2_000 };

  it('stay small, however often the same is changed', async () => {
    const database = await open({ timing });
    for (let n = 0; n < 5_000; n++) {
      database.tables.names.set('slider', `${n}`);
      if (n % 50 !== 0) continue;
      await setImmediate();
      await database.settled;
    }
    await database.close();
    const size = files().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(size).toBeLessThan(50_000);
    expect((await contentsOf(folder)).names).toEqual(new Map([['slider', '4999']]));
  });

  it('are one generation, once the state was written again', async () => {
    const database = await open({ timing });
    database.tables.names.set('large', 'x'.repeat(5_000));
    await vi.waitUntil(() => files().includes('state-2.base') && files().length === 2);
    expect(files()).toEqual(['state-2.base', 'state-2.log']);
  });

  it('are enough at every moment at which the state is written again', async () => {
    const database = await open({ timing });
    const before = new Map<string, string>();
    for (let n = 0; n < 300; n++) {
      before.set(`key-${n}`, 'y'.repeat(1_000));
      database.tables.names.set(`key-${n}`, 'y'.repeat(1_000));
    }
    await setImmediate();
    const seen = new Set<string>();
    const crashes: string[] = [];
    while (!seen.has('state-2.base,state-2.log')) {
      const names = files().join();
      if (!seen.has(names)) crashes.push(crash());
      seen.add(names);
      await setImmediate();
    }
    expect(seen.size).toBeGreaterThan(2);
    for (const copy of crashes) expect((await contentsOf(copy)).names).toEqual(before);
  });

  it('are not lost if a first start was interrupted', async () => {
    await (await open()).close();
    for (const missing of [['state-1.base'], ['state-1.base', 'state-1.log']]) {
      const copy = crash();
      for (const name of missing) rmSync(join(copy, name));
      writeFileSync(join(copy, 'state-1.base.new'), 'half of it');
      expect((await contentsOf(copy)).damages).toEqual([]);
    }
  });

  it('are readable by their owner alone', async () => {
    await open();
    for (const name of files()) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });
});

describe('another version', () => {
  const two = { ...tables, totals: { number: 3, key: TEXT, value: INTEGER } };
  const three = { totals: { number: 3, key: TEXT, value: INTEGER } };
  const schemaTwo: Schema<typeof two> = {
    version: 2,
    tables: two,
    earlier: [
      {
        version: 1,
        tables,
        upgrade: ({ names, counts }, after) => {
          for (const [key, value] of names ?? []) after.names?.set(key, `upgraded ${value}`);
          let total = 0;
          for (const [, count] of counts ?? []) total += Number(count);
          after.totals?.set('all', total);
        },
      },
    ],
  };
  const schemaThree: Schema<typeof three> = {
    version: 3,
    tables: three,
    earlier: [
      ...(schemaTwo.earlier ?? []),
      {
        version: 2,
        tables: two,
        upgrade: ({ totals }, { totals: after }) => {
          for (const [key, value] of totals ?? []) after?.set(key, Number(value) * 10);
        },
      },
    ],
  };

  beforeEach(async () => {
    const database = await open();
    database.tables.names.set('ana', 'x');
    database.tables.counts.set(1, 20);
    database.tables.counts.set(2, 22);
    await database.close();
  });

  it('that is older is upgraded through every version in between, with its log, and written again', async () => {
    const database = new Database({ folder, schema: schemaThree, durability: 'process' });
    await database.open();
    expect([...database.tables.totals]).toEqual([['all', 420]]);
    await database.close();
    const again = new Database({ folder, schema: schemaThree, durability: 'process' });
    await again.open();
    expect([...again.tables.totals]).toEqual([['all', 420]]);
    await again.close();
    expect(files().length).toBe(2);
  });

  it('that is older stays as it is if the upgrade is interrupted', async () => {
    const failing = {
      ...schemaTwo,
      earlier: [{ version: 1, tables, upgrade: () => expect.unreachable('power cut') }],
    };
    const before = files();
    const database = new Database({ folder, schema: failing, durability: 'process' });
    await expect(database.open()).rejects.toThrow('power cut');
    expect(files()).toEqual(before);
    expect((await contentsOf(folder)).names).toEqual(new Map([['ana', 'x']]));
  });

  it('that is newer is refused, and left as it is', async () => {
    const database = new Database({ folder, schema: schemaTwo, durability: 'process' });
    await database.open();
    await database.close();
    await expect(open()).rejects.toMatchObject({
      code: 'store/unavailable',
      message: expect.stringContaining('format 2'),
    });
    expect(files().length).toBe(2);
  });

  it('that is too old to be known is refused', async () => {
    const database = new Database({ folder, schema: { ...schemaThree, earlier: [] }, durability: 'process' });
    await expect(database.open()).rejects.toMatchObject({ code: 'store/unavailable' });
  });
});
