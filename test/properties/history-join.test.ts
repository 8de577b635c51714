import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UPTIME_TOPIC } from '../../hub/core/ports.ts';
import { type Bucket, LEVELS } from '../../hub/history/bucket.ts';
import { History } from '../../hub/history/history.ts';
import { gapsBetween, indicesOf, joinFound } from '../../hub/history/join.ts';
import { type Found, MemorySlots } from '../../hub/history/slot.ts';

const KEPT = LEVELS.flatMap(({ isKept }, level) => (isKept ? [level] : []));

const START = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const value = fc.integer({ min: -50, max: 50 });

const bucket: fc.Arbitrary<Bucket> = fc
  .record({ index: fc.integer({ min: 1, max: 6 }), values: fc.array(value, { minLength: 1, maxLength: 4 }) })
  .map(({ index, values }) => ({
    index,
    min: Math.min(...values),
    max: Math.max(...values),
    last: values.at(-1) ?? 0,
  }));

const found: fc.Arbitrary<Found> = fc
  .uniqueArray(bucket, { selector: ({ index }) => index })
  .map((buckets) => [...buckets].sort((one, other) => one.index - other.index))
  .map((buckets) => ({
    before: buckets.find(({ index }) => index < 3),
    buckets: buckets.filter(({ index }) => index >= 3),
  }));

describe('what several hubs have recorded', () => {
  it('is the same, whoever joins it, in whatever order, and however often', () => {
    fc.assert(
      fc.property(
        fc.array(found, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        (all, numbers) => {
          const joined = joinFound(all);
          const shuffled = all.map((one) => [numbers.next().value, one] as const).sort(([a], [b]) => a - b);
          expect(joinFound(shuffled.map(([, one]) => one))).toEqual(joined);
          expect(joinFound([joined, ...all])).toEqual(joined);
          const [first, ...others] = all;
          if (first) expect(joinFound([first, joinFound(others)])).toEqual(joined);
        },
      ),
    );
  });
});

/** Records for a hub what all hubs receive while it is up: values, and each minute the fact that it is up. */
class Hub {
  nowMs = START;
  readonly #slots = new Map<string, MemorySlots>();
  history = this.#open();

  #open(): History {
    const createSlots = (topic: string) => {
      const slots = new MemorySlots();
      this.#slots.set(topic, slots);
      return slots;
    };
    return new History({
      createSlots,
      known: [...this.#slots],
      now: () => this.nowMs,
      uptimeMs: () => this.nowMs,
    });
  }

  /** A new process on the same files. Unflushed data is lost. */
  start(): void {
    this.history = this.#open();
    this.beat();
  }

  beat(): void {
    this.history.record(UPTIME_TOPIC, 1);
  }

  async buckets(topic: string, level: number): Promise<readonly Bucket[]> {
    const { first, last } = indicesOf({ fromMs: 0, toMs: this.nowMs }, level, this.nowMs);
    return (await this.history.find(topic, level, first, last))?.buckets ?? [];
  }

  /** Asks another hub for everything that it has missed. */
  async fillFrom(other: Hub): Promise<void> {
    for (const gap of await this.history.gaps())
      for (const topic of other.history.topics)
        for (const level of KEPT) {
          const { first, last } = indicesOf(gap, level, this.nowMs);
          const theirs = first > last ? undefined : await other.history.find(topic, level, first, last);
          await this.history.fill(topic, level, gap, theirs?.buckets ?? []);
        }
  }
}

describe('a hub that was away', () => {
  it('has the same history as a hub that was not away, once it has asked for it', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          steps: fc.array(fc.record({ afterMs: fc.integer({ min: 1, max: 10 * MINUTE_MS }), value }), {
            minLength: 1,
            maxLength: 60,
          }),
          awayFrom: fc.integer({ min: 0, max: 200 * MINUTE_MS }),
          awayMs: fc.integer({ min: 3 * MINUTE_MS, max: 300 * MINUTE_MS }),
        }),
        async ({ steps, awayFrom, awayMs }) => {
          const [a, b] = [new Hub(), new Hub()];
          const events: { at: number; value: number | undefined }[] = [];
          for (const { afterMs, value } of steps)
            events.push({ at: (events.at(-1)?.at ?? 0) + afterMs, value });
          const end = Math.max(awayFrom + awayMs, events.at(-1)?.at ?? 0) + 1;
          for (let at = 0; at < end; at += MINUTE_MS) events.push({ at, value: undefined });
          let wasAway = false;
          for (const { at, value } of events.sort((one, other) => one.at - other.at)) {
            const isAway = at >= awayFrom && at < awayFrom + awayMs;
            if (isAway && !wasAway) await b.history.flush();
            a.nowMs = b.nowMs = START + at;
            if (wasAway && !isAway) b.start();
            for (const hub of isAway ? [a] : [a, b])
              if (value === undefined) hub.beat();
              else hub.history.record('led/1/duty/actual', value);
            wasAway = isAway;
          }
          a.nowMs = b.nowMs = START + end;
          if (wasAway) b.start();
          await b.fillFrom(a);
          for (const level of KEPT)
            expect(await b.buckets('led/1/duty/actual', level)).toEqual(
              await a.buckets('led/1/duty/actual', level),
            );
          await b.history.flush();
          for (const level of KEPT)
            expect(await b.buckets('led/1/duty/actual', level)).toEqual(
              await a.buckets('led/1/duty/actual', level),
            );
        },
      ),
      { numRuns: 60 },
    ));

  it('knows no gap for the time in which it was up', () => {
    const nowMs = 10 * MINUTE_MS + 5_000;
    expect(gapsBetween([7, 8, 9, 10], 2, { fromMs: 7 * MINUTE_MS, toMs: nowMs })).toEqual([]);
    expect(gapsBetween([4, 8, 10], 2, { fromMs: 4 * MINUTE_MS, toMs: nowMs })).toEqual([
      { fromMs: 4 * MINUTE_MS, toMs: 9 * MINUTE_MS },
      { fromMs: 8 * MINUTE_MS, toMs: nowMs },
    ]);
  });
});
