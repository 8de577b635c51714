import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryRow } from '../../hub/core/index.ts';
import { LEVELS } from '../../hub/history/bucket.ts';
import { History } from '../../hub/history/history.ts';
import { RingFile } from '../../hub/history/ring-file.ts';
import { downsample } from '../../hub/history/series.ts';
import { MemorySlots } from '../../hub/history/slot.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-history-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const START = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const value = fc.double({ noNaN: true, min: -100, max: 100 });
const step = fc.record({
  afterMs: fc.oneof(
    fc.integer({ min: 1, max: 2_000 }),
    fc.integer({ min: 1, max: 40 * MINUTE_MS }),
    fc.integer({ min: 1, max: 2 * DAY_MS }),
  ),
  value,
  isFlushed: fc.boolean(),
});

let files = 0;
const stores = {
  memory: () => new MemorySlots(),
  'a file': () => RingFile.of(join(folder, `${files++}.ring`), 'a'),
};

/** The lowest, highest and last of all rows. */
function extentOf(rows: readonly HistoryRow[]): readonly (number | undefined)[] {
  const lowest = Math.min(...rows.map(([, min]) => min));
  const highest = Math.max(...rows.map(([, , max]) => max));
  return [lowest, highest, rows.at(-1)?.[3]];
}

function expectOrder(rows: readonly HistoryRow[]): void {
  const times = rows.map(([timeMs]) => timeMs);
  expect(times).toEqual([...times].sort((one, other) => one - other));
}

describe.each(Object.entries(stores))('history in %s', (_name, createSlots) => {
  it('keeps lowest, highest and last of all that was recorded, in whatever rows it is read', () => {
    const points = fc.integer({ min: 1, max: 50 });
    return fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), points, async (steps, wanted) => {
        let nowMs = START;
        const history = new History({ createSlots, now: () => nowMs });
        for (const { afterMs, value, isFlushed } of steps) {
          nowMs += afterMs;
          history.record('a', value);
          if (isFlushed) await history.flush();
        }
        const rows = (await history.read('a', { fromMs: START, toMs: nowMs + 1, points: wanted })) ?? [];
        expect(rows.length).toBeLessThanOrEqual(wanted);
        const recorded = steps.map(({ value }) => value);
        expect(extentOf(rows)).toEqual([Math.min(...recorded), Math.max(...recorded), recorded.at(-1)]);
        expectOrder(rows);
      }),
      { numRuns: 50 },
    );
  });

  it('ends with the last value, and is in order, however the clock is set', () => {
    const moves = fc.record({
      nowMs: fc.oneof(
        fc.integer({ min: START, max: START + 5_000 }),
        fc.integer({ min: START - 200 * DAY_MS, max: START + 200 * DAY_MS }),
      ),
      value,
      isFlushed: fc.boolean(),
    });
    return fc.assert(
      fc.asyncProperty(fc.array(moves, { minLength: 1, maxLength: 30 }), async (steps) => {
        let nowMs = START;
        const history = new History({ createSlots, now: () => nowMs });
        for (const { nowMs: setMs, value, isFlushed } of steps) {
          nowMs = setMs;
          history.record('a', value);
          if (isFlushed) await history.flush();
          for (const spanMs of [MINUTE_MS, 60 * MINUTE_MS, DAY_MS, 30 * DAY_MS]) {
            const rows = (await history.read('a', { fromMs: nowMs - spanMs, toMs: nowMs, points: 60 })) ?? [];
            expect(rows.at(-1)?.[3]).toBe(value);
            expect(rows.length).toBeLessThanOrEqual(61);
            expectOrder(rows);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('downsampling', () => {
  it('loses no peak, and puts each value into the row of its time, for all windows', () => {
    const gaps = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 500 }), value }), { minLength: 1 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 5_000 }), fc.nat(999), (changes, points, fraction) => {
        let index = 1_000;
        const buckets = changes.map(({ gap, value }) => {
          index += gap;
          return { index, min: value - 1, max: value + 1, last: value };
        });
        const window = { fromMs: 1_001_000 + fraction, toMs: (index + 1) * 1000, points };
        const rows = downsample(buckets, 1000, window);
        expect(rows.length).toBeLessThanOrEqual(Math.min(points, buckets.length));
        for (const [row, [timeMs, min, max, last]] of rows.entries()) {
          const endMs = rows[row + 1]?.[0] ?? Number.POSITIVE_INFINITY;
          const within = buckets.filter(
            (bucket) => bucket.index * 1000 >= timeMs && bucket.index * 1000 < endMs,
          );
          expect(min).toBe(Math.min(...within.map((bucket) => bucket.min)));
          expect(max).toBe(Math.max(...within.map((bucket) => bucket.max)));
          expect(last).toBe(within.at(-1)?.last);
          const spanMs = (within.at(-1)?.index ?? 0) * 1000 - timeMs;
          expect(spanMs).toBeLessThanOrEqual(Math.max(1000, (window.toMs - window.fromMs) / points) + 1000);
        }
        expect(rows[0]?.[0]).toBe((buckets[0]?.index ?? 0) * 1000);
      }),
    );
  });
});

describe('the file of a history', () => {
  it('is bounded, however long and however often values come', async () => {
    let nowMs = START;
    const path = join(folder, 'long.ring');
    const history = new History({ createSlots: () => RingFile.of(path, 'a'), now: () => nowMs });
    for (let n = 0; n < 20_000; n++) {
      nowMs += 977 * (1 + (n % 300));
      history.record('a', n);
      if (n % 60 === 0) await history.flush();
    }
    await history.flush();
    const slots = LEVELS.filter(({ isKept }) => isKept).reduce((sum, { count }) => sum + count, 0);
    expect(statSync(path).size).toBeLessThanOrEqual(131_072 + slots * 32);
  });

  it('is reported as unavailable if it cannot be read', async () => {
    const ring = RingFile.of(folder, 'a') ?? expect.unreachable();
    await expect(ring.read(1, 0, 1)).rejects.toMatchObject({ code: 'store/unavailable' });
  });
});
