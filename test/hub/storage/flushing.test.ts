import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DiskCall, PowerCutDisk } from './power-cut-disk.ts';
import { openOn, type TwoTables, toContents, untilSafe } from './two-tables.ts';

/** How long an SD card takes to flush, milliseconds. */
const SLOW_MS = 30;
const FLUSH_MS = 1_000;

let flushes: DiskCall[];
let disk: PowerCutDisk;
let database: TwoTables;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  flushes = [];
  disk = new PowerCutDisk({
    onCall: (call) => {
      if (call.what === 'flush' && !call.isDone) flushes.push(call);
    },
  });
});
afterEach(async () => {
  disk.options = {};
  const closing = database.close().catch((error: unknown) => error); // `close` rejects if an earlier change has failed.
  await vi.advanceTimersByTimeAsync(FLUSH_MS);
  await closing;
  vi.useRealTimers();
});

const slowly = () => new Promise((resolve) => setTimeout(resolve, SLOW_MS));

/** Makes a change at this interval, milliseconds, in virtual time. */
async function drag(durationMs: number, everyMs: number): Promise<void> {
  for (let n = 0; n < durationMs / everyMs; n++) {
    database.tables.counts.set(0, n);
    await setImmediate();
    await vi.advanceTimersByTimeAsync(everyMs);
  }
}

describe('a disk that takes its time to flush', () => {
  it('is asked to once in a while, however much is written meanwhile: process', async () => {
    database = await openOn(disk, { timing: { flushMs: FLUSH_MS } });
    flushes = [];
    disk.options = { ...disk.options, pace: slowly };
    await drag(10 * FLUSH_MS, 10);
    expect(flushes.length).toBeGreaterThanOrEqual(9);
    expect(flushes.length).toBeLessThanOrEqual(10);
  });

  it('is asked to flush again for changes that were written meanwhile: process', async () => {
    database = await openOn(disk, { timing: { flushMs: FLUSH_MS } });
    disk.options = { ...disk.options, pace: slowly };
    database.tables.counts.set(1, 1);
    await setImmediate();
    await vi.advanceTimersByTimeAsync(FLUSH_MS + 1);
    database.tables.counts.set(2, 2);
    await setImmediate();
    await vi.advanceTimersByTimeAsync(FLUSH_MS + 2 * SLOW_MS);
    disk = disk.afterPowerCut(() => 0); // Unflushed data is lost.
    disk.options = {};
    database = await openOn(disk);
    expect([...toContents(database.tables).counts.keys()]).toEqual([1, 2]);
  });

  it('is not asked to flush while nothing changes', async () => {
    database = await openOn(disk, { timing: { flushMs: FLUSH_MS }, onFlush: () => undefined });
    await drag(10, 10);
    await vi.advanceTimersByTimeAsync(2 * FLUSH_MS);
    flushes = [];
    await vi.advanceTimersByTimeAsync(100 * FLUSH_MS);
    expect(flushes).toEqual([]);
  });

  it('is asked to as often as it can if all waits for it, with all that came meanwhile: power', async () => {
    database = await openOn(disk, { durability: 'power', timing: { flushMs: FLUSH_MS } });
    flushes = [];
    disk.options = { ...disk.options, pace: slowly };
    const acknowledged: number[] = [];
    for (let n = 0; n < 30; n++) {
      database.tables.counts.set(0, n);
      void untilSafe(database).then(() => acknowledged.push(n));
      await setImmediate();
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(2 * SLOW_MS);
    expect(acknowledged).toEqual(Array.from({ length: 30 }, (_, n) => n));
    expect(flushes.length).toBeLessThanOrEqual(300 / SLOW_MS + 2);
  });

  it('is asked to flush once more for a change that is made the moment the answer arrives: power', async () => {
    database = await openOn(disk, { durability: 'power', timing: { flushMs: FLUSH_MS } });
    for (let n = 0; n < 20; n++) {
      database.tables.counts.set(0, n);
      database.log.commit();
      expect(await untilSafe(database)).toBeUndefined();
    }
  });

  it('that fails once is not believed afterwards', async () => {
    database = await openOn(disk, { durability: 'power', timing: { flushMs: FLUSH_MS, retryMs: 1e6 } });
    let faults = 1;
    disk.options = {
      onCall: ({ what }) => {
        if (what === 'flush' && faults-- > 0) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      },
    };
    database.tables.counts.set(0, 0);
    const { position } = database.log;
    expect(await untilSafe(database)).toMatchObject({ code: 'store/unavailable' });
    await vi.advanceTimersByTimeAsync(2 * FLUSH_MS);
    expect(database.log.isSafe(position)).toBe(false);
  });
});
