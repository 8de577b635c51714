import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { History } from '../../hub/storage/history/history.ts';
import { LEVELS } from '../../hub/storage/history/level.ts';
import { MemorySlots } from '../../hub/storage/history/memory-slots.ts';
import { RingFile } from '../../hub/storage/history/ring-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-history-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const START = Date.UTC(2026, 0, 1);
const step = fc.record({
  afterMs: fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 40 * 60_000 })),
  value: fc.double({ noNaN: true, min: -100, max: 100 }),
  isFlushed: fc.boolean(),
});

let files = 0;
const stores = {
  memory: () => new MemorySlots(),
  'a file': () => RingFile.create(join(folder, `${files++}.ring`), 'a'),
};

describe.each(Object.entries(stores))('history in %s', (_name, createSlots) => {
  it('keeps lowest, highest and last of all that was recorded, in whatever rows it is read', () => {
    const points = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), points, (steps, wanted) => {
        let nowMs = START;
        const history = new History({ createSlots, now: () => nowMs });
        const recorded: number[] = [];
        for (const { afterMs, value, isFlushed } of steps) {
          nowMs += afterMs;
          history.record('a', value);
          recorded.push(value);
          if (isFlushed) history.flush();
        }
        const rows = history.read('a', { fromMs: START, toMs: nowMs + 1, points: wanted }) ?? [];
        expect(rows.length).toBeLessThanOrEqual(wanted);
        expect(Math.min(...rows.map(([, min]) => min))).toBe(Math.min(...recorded));
        expect(Math.max(...rows.map(([, , max]) => max))).toBe(Math.max(...recorded));
        expect(rows.at(-1)?.[3]).toBe(recorded.at(-1));
        const times = rows.map(([timeMs]) => timeMs);
        expect(times).toEqual([...times].sort((one, other) => one - other));
      }),
      { numRuns: 50 },
    );
  });
});

describe('the file of a history', () => {
  it('is bounded, however long and however often values come', () => {
    let nowMs = START;
    const path = join(folder, 'long.ring');
    const history = new History({ createSlots: () => RingFile.create(path, 'a'), now: () => nowMs });
    for (let n = 0; n < 20_000; n++) {
      nowMs += 977 * (1 + (n % 300));
      history.record('a', n);
      if (n % 60 === 0) history.flush();
    }
    history.flush();
    const slots = LEVELS.filter(({ isKept }) => isKept).reduce((sum, { count }) => sum + count, 0);
    expect(statSync(path).size).toBeLessThanOrEqual(131_072 + slots * 32);
  });

  it('is for so many topics, and no more', () => {
    const history = new History({
      createSlots: (topic) => RingFile.create(join(folder, `${topic}.ring`), topic),
      topics: 3,
      now: () => START,
    });
    for (let n = 0; n < 10; n++) history.record(`${n}`, n);
    expect(history.topicCount).toBe(3);
    expect(readdirSync(folder).length).toBe(3);
  });

  it('is there for the next hub', () => {
    const path = join(folder, '1.ring');
    const history = new History({
      createSlots: () => RingFile.create(path, 'led/21/duty/actual'),
      now: () => START,
    });
    history.record('led/21/duty/actual', 42);
    history.flush();
    const opened = RingFile.open(path) ?? expect.unreachable();
    expect(opened.topic).toBe('led/21/duty/actual');
    const next = new History({
      createSlots: () => new MemorySlots(),
      known: [[opened.topic, opened.ring]],
      now: () => START,
    });
    expect(
      next.read(opened.topic, { fromMs: START - 60_000, toMs: START + 1, points: 10 })?.at(-1)?.[3],
    ).toBe(42);
  });

  it('is said to be unavailable where it cannot be read any more', () => {
    const path = join(folder, 'gone.ring');
    const ring = RingFile.create(path, 'a');
    rmSync(path);
    expect(() => ring.read(1, 0, 1)).toThrow(expect.objectContaining({ code: 'store/unavailable' }));
  });
});
