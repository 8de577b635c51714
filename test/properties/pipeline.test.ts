import fc from 'fast-check';
import {
  concat,
  concatMap,
  from,
  type Observable,
  of,
  type SchedulerAction,
  type SchedulerLike,
  Subject,
  Subscription,
  VirtualTimeScheduler,
} from 'rxjs';
import { delay, tap, timestamp } from 'rxjs/operators';
import { describe, expect, test } from 'vitest';
import { clamp } from '../../devices/facts/range.ts';
import { EFFECTS, effect } from '../../devices/pipeline/effect.ts';
import { latestWins } from '../../devices/pipeline/latest-wins.ts';
import { quantise } from '../../devices/pipeline/quantise.ts';
import { type Target, transition } from '../../devices/pipeline/transition.ts';
import {
  expectAtMostOnePerInterval,
  expectFirstAtOnceAndLastAlways,
  expectLatest,
  expectNeverTwoInFlight,
  expectNothingAfter,
  expectWithin,
  type Input,
  type Write,
} from './pipeline-laws.ts';

const percent = fc.double({ min: 0, max: 100, noNaN: true });

/** Values, each some milliseconds after the previous one. */
function schedules<T>(value: fc.Arbitrary<T>) {
  return fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), value), { minLength: 1, maxLength: 40 });
}

/** A stream of the scheduled values, in virtual time, and a record of when each came. */
function play<T>(
  schedule: readonly (readonly [number, T])[],
  scheduler: VirtualTimeScheduler,
  inputs: Input<T>[],
) {
  return from(schedule).pipe(
    concatMap(([afterMs, value]) => (afterMs === 0 ? of(value) : of(value).pipe(delay(afterMs, scheduler)))),
    tap((value) => inputs.push({ atMs: scheduler.now(), value })),
  );
}

/** Virtual time that records what was scheduled and not canceled. */
class CountingScheduler extends VirtualTimeScheduler {
  readonly open = new Set<Subscription>();

  override schedule<T>(
    work: (this: SchedulerAction<T>, state?: T) => void,
    delayMs?: number,
    state?: T,
  ): Subscription {
    const action = super.schedule(work, delayMs, state);
    this.open.add(action);
    action.add(() => this.open.delete(action));
    return action;
  }
}

describe('latest wins', () => {
  const scenarios = fc.record({
    schedule: schedules(fc.integer()),
    intervalMs: fc.integer({ min: 1, max: 50 }),
    writeMs: fc.integer({ min: 0, max: 120 }),
  });

  /** Runs a scenario; the writes take time, or none at all. */
  function run({
    schedule,
    intervalMs,
    writeMs,
  }: {
    schedule: [number, number][];
    intervalMs: number;
    writeMs: number;
  }) {
    const scheduler = new VirtualTimeScheduler();
    const inputs: Input<number>[] = [];
    const writes: Write<number>[] = [];
    const write = (value: number): Observable<number> => {
      writes.push({ value, startMs: scheduler.now(), endMs: scheduler.now() + writeMs });
      return writeMs === 0 ? of(value) : of(value).pipe(delay(writeMs, scheduler));
    };
    const written$ = play(schedule, scheduler, inputs).pipe(latestWins(write, { intervalMs, scheduler }));
    return { scheduler, inputs, writes, written$ };
  }

  test('holds its laws for any inputs and any driver', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { scheduler, inputs, writes, written$ } = run(scenario);
        const results: number[] = [];
        let isComplete = false;
        written$.subscribe({
          next: (result) => results.push(result),
          complete: () => {
            isComplete = true;
          },
        });
        scheduler.flush();
        expectAtMostOnePerInterval(writes, scenario.intervalMs);
        expectNeverTwoInFlight(writes);
        expectFirstAtOnceAndLastAlways(inputs, writes);
        expectLatest(inputs, writes);
        expect(results).toEqual(writes.map(({ value }) => value));
        expect(isComplete).toBe(true);
      }),
    );
  });

  test('writes nothing once it is closed', () => {
    fc.assert(
      fc.property(scenarios, fc.integer({ min: 0, max: 1000 }), (scenario, closeMs) => {
        const { scheduler, writes, written$ } = run(scenario);
        const subscription = written$.subscribe();
        scheduler.schedule(() => subscription.unsubscribe(), closeMs);
        scheduler.flush();
        expectNothingAfter(writes, closeMs);
      }),
    );
  });

  test('keeps its laws if a write causes the next value, as on a bus in the same process', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 120 }),
        (intervalMs, writeMs) => {
          const scheduler = new VirtualTimeScheduler();
          const writes: Write<number>[] = [];
          const echo = (value: number) => {
            writes.push({ value, startMs: scheduler.now(), endMs: scheduler.now() + writeMs });
            if (value < 20) source.next(value + 1);
            return writeMs === 0 ? of(value) : of(value).pipe(delay(writeMs, scheduler));
          };
          const source = new Subject<number>();
          source.pipe(latestWins(echo, { intervalMs, scheduler })).subscribe();
          source.next(0);
          scheduler.flush();
          expectAtMostOnePerInterval(writes, intervalMs);
          expectNeverTwoInFlight(writes);
          expect(writes.map(({ value }) => value)).toEqual(Array.from({ length: 21 }, (_, value) => value));
        },
      ),
    );
  });

  test('keeps its pace if timers are late, as in a process that is busy with input', () => {
    let nowMs = 0;
    const scheduler: SchedulerLike = { now: () => nowMs, schedule: () => new Subscription() };
    const writes: Write<number>[] = [];
    const write = (value: number) => {
      writes.push({ value, startMs: nowMs, endMs: nowMs });
      return of(value);
    };
    const source = new Subject<number>();
    source.pipe(latestWins(write, { intervalMs: 20, scheduler })).subscribe();
    for (; nowMs <= 100; nowMs += 5) source.next(nowMs);
    expect(writes.map(({ startMs }) => startMs)).toEqual([0, 20, 40, 60, 80, 100]);
  });

  test('keeps nothing of finished work, however long it runs', () => {
    const scheduler = new CountingScheduler();
    const source = new Subject<number>();
    source.pipe(latestWins((value) => of(value), { intervalMs: 20, scheduler })).subscribe();
    for (let value = 0; value < 100; value++) {
      source.next(value);
      scheduler.flush();
    }
    expect(scheduler.open.size).toBe(0);
  });
});

