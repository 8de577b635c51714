import { open } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { type Bucket, LEVELS } from '../../../../hub/history/bucket.ts';
import { History } from '../../../../hub/history/history.ts';
import { openHistory } from '../../../../hub/history/open-history.ts';
import { RingFile } from '../../../../hub/history/ring-file.ts';
import { MemorySlots, type Slots } from '../../../../hub/history/slot.ts';
import { DAY_MS, HOUR_MS, listen, MINUTE_MS, START, useFolder } from './history-fixture.ts';

const folder = useFolder();

/** Slots on a disk that is full for as long as the test says. */
class FullDisk extends MemorySlots implements Slots {
  isFull = true;
  writes: number[] = [];

  override async write(fresh: readonly (readonly Bucket[])[]): Promise<void> {
    if (this.isFull) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    this.writes = fresh.map(({ length }) => length);
    await super.write(fresh);
  }
}

describe('history on a disk that is full', () => {
  it('holds no more than a file would, and loses nothing that a file would keep', async () => {
    const disk = new FullDisk();
    let nowMs = START;
    const history = new History({ createSlots: () => disk, now: () => nowMs });
    const seconds = DAY_MS / 1000;
    for (let second = 0; second < seconds; second++) {
      nowMs = START + second * 1000;
      history.record('a', second);
      if (second % 3600 === 0) await history.flush();
    }
    disk.isFull = false;
    await history.flush();
    expect(disk.writes).toEqual([0, LEVELS[1]?.count, DAY_MS / MINUTE_MS, 24]);
    const rows = await history.read('a', { fromMs: nowMs - HOUR_MS, toMs: nowMs, points: 5000 });
    expect(rows?.slice(-3600).map(([, , , last]) => last)).toEqual(
      Array.from({ length: 3600 }, (_, n) => seconds - 3600 + n),
    );
  });

  it('still has the values that came while the hub tried to write', async () => {
    const disk = new FullDisk();
    const history = new History({ createSlots: () => disk, now: () => START });
    history.record('a', 1);
    const trying = history.flush();
    history.record('a', 9);
    history.record('a', 5);
    await trying;
    disk.isFull = false;
    await history.flush();
    const rows = await history.read('a', { fromMs: START - 1000, toMs: START + 1, points: 1 });
    expect(rows).toEqual([[START, 1, 9, 5]]);
  });
});

describe('history that is kept', () => {
  it('is on the disk, past a power cut, before it counts as kept', async () => {
    const file = await open(folder.of('any'), 'w');
    const handles = Object.getPrototypeOf(file);
    await file.close();
    const done: string[] = [];
    for (const name of ['write', 'datasync'] as const) {
      const original = handles[name];
      vi.spyOn(handles, name).mockImplementation(async function (this: unknown, ...args: unknown[]) {
        const result = await original.apply(this, args);
        done.push(name);
        return result;
      });
    }
    const history = await openHistory(folder.of('history'), { log: listen().log });
    history.record('a', 1);
    await history.flush();
    expect(done.at(-1)).toBe('datasync');
    expect(done).toContain('write');
    done.length = 0;
    await history.flush();
    expect(done).toEqual([]);
  });

  it('writes a few pages of a topic a minute, however fast its values come', async () => {
    const ring = RingFile.of(folder.of('1.ring'), 'a') ?? expect.unreachable();
    let nowMs = START;
    const history = new History({ createSlots: () => ring, now: () => nowMs });
    history.record('a', 0);
    await history.flush();
    const file = await open(folder.of('1.ring'));
    const write = vi.spyOn(Object.getPrototypeOf(file), 'write');
    await file.close();
    for (; nowMs < START + MINUTE_MS; nowMs += 10) history.record('a', nowMs % 100);
    await history.flush();
    expect(write.mock.calls.length).toBeLessThanOrEqual(5);
  });

  it('is written whole, even if the system takes a part of it at a time', async () => {
    const path = folder.of('1.ring');
    const file = RingFile.of(path, 'a') ?? expect.unreachable();
    const level = LEVELS.map(() => [] as Bucket[]);
    await file.write(level); // Creates the file.
    const handle = await open(path, 'r');
    const prototype = Object.getPrototypeOf(handle);
    await handle.close();
    const { write } = prototype;
    const half = (length: number) => Math.ceil(length / 2);
    const writing = vi.spyOn(prototype, 'write').mockImplementation(function (
      this: unknown,
      bytes: unknown,
      at: unknown,
      length: unknown,
      to: unknown,
    ) {
      return write.call(this, bytes, at, half(Number(length)), to);
    });
    const index = (LEVELS[1]?.count ?? 0) + 127; // This is the last of the 128 slots in a page.
    const bucket = { index, min: 1, max: 3, last: 2 };
    await file.write(level.map((_, number) => (number === 1 ? [bucket] : [])));
    writing.mockRestore();
    expect(await file.read(1, index, index)).toMatchObject({ buckets: [bucket] });
  });

  it('leaves out damaged parts of the file, reports them once, and has the rest', async () => {
    const { log, lines } = listen();
    let nowMs = START;
    const first = await openHistory(folder.path, { log, now: () => nowMs });
    for (let second = 0; second < 10; second++) {
      nowMs = START + second * 1000;
      first.record('a', second);
    }
    await first.flush();
    const file = await open(folder.of('1.ring'), 'r+');
    const slot = 131_072 + ((START / 1000 + 4) % 7_200) * 32;
    await file.write(Buffer.of(0xff), 0, 1, slot + 20);
    await file.close();
    const next = await openHistory(folder.path, { log, now: () => nowMs });
    for (let read = 0; read < 2; read++) {
      const rows = await next.read('a', { fromMs: START, toMs: nowMs, points: 5000 });
      expect(rows?.map(([, , , last]) => last)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9]);
    }
    expect(lines).toEqual([expect.stringMatching(/1\.ring.*damaged/)]);
  });
});
