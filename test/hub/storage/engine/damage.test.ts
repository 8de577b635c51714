import { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { PowerCutDisk } from '../power-cut-disk.ts';
import { FOLDER, openOn, toContents } from '../two-tables.ts';

const SECTOR_BYTES = 512;
const BASE_ENTRIES = 200;
const LOG_ENTRIES = 100;
const LAST_FRAME_BYTES = 8 + 3;

/** A state with a part in a base and a part in a log, as bytes by name. */
let good: ReadonlyMap<string, Buffer>;
beforeAll(async () => {
  good = await createState();
});

async function createState(): Promise<ReadonlyMap<string, Buffer>> {
  const disk = new PowerCutDisk();
  const database = await openOn(disk, { timing: { flushMs: 1, smallLogBytes: 100 } });
  for (let n = 0; n < BASE_ENTRIES; n++) database.tables.names.set(`base-${n}`, 'z'.repeat(1_000));
  while ([...disk.files.keys()].join() !== 'state-2.log,state-2.base') await setImmediate();
  for (let n = 0; n < LOG_ENTRIES; n++) {
    database.tables.counts.set(n, n);
    await setImmediate();
  }
  await database.close();
  return disk.files;
}

function put(files: ReadonlyMap<string, Uint8Array>): PowerCutDisk {
  const disk = new PowerCutDisk();
  for (const [name, bytes] of files) {
    const file = disk.open(`${FOLDER}/${name}`, 'create');
    if (bytes.length > 0) file.writeSync(bytes, 0);
    file.close();
  }
  return disk;
}

/** A disk on which one of the good files is replaced. */
function change(name: string, edit: (content: Buffer) => Buffer): PowerCutDisk {
  const content = good.get(name) ?? expect.unreachable();
  return put(new Map([...good, [name, edit(Buffer.from(content))]]));
}

function without(...names: string[]): PowerCutDisk {
  return put(new Map([...good].filter(([name]) => !names.includes(name))));
}

/** The content of a disk as a database reads it, with the names that exist afterwards. */
async function contentsOf(disk: PowerCutDisk) {
  const database = await openOn(disk);
  const { names, counts } = toContents(database.tables);
  await database.close();
  return { names, counts, damages: database.damages, files: [...disk.files.keys()].sort() };
}

const flip = (at: (length: number) => number) => (content: Buffer) => {
  const index = at(content.length);
  content[index] = (content[index] ?? 0) ^ 0x40;
  return content;
};
const middle = (length: number) => Math.floor(length / 2);
/** The end of the first frame. */
const firstEnd = (file: Buffer) => 8 + file.readUInt32LE(0);
const path = (name: string) => `${FOLDER}/${name}`;

describe('damage to the base', () => {
  it('in the middle loses a part of the base, is reported, and the damaged file is kept', async () => {
    const disk = change('state-2.base', flip(middle));
    const { names, counts, damages, files } = await contentsOf(disk);
    expect(names.size).toBeGreaterThan(100);
    expect(names.size).toBeLessThan(BASE_ENTRIES);
    expect(counts.size).toBe(LOG_ENTRIES);
    expect(damages).toMatchObject([{ path: path('state-2.base') }]);
    expect(files).toEqual(['damaged-state-2.base', 'state-3.base', 'state-3.log']);
    expect((await contentsOf(disk)).damages).toEqual([]);
  });

  it('to the length of one of its frames costs that frame, and not what follows', async () => {
    const first = firstEnd(good.get('state-2.base') ?? expect.unreachable());
    const disk = change('state-2.base', (content) => {
      content.writeUInt32LE(0xffff_fff0, first);
      return content;
    });
    const { names, damages } = await contentsOf(disk);
    expect(names.size).toBeGreaterThan(100);
    expect(names.size).toBeLessThan(BASE_ENTRIES);
    expect(damages).toMatchObject([{ path: path('state-2.base'), what: expect.stringContaining('part') }]);
  });

  it('that cuts it off costs what follows, and is reported', async () => {
    const { names, counts, damages } = await contentsOf(
      change('state-2.base', (content) => content.subarray(0, content.length / 2)),
    );
    expect(names.size).toBeGreaterThan(50);
    expect(counts.size).toBe(LOG_ENTRIES);
    expect(damages.length).toBe(1);
  });

  it.each([
    ['is empty', () => Buffer.alloc(0)],
    ['holds zeros', (content: Buffer) => Buffer.alloc(content.length)],
    ['holds something else', () => Buffer.from('SQLite format 3\0 and so on, and on, and on')],
  ])('that leaves nothing to recognize is refused, and nothing is changed: it %s', async (_what, edit) => {
    const disk = change('state-2.base', edit);
    const before = disk.files;
    await expect(contentsOf(disk)).rejects.toMatchObject({ code: 'store/damaged' });
    expect(disk.files).toEqual(before);
  });

  it('makes a start fail if the whole base is missing', async () => {
    await expect(contentsOf(without('state-2.base'))).rejects.toMatchObject({ code: 'store/damaged' });
  });
});

describe('damage to the log', () => {
  it('in the middle loses everything after it, and is reported', async () => {
    const { names, counts, damages, files } = await contentsOf(change('state-2.log', flip(middle)));
    expect(names.size).toBe(BASE_ENTRIES);
    expect([...counts.keys()]).toEqual(Array.from(counts, (_, n) => n));
    expect(counts.size).toBeGreaterThan(0);
    expect(counts.size).toBeLessThan(LOG_ENTRIES);
    expect(damages).toMatchObject([{ path: path('state-2.log') }]);
    expect(files).toContain('damaged-state-2.log');
  });

  it.each([
    ['one bit of its first frame', flip(() => 20)],
    ['512 bytes that are zeros', (content: Buffer) => content.fill(0, SECTOR_BYTES, 2 * SECTOR_BYTES)],
    ['200 bytes over several frames', (content: Buffer) => content.fill(0xa5, 300, 500)],
    [
      'the length of its last frame',
      (content: Buffer) => {
        content.writeUInt32LE(0x7fff_ffff, content.length - LAST_FRAME_BYTES);
        return content;
      },
    ],
    ['all of it', () => Buffer.from('noise that is long enough to be something')],
    ['all of it, none of which is left', () => Buffer.alloc(0)],
  ])('is reported, and the file is kept beside: %s', async (_what, edit) => {
    const { names, counts, damages, files } = await contentsOf(change('state-2.log', edit));
    expect(names.size).toBe(BASE_ENTRIES);
    expect(counts.size).toBeLessThan(LOG_ENTRIES);
    expect(damages).toMatchObject([{ path: path('state-2.log') }]);
    expect(files).toEqual(['damaged-state-2.log', 'state-3.base', 'state-3.log']);
  });

  it('is reported if the whole log is missing, because every base has a log', async () => {
    const { names, damages } = await contentsOf(without('state-2.log'));
    expect(names.size).toBe(BASE_ENTRIES);
    expect(damages).toMatchObject([{ path: path('state-2.log') }]);
  });

  it('is not reported if only the last write was cut off', async () => {
    const log = good.get('state-2.log') ?? expect.unreachable();
    for (let cut = 1; cut < LAST_FRAME_BYTES; cut++) {
      const { counts, damages } = await contentsOf(
        change('state-2.log', (content) => content.subarray(0, log.length - cut)),
      );
      expect(damages).toEqual([]);
      expect(counts.size).toBe(LOG_ENTRIES - 1);
    }
  });

  it.each([
    ['zeros behind it', (log: Buffer) => Buffer.concat([log, Buffer.alloc(5_000)])],
    ['zeros in place of its last frames', (log: Buffer) => Buffer.from(log).fill(0, 3 * SECTOR_BYTES)],
    [
      'zeros in place of everything behind its header',
      (log: Buffer) => Buffer.from(log).fill(0, firstEnd(log)),
    ],
  ])('is not reported if the file ends in zeros, as after a power cut: %s', async (_what, edit) => {
    const { counts, damages, files } = await contentsOf(change('state-2.log', edit));
    expect(damages).toEqual([]);
    expect([...counts.keys()]).toEqual(Array.from(counts, (_, n) => n));
    expect(files).toEqual(['state-2.base', 'state-2.log']);
  });

  it('is not reported if a large frame at its end was cut off', async () => {
    const disk = new PowerCutDisk();
    const database = await openOn(disk);
    database.tables.counts.set(1, 1);
    await setImmediate();
    database.tables.names.set('large', 'x'.repeat(6 * 2 ** 20));
    await database.close();
    const log = disk.files.get('state-1.log') ?? expect.unreachable();
    const { counts, names, damages } = await contentsOf(
      put(new Map([...disk.files, ['state-1.log', log.subarray(0, 5 * 2 ** 20)]])),
    );
    expect([counts.size, names.size, damages]).toEqual([1, 0, []]);
  });

  it('is reported if only its last frame is damaged, even if that ends in zeros', async () => {
    const disk = new PowerCutDisk();
    const database = await openOn(disk);
    database.tables.names.set('zeros', `x${'\0'.repeat(20)}`);
    await database.close();
    const log = Buffer.from(disk.files.get('state-1.log') ?? expect.unreachable());
    const damaged = flip((length) => length - 21)(log);
    const { damages } = await contentsOf(put(new Map([...disk.files, ['state-1.log', damaged]])));
    expect(damages).toMatchObject([{ path: path('state-1.log') }]);
  });

  it('of a log that another one follows costs both, reports both, and keeps both files', async () => {
    const disk = put(await createFollowed());
    const whole = await contentsOf(disk);
    expect([whole.counts.size, whole.damages]).toEqual([LOG_ENTRIES, []]);
    const files = new Map(await createFollowed());
    files.set('state-1.log', flip(middle)(Buffer.from(files.get('state-1.log') ?? expect.unreachable())));
    const { counts, damages, files: left } = await contentsOf(put(files));
    expect(counts.size).toBeLessThan(LOG_ENTRIES / 2);
    expect(damages.map((damage) => damage.path)).toEqual([path('state-1.log'), path('state-2.log')]);
    expect(left).toEqual(expect.arrayContaining(['damaged-state-1.log', 'damaged-state-2.log']));
  });
});

/** The files of a hub that was killed while it wrote a new base: half of the entries are in one log, half in the next. */
async function createFollowed(): Promise<ReadonlyMap<string, Buffer>> {
  const disk = new PowerCutDisk();
  const database = await openOn(disk, { timing: { flushMs: 1, smallLogBytes: 500 } });
  disk.options = { pace: () => new Promise(() => undefined) }; // From here on nothing is ever flushed, and no base finished.
  for (let n = 0; n < LOG_ENTRIES; n++) {
    if (n === LOG_ENTRIES / 2) while (!disk.files.has('state-2.log')) await setImmediate();
    database.tables.counts.set(n, n);
    await setImmediate();
  }
  const files = new Map([...disk.files].filter(([name]) => !name.endsWith('.new')));
  disk.callsLeft = 0;
  return files;
}

describe('for any damage', () => {
  const entries = BASE_ENTRIES + LOG_ENTRIES;

  it('all is there, or it is reported, or refused: each sector of each file zeroed in its turn', async () => {
    for (const [name, { length }] of good) {
      for (let at = 0; at < length; at += SECTOR_BYTES) {
        const disk = change(name, (content) => content.fill(0, at, Math.min(at + SECTOR_BYTES, length)));
        // A power cut may leave zeros from some point to the end of the log.
        const isEnd = name === 'state-2.log' && at + SECTOR_BYTES >= length;
        expect(await verdict(disk), `${name} at ${at}`).not.toBe(isEnd ? 'said' : 'silently less');
      }
    }
  });

  it('all is there, or it is reported, or refused: any bytes written over any', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...good.keys()),
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        async (name, seed, noise) => {
          const disk = change(name, (content) => {
            // A changed length of the very last frame may look like an unfinished write, which is not damage.
            content.set(noise, seed % (content.length - noise.length - LAST_FRAME_BYTES));
            return content;
          });
          expect(await verdict(disk)).not.toBe('silently less');
        },
      ),
      { numRuns: 200 },
    );
  });

  async function verdict(disk: PowerCutDisk): Promise<'whole' | 'said' | 'refused' | 'silently less'> {
    try {
      const { names, counts, damages } = await contentsOf(disk);
      if (damages.length > 0) return 'said';
      return names.size + counts.size === entries ? 'whole' : 'silently less';
    } catch (error) {
      expect(error).toMatchObject({ code: 'store/damaged' });
      return 'refused';
    }
  }
});
