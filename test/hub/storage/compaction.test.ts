import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PowerCutDisk } from './power-cut-disk.ts';
import { openOn, type TwoTables, toContents, untilSafe } from './two-tables.ts';

const RETRY_MS = 100;
const TIMING = { flushMs: 50, retryMs: RETRY_MS, smallLogBytes: 2_000 };

let disk: PowerCutDisk;
let database: TwoTables;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  disk = new PowerCutDisk();
});
afterEach(async () => {
  disk.capacityBytes = Number.POSITIVE_INFINITY;
  disk.options = {};
  await database.close().catch(() => undefined);
  vi.useRealTimers();
});

const names = () => [...disk.files.keys()].sort();
const isOneGeneration = () => names().length === 2 && !names().some((name) => name.endsWith('.new'));

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await setImmediate();
}

async function untilOneGeneration(): Promise<void> {
  for (let n = 0; !isOneGeneration(); n++) {
    expect(n, 'turns without an end').toBeLessThan(2_000);
    await setImmediate();
  }
}

/** The next process, after this one was killed. */
async function reopen(): Promise<TwoTables['tables']> {
  disk = disk.afterKill(() => 1);
  database = await openOn(disk);
  return database.tables;
}

/** A state that fills a frame with each of its entries. */
function fill(entries: number): void {
  for (let n = 0; n < entries; n++) database.tables.names.set(`large-${n}`, 'x'.repeat(70_000));
}

describe('the state is written again', () => {
  it('as soon as the log is longer than it is worth, not only when it is flushed', async () => {
    database = await openOn(disk, { timing: { ...TIMING, flushMs: 1e6 } });
    for (let n = 0; n < 500; n++) {
      database.tables.names.set('slider', `${n}`.padStart(100));
      await setImmediate();
    }
    await untilOneGeneration();
    expect(names()).not.toContain('state-1.log');
    expect([...disk.files.values()].reduce((sum, { length }) => sum + length, 0)).toBeLessThan(10_000);
  });

  it('completely, however many changes come meanwhile', async () => {
    database = await openOn(disk, { timing: TIMING });
    fill(5);
    await setImmediate();
    for (let n = 0; !names().includes('state-2.base'); n++) {
      expect(n, 'turns without an end').toBeLessThan(100);
      database.tables.names.set(`coming-${n}`, 'y'.repeat(70_000));
      database.tables.names.delete(`coming-${n - 5}`);
      database.tables.names.set(`coming too-${n}`, 'y'.repeat(70_000));
      database.tables.names.delete(`coming too-${n - 5}`);
      await setImmediate();
    }
    const before = toContents(database.tables);
    expect(toContents(await reopen())).toEqual(before);
  });
});

describe('if the state cannot be written again, but the log goes on', () => {
  const onFailure = vi.fn();
  const onStuck = vi.fn();
  beforeEach(async () => {
    onFailure.mockClear();
    onStuck.mockClear();
    database = await openOn(disk, { timing: TIMING, onFailure, onStuck });
    fill(5);
    disk.capacityBytes = 500_000; // There is room for the log, but not for a base besides.
    for (let n = 0; n < 50; n++) {
      database.tables.counts.set(n, n);
      await setImmediate();
      expect(await untilSafe(database)).toBeUndefined();
      await vi.advanceTimersByTimeAsync(RETRY_MS);
      await turns(20);
    }
  });

  it('there is only one more file, however often the hub tries', () => {
    expect(names()).toEqual(['state-1.base', 'state-1.log', 'state-2.log']);
    expect(disk.openFiles).toBe(2);
  });

  it('the failure is reported once, and so is its end', async () => {
    expect(onFailure).not.toHaveBeenCalled();
    expect(onStuck).toHaveBeenCalledTimes(1);
    expect(onStuck).toHaveBeenCalledWith(
      expect.objectContaining({
        code: 'store/unavailable',
        message: expect.stringContaining('disk is full'),
      }),
    );
    expect(database.trouble).toMatchObject({ code: 'store/unavailable' });
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    await vi.advanceTimersByTimeAsync(RETRY_MS);
    await untilOneGeneration();
    await turns(5);
    expect(onStuck).toHaveBeenCalledTimes(2);
    expect(onStuck).toHaveBeenLastCalledWith(undefined);
    expect(database.trouble).toBeUndefined();
    expect(disk.openFiles).toBe(1);
  });

  it('nothing is lost that was acknowledged meanwhile', async () => {
    const before = toContents(database.tables);
    expect(toContents(await reopen())).toEqual(before);
  });
});

describe('when nothing can be written for long', () => {
  it('files and descriptors stay few, and everything acknowledged before is kept', async () => {
    database = await openOn(disk, { timing: TIMING });
    fill(2);
    await setImmediate();
    const before = toContents(database.tables);
    for (let n = 0; n < 50; n++) {
      // There is room now and then, but never enough.
      const taken = [...disk.files.values()].reduce((sum, { length }) => sum + length, 0);
      disk.capacityBytes = taken + (n % 3) * 100;
      database.tables.names.set('lost', 'z'.repeat(1_000));
      await setImmediate();
      await vi.advanceTimersByTimeAsync(RETRY_MS);
      await turns(20);
    }
    expect(names().length).toBeLessThanOrEqual(4);
    expect(disk.openFiles).toBeLessThanOrEqual(2);
    expect(database.log.failure).toMatchObject({ code: 'store/unavailable' });
    const after = toContents(await reopen());
    expect(after.names.get('large-1')).toEqual(before.names.get('large-1'));
    expect(database.tables.names.size).toBeLessThanOrEqual(3);
  });

  it.each(['ENOSPC', 'EIO'])(
    'a turn is there completely or not at all, at whatever byte the disk says %s',
    { timeout: 120_000 },
    async (code) => {
      for (let room = 0; room < 60; room++) {
        disk = new PowerCutDisk();
        database = await openOn(disk, { timing: { ...TIMING, retryMs: 1e6 } });
        database.tables.names.set('ana', '1');
        await setImmediate();
        const size = disk.files.get('state-1.log')?.length ?? 0;
        disk.capacityBytes = [...disk.files.values()].reduce((sum, { length }) => sum + length, 0) + room;
        if (code === 'EIO') disk.fullCode = code;
        database.tables.names.set('ana', '2');
        database.tables.names.set('bia', '3'.repeat(20));
        const told = await untilSafe(database);
        const isWhole = (disk.files.get('state-1.log')?.length ?? 0) > size && told === undefined;
        expect([...(await reopen()).names]).toEqual(
          isWhole
            ? [
                ['ana', '2'],
                ['bia', '3'.repeat(20)],
              ]
            : [['ana', '1']],
        );
        await database.close();
      }
    },
  );
});
