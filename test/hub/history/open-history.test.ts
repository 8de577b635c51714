import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openHistory } from '../../../hub/history/open-history.ts';
import { listen, MINUTE_MS, START, useFolder } from '../storage/history/history-fixture.ts';

const folder = useFolder();
const WINDOW = { fromMs: START - MINUTE_MS, toMs: START + MINUTE_MS, points: 10 };

async function open(told = listen()) {
  const history = await openHistory(folder.of('history'), { log: told.log, now: () => START });
  return { history, ...told };
}

/** The last value of a topic, as the next hub finds it. */
async function lastKept(topic: string): Promise<number | undefined> {
  const { history } = await open();
  return (await history.read(topic, WINDOW))?.at(-1)?.[3];
}

function names(): string[] {
  return readdirSync(folder.of('history')).sort();
}

function put(name: string, content: string | Uint8Array): void {
  mkdirSync(folder.of('history'), { recursive: true });
  writeFileSync(folder.of(`history/${name}`), content);
}

function headOf(version: number): string {
  return `${JSON.stringify({ format: 'pinhub-history', version, topic: 'a/b/actual' })}\n`;
}

describe('the folder of history', () => {
  it('keeps the history for the next hub', async () => {
    const { history } = await open();
    history.record('a', 42);
    await history.flush();
    expect(names()).toEqual(['1.ring']);
    expect(await lastKept('a')).toBe(42);
  });

  it('is not written for each value, but only when the whole history is stored', async () => {
    const { history } = await open();
    history.record('a', 42);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('loses no other topic, and goes on with this one, if a file is deleted under it', async () => {
    const { history } = await open();
    for (const topic of ['a', 'b']) history.record(topic, 1);
    await history.flush();
    rmSync(folder.of('history/1.ring'));
    for (const topic of ['a', 'b']) history.record(topic, 2);
    await history.flush();
    expect(await lastKept('b')).toBe(2);
    expect(await lastKept('a')).toBe(2);
  });

  it('loses no other topic if one cannot be written, and reports the failure once', async () => {
    const { history, lines } = await open();
    mkdirSync(folder.of('history/1.ring'), { recursive: true });
    for (const value of [1, 2]) {
      for (const topic of ['a', 'b']) history.record(topic, value);
      await history.flush();
    }
    expect(lines).toEqual([expect.stringMatching(/history cannot be kept now.*1\.ring/)]);
    rmSync(folder.of('history/1.ring'), { recursive: true });
    await history.flush();
    expect(lines.slice(1)).toEqual(['history is kept again, with what came meanwhile']);
    expect([await lastKept('a'), await lastKept('b')]).toEqual([2, 2]);
  });

  it.each<readonly [what: string, make: () => unknown]>([
    ['a folder', () => mkdirSync(folder.of('history/1.ring'), { recursive: true })],
    ['an empty file', () => put('1.ring', '')],
    ['zeros', () => put('1.ring', new Uint8Array(131_072))],
    ['something else', () => put('1.ring', 'a holiday\nby the sea')],
    ['half of a head', () => put('1.ring', headOf(1).slice(0, 30))],
    ['a head without a topic', () => put('1.ring', '{"format":"pinhub-history","version":1}\n')],
    ['a version that is none', () => put('1.ring', headOf(-3))],
  ])('has %s in a file’s place kept aside, reported once, and begins again', async (_what, make) => {
    make();
    const { history, lines } = await open();
    expect(lines).toEqual([expect.stringMatching(/history.*1\.ring.*kept aside as damaged-1\.ring/)]);
    expect(names()).toEqual(['damaged-1.ring']);
    history.record('a/b/actual', 5);
    await history.flush();
    const next = await open();
    expect(next.lines).toEqual([]);
    expect(await lastKept('a/b/actual')).toBe(5);
    expect(names()).toEqual(['2.ring', 'damaged-1.ring']);
  });

  it('keeps the ten files aside that were written to last, and says which it has removed', async () => {
    for (let number = 1; number <= 12; number++) {
      const name = number > 10 ? `${number}.ring` : `damaged-${number}.ring`;
      put(name, 'noise');
      utimesSync(folder.of(`history/${name}`), 0, 1_000 - number); // The first file is the newest.
    }
    mkdirSync(folder.of('history/damaged-13.ring/folder'), { recursive: true });
    put('damaged-notes.txt', 'mine');
    const { lines } = await open();
    expect(lines.slice(0, 2)).toEqual(Array(2).fill(expect.stringContaining('kept aside as damaged-1')));
    expect(lines.slice(2)).toEqual([
      expect.stringMatching(/the 10 .* kept; removed: damaged-10\.ring, damaged-11\.ring, damaged-12\.ring$/),
    ]);
    const kept = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13].map((number) => `damaged-${number}.ring`);
    expect(names()).toEqual([...kept, 'damaged-notes.txt'].sort());
    expect((await open()).lines).toEqual([]);
  });

  it('has the second of two files of one topic kept aside', async () => {
    put('1.ring', headOf(1));
    put('2.ring', headOf(1));
    const { lines } = await open();
    expect(lines).toEqual([expect.stringMatching(/2\.ring.*damaged-2\.ring.*1\.ring/)]);
    expect(names()).toEqual(['1.ring', 'damaged-2.ring']);
  });

  it('leaves files of a later version as they are, reports them, and begins new ones beside them', async () => {
    put('1.ring', headOf(2));
    const { history, lines } = await open();
    expect(lines).toEqual([expect.stringMatching(/1\.ring.*version 2.*knows 1.*left as it is/)]);
    history.record('a/b/actual', 5);
    await history.flush();
    expect(readFileSync(folder.of('history/1.ring'), 'utf8')).toBe(headOf(2));
    expect(await lastKept('a/b/actual')).toBe(5);
  });

  it('leaves files alone whose names are not its own', async () => {
    for (const name of ['notes.txt', 'x.ring', '1.ring.bak', '1234567890.ring']) put(name, 'mine');
    const { lines } = await open();
    expect([lines, names().length]).toEqual([[], 4]);
  });

  it('removes a file that a hub had not finished making', async () => {
    put('3.ring.new', 'pinh');
    await open();
    expect(names()).toEqual([]);
  });

  it('need not be there: history goes on in memory, and that is reported once', async () => {
    writeFileSync(folder.of('history'), 'a file');
    const { history, lines } = await open();
    history.record('a', 7);
    await history.flush();
    await history.flush();
    expect((await history.read('a', WINDOW))?.at(-1)?.[3]).toBe(7);
    expect(lines).toEqual([expect.stringMatching(/history cannot be kept now.*history.*not a directory/)]);
    rmSync(folder.of('history'));
    await history.flush();
    expect(await lastKept('a')).toBe(7);
  });
});

describe('a file that Pinhub 0.1 wrote', () => {
  const topic = 'lab/ana "ü"/led/21/duty/actual';
  const day = (days: number) => START + days * 24 * 60 * MINUTE_MS;

  it.each([
    [
      'seconds',
      START + 61_500,
      [
        [START + 1000, 40.5, 90, 40.5],
        [START + 61_000, 0, 0, 0],
      ],
    ],
    [
      'minutes',
      day(1),
      [
        [START, 10, 90, 40.5],
        [START + MINUTE_MS, 0, 0, 0],
        [START + 180 * MINUTE_MS, -55.25, -55.25, -55.25],
      ],
    ],
    [
      'hours',
      day(90),
      [
        [START, 0, 90, 0],
        [START + 180 * MINUTE_MS, -55.25, -55.25, -55.25],
        [day(40), 70, 70, 70],
      ],
    ],
  ])('still knows the past, in %s', async (_level, toMs, rows) => {
    const golden = new URL('../storage/golden/history-1.ring.gz', import.meta.url);
    put('1.ring', gunzipSync(readFileSync(golden)));
    const { log, lines } = listen();
    const history = await openHistory(folder.of('history'), { log, now: () => toMs });
    expect(lines).toEqual([]);
    expect(await history.read(topic, { fromMs: START, toMs, points: 5000 })).toEqual(rows);
  });
});
