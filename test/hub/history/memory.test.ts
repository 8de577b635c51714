import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { BucketRing, PageBudget } from '../../../hub/history/bucket.ts';
import { History } from '../../../hub/history/history.ts';
import { createMemoryHistory } from '../../../hub/history/open-history.ts';
import { MemorySlots } from '../../../hub/history/slot.ts';

const START = Date.UTC(2026, 0, 1);
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const PAGE_BYTES = 2048;

/** A value each second, kept each minute. */
async function fill(history: History, clock: { nowMs: number }, minutes: number): Promise<void> {
  for (let second = 0; second < minutes * 60; second++) {
    clock.nowMs = START + second * SECOND_MS;
    history.record('a', second);
    if (second % 60 === 59) await history.flush();
  }
}

describe('history in memory', () => {
  it('has places for what sixty devices want and report', () => {
    const history = createMemoryHistory(pino({ level: 'silent' }));
    const properties = ['duty', 'duty/actual', 'frequency', 'frequency/actual', 'status'];
    for (let device = 0; device < 60; device++)
      for (const property of properties) history.record(`led/${device}/${property}`, 1);
    expect([history.topicCount, history.refused]).toEqual([300, 0]);
  });

  it('keeps new values if there is no memory left, and old ones in coarser steps', async () => {
    const clock = { nowMs: START };
    const full = new PageBudget(0);
    const history = new History({ createSlots: () => new MemorySlots(full), now: () => clock.nowMs });
    await fill(history, clock, 30);
    const read = (minutes: number) =>
      history.read('a', { fromMs: clock.nowMs - minutes * MINUTE_MS, toMs: clock.nowMs, points: 5000 });
    expect((await read(1))?.length).toBeGreaterThanOrEqual(60);
    const rows = (await read(29)) ?? [];
    expect(rows.at(-1)?.[3]).toBe(30 * 60 - 1);
    // There is a row for each whole minute: minutes replace the dropped seconds without a gap.
    const stepsMs = rows.slice(2).map(([timeMs], at) => timeMs - (rows[at + 1]?.[0] ?? 0));
    expect(Math.max(...stepsMs)).toBeLessThanOrEqual(MINUTE_MS);
  });
});

describe('a ring of buckets', () => {
  it('takes no more pages than its budget has, and gives them back', () => {
    const budget = new PageBudget(PAGE_BYTES);
    const ring = new BucketRing({ count: 640 }, budget);
    for (let index = 1; index <= 640; index++) ring.put({ index, min: index, max: index, last: index });
    const kept = ring.read().map(({ index }) => index);
    expect(kept.at(-1)).toBe(640);
    expect(kept.length).toBeLessThanOrEqual(3 * 64);
    expect(kept[0]).toBe(ring.lostIndex + 1);
    expect(ring.size).toBe(kept.length);
    expect(budget.take()).toBe(false);
    ring.clear();
    expect(budget.take()).toBe(true);
  });
});
