import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PowerCutDisk } from '../power-cut-disk.ts';
import { openOn, SCHEMA, type TwoTables, tables, toContents, untilSafe } from '../two-tables.ts';

const RETRY_MS = 100;
const TIMING = { flushMs: 50, retryMs: RETRY_MS, smallLogBytes: 500 };

let disk: PowerCutDisk;
let database: TwoTables;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  disk = new PowerCutDisk();
});
afterEach(async () => {
  disk.capacityBytes = Number.POSITIVE_INFINITY;
  await database.close().catch(() => undefined);
  vi.useRealTimers();
});

const names = () => [...disk.files.keys()].sort();
const taken = () => [...disk.files.values()].reduce((sum, { length }) => sum + length, 0);

/** Replaces the disk by that of the next process. */
function kill(): void {
  const { capacityBytes } = disk;
  disk = disk.afterKill(() => 1);
  disk.capacityBytes = capacityBytes;
}

/** Leaves a base and two logs: the process is killed while it writes the second base. Returns what was acknowledged. */
async function killWhileCompacting() {
  database = await openOn(disk, { timing: TIMING });
  disk.options = { pace: () => new Promise(() => undefined) };
  for (let n = 0; n < 100; n++) {
    database.tables.counts.set(n, n);
    await setImmediate();
    expect(await untilSafe(database)).toBeUndefined();
  }
  const contents = toContents(database.tables);
  kill();
  disk.options = {};
  expect(names()).toEqual(['state-1.base', 'state-1.log', 'state-2.base.new', 'state-2.log']);
  return contents;
}

/** Damages the first log in its middle. */
function damage(): void {
  const content = disk.files.get('state-1.log') ?? expect.unreachable();
  const at = Math.floor(content.length / 2);
  const file = disk.open('/data/state-1.log', 'change');
  file.writeSync(Uint8Array.of((content[at] ?? 0) ^ 1), at);
  file.close();
}

/** Fills the disk, except for some bytes. */
function fill(room = 0): void {
  disk.remove('/data/state-2.base.new');
  disk.capacityBytes = taken() + room;
}

const unavailable = expect.objectContaining({ code: 'store/unavailable' });

async function untilSettled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(RETRY_MS);
  await database.settled;
}

describe('a start on a full disk', () => {
  it('finds what was acknowledged, fails what must be kept, and goes on once there is room', async () => {
    const before = await killWhileCompacting();
    fill();
    const onFailure = vi.fn();
    database = await openOn(disk, { timing: TIMING, onFailure });
    expect(toContents(database.tables)).toEqual(before);
    database.tables.names.set('ana', '1');
    expect(await untilSafe(database)).toEqual(unavailable);
    expect(database.trouble).toEqual(unavailable);
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    await untilSettled();
    expect(onFailure.mock.calls).toEqual([[unavailable], [undefined]]);
    database.tables.names.set('bia', '2');
    expect(await untilSafe(database)).toBeUndefined();
    const after = toContents(database.tables);
    expect(after.names).toEqual(new Map(Object.entries({ ana: '1', bia: '2' })));
    kill();
    database = await openOn(disk);
    expect(toContents(database.tables)).toEqual(after);
  });

  it('needs no room for a new base: changes are kept as long as the log has room', async () => {
    const before = await killWhileCompacting();
    fill(200);
    database = await openOn(disk, { timing: TIMING });
    database.tables.names.set('ana', '1');
    expect(await untilSafe(database)).toBeUndefined();
    await untilSettled();
    expect(database.trouble).toEqual(unavailable);
    kill();
    database = await openOn(disk);
    expect(toContents(database.tables)).toEqual({ ...before, names: new Map([['ana', '1']]) });
  });

  it('with a damaged log reports the damage, and keeps the file until a new base replaces it', async () => {
    await killWhileCompacting();
    fill();
    damage();
    const opened = await openOn(disk, { timing: TIMING });
    database = opened;
    expect(opened.damages.length).toBe(2);
    expect(names()).toEqual(['state-1.base', 'state-1.log', 'state-2.log']);
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    await untilSettled();
    expect(names()).toEqual(['damaged-state-1.log', 'damaged-state-2.log', 'state-3.base', 'state-3.log']);
  });

  it('that was to raise the version leaves the files of the earlier one, and raises it later', async () => {
    await killWhileCompacting();
    fill();
    const schema = { ...SCHEMA, version: 2, earlier: [{ version: 1, tables, upgrade: () => undefined }] };
    database = await openOn(disk, { timing: TIMING, schema });
    expect(names()).toEqual(['state-1.base', 'state-1.log', 'state-2.log']);
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    await untilSettled();
    expect(names()).toEqual(['state-3.base', 'state-3.log']);
  });

  it('leaves no further files, however often it is tried, and whether it is stopped or killed', async () => {
    await killWhileCompacting();
    damage();
    fill(70); // The header of a log, and no base.
    for (let n = 0; n < 6; n++) {
      database = await openOn(disk, { timing: TIMING });
      await untilSettled();
      if (n % 2 === 0) await expect(database.close()).rejects.toMatchObject({ code: 'store/unavailable' });
      else kill();
      if (n % 2 === 0) expect(names()).toEqual(['state-1.base', 'state-1.log', 'state-2.log']);
      expect(names().length).toBeLessThanOrEqual(4);
    }
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    database = await openOn(disk);
    expect(names().filter((name) => !name.startsWith('damaged-')).length).toBe(2);
  });
});

describe('a start that fails', () => {
  it.each(['open', 'truncate', 'flush', 'write', 'sync-folder'] as const)(
    'leaves everything to the next one: %s says EIO',
    async (what) => {
      const before = await killWhileCompacting();
      const onCall = (call: { what: string }) => {
        if (call.what === what) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      };
      disk.options = { onCall };
      const failing = openOn(disk, {
        timing: TIMING,
        schema:
          what === 'write' ? { ...SCHEMA, version: 2, earlier: [{ version: 1, tables, upgrade }] } : SCHEMA,
      });
      await expect(failing).rejects.toMatchObject({ code: 'store/unavailable' });
      expect(disk.openFiles).toBe(0);
      disk.options = {};
      database = await openOn(disk, { timing: TIMING });
      expect(toContents(database.tables)).toEqual(before);
    },
  );

  const upgrade = () => undefined;
});