describe('clamp', () => {
  const ranges = fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true })).map(([one, other]) => ({
    min: Math.min(one, other),
    max: Math.max(one, other),
  }));

  test('stays in range, keeps what is in range, and does nothing the second time', () => {
    fc.assert(
      fc.property(ranges, fc.double({ noNaN: true }), (range, value) => {
        const clamped = clamp(range, value);
        expectWithin([clamped], range.min, range.max);
        if (value >= range.min && value <= range.max) expect(clamped).toBe(value + 0);
        expect(clamp(range, clamped)).toBe(clamped);
      }),
    );
  });
});

describe('quantise', () => {
  const steps = fc.integer({ min: 1, max: 40_000 });

  test('is within half a step and 0–100, keeps both ends and the order, and does nothing the second time', () => {
    fc.assert(
      fc.property(steps, percent, percent, (count, one, other) => {
        const quantised = quantise(count, one);
        expectWithin([quantised], 0, 100);
        expect(Math.abs(quantised - one)).toBeLessThanOrEqual(50 / count + 1e-9);
        expect(quantise(count, quantised)).toBeCloseTo(quantised, 9);
        if (one <= other) expect(quantised).toBeLessThanOrEqual(quantise(count, other));
        expect([quantise(count, 0), quantise(count, 100)]).toEqual([0, 100]);
      }),
    );
  });
});

describe('transition', () => {
  const targets: fc.Arbitrary<Target> = fc.record({
    value: percent,
    seconds: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 2, noNaN: true })),
    from: fc.option(percent, { nil: undefined }),
  });

  test('ends on the last target, never leaves the range, and steps at most once per interval between targets', () => {
    fc.assert(
      fc.property(schedules(targets), fc.integer({ min: 5, max: 50 }), (schedule, intervalMs) => {
        const scheduler = new VirtualTimeScheduler();
        const inputs: Input<Target>[] = [];
        const seen: number[] = [];
        play(schedule, scheduler, inputs)
          .pipe(transition({ intervalMs, scheduler }))
          .subscribe((value) => seen.push(value));
        scheduler.flush();
        expect(seen.at(-1)).toBe(inputs.at(-1)?.value.value);
        expectWithin(seen, 0, 100);
      }),
    );
  });

  test('goes one way only, and takes its time', () => {
    const ramps = fc.record({
      from: percent,
      value: percent,
      seconds: fc.double({ min: 0.1, max: 10, noNaN: true }),
    });
    fc.assert(
      fc.property(ramps, fc.integer({ min: 5, max: 50 }), (target, intervalMs) => {
        const scheduler = new VirtualTimeScheduler();
        const seen: { value: number; timestamp: number }[] = [];
        of(target)
          .pipe(transition({ intervalMs, scheduler }), timestamp(scheduler))
          .subscribe((value) => seen.push(value));
        scheduler.flush();
        const values = seen.map(({ value }) => value);
        const way = [...values].sort((one, other) =>
          target.from <= target.value ? one - other : other - one,
        );
        expect(values).toEqual(way);
        const lateMs = (seen.at(-1)?.timestamp ?? 0) - target.seconds * 1000;
        if (target.from !== target.value) expectWithin([lateMs], 0, intervalMs);
      }),
      // This case has numbers so small that rounding shows.
      { examples: [[{ from: 4.214835945537202e-18, value: 5e-324, seconds: 0.10000000000000002 }, 5]] },
    );
  });

  test('does not jump when a target is replaced on the way', () => {
    fc.assert(
      fc.property(percent, percent, fc.integer({ min: 0, max: 990 }), (first, second, atMs) => {
        const scheduler = new VirtualTimeScheduler();
        const targets$ = concat(
          of({ value: first, seconds: 1, from: 0 }),
          of({ value: second, seconds: 1, from: 0 }).pipe(delay(atMs, scheduler)),
        );
        const seen: number[] = [];
        targets$.pipe(transition({ intervalMs: 10, scheduler })).subscribe((value) => seen.push(value));
        scheduler.flush();
        // 100 % in a second is 1 % in a step.
        for (let index = 1; index < seen.length; index++) {
          expect(Math.abs((seen[index] ?? 0) - (seen[index - 1] ?? 0))).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });
});

describe('effect', () => {
  test('takes light away and never adds any, and begins with all of it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...EFFECTS), percent, (name, dutyPercent) => {
        const scheduler = new VirtualTimeScheduler();
        scheduler.maxFrames = 10_000;
        const seen: number[] = [];
        of(dutyPercent)
          .pipe(effect(of(name), { intervalMs: 20, scheduler }))
          .subscribe((value) => seen.push(value));
        scheduler.flush();
        expectWithin(seen, 0, dutyPercent);
        expect(seen[0]).toBe(dutyPercent);
        if (name !== 'none') expect(Math.min(...seen)).toBeLessThanOrEqual(dutyPercent / 1000);
      }),
    );
  });
});
