import { BehaviorSubject, defer, Observable, of, Subject, throwError } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ErrorCode, type HistoryRow, HubError } from '../../../../hub/core/index.ts';
import type { Archive } from '../../../../web/dashboard/model/archive.ts';
import { createClock } from '../../../../web/dashboard/model/clock.ts';
import { createLookBack, type Shown } from '../../../../web/dashboard/model/look-back.ts';
import { LAST_MINUTE, REACHES, type Reach, type ReachName } from '../../../../web/dashboard/model/reach.ts';
import { RETRY_MS } from '../../../../web/dashboard/model/refresh.ts';

const NOON = Date.UTC(2026, 0, 1, 12);

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

function reachOf(name: ReachName): Reach {
  return REACHES.find((reach) => reach.name === name) ?? expect.unreachable();
}

/** A chart of a value from `actual$`, and a hub that remembers `rows`. */
function createBench() {
  const isOnline$ = new BehaviorSubject(true);
  const isVisible$ = new BehaviorSubject(true);
  const actual$ = new Subject<number>();
  const memory: { rows: HistoryRow[]; fault: ErrorCode | undefined } = { rows: [], fault: undefined };
  const asked: string[] = [];
  const archive: Archive = {
    read: (topic, spanMs, points) =>
      defer(() => {
        asked.push(`${topic} ${spanMs} ${points}`);
        if (memory.fault) return throwError(() => new HubError(memory.fault ?? 'internal', 'no'));
        const toMs = Date.now();
        const { rows } = memory;
        return of({
          fromMs: toMs - spanMs,
          toMs,
          rows: rows.filter(([timeMs]) => timeMs >= toMs - spanMs),
          wanted: [],
          gaps: [],
        });
      }),
    csvAddress: (topic, spanMs) => `${topic}.csv?${spanMs}`,
  };
  const wanted$ = new Observable<number>();
  const lookBack = createLookBack({
    topic: 't',
    wanted$,
    actual$,
    archive,
    clock: createClock(),
    isOnline$,
    isVisible$,
  });
  const seen: Shown[] = [];
  lookBack.shown$.subscribe((shown) => seen.push(shown));
  return {
    lookBack,
    actual$,
    isOnline$,
    isVisible$,
    memory,
    asked,
    shown: () => seen.at(-1) ?? expect.unreachable(),
    /** Every change of the last minute, as seconds before now, and value. */
    drawn: () =>
      lookBack.actual
        .points(Date.now() - 60_000, Date.now(), 10_000)
        .map(({ timeMs, value }) => [(timeMs - Date.now()) / 1000, value]),
  };
}

const row = (secondsAgo: number, value: number): HistoryRow => [
  Date.now() - secondsAgo * 1000,
  value,
  value,
  value,
];

describe('a chart that looks back', () => {
  it('shows the last minute, and asks for nothing until somebody looks', () => {
    const { lookBack, asked, shown } = createBench();
    lookBack.recording$.subscribe();
    expect(shown()).toMatchObject({ reach: LAST_MINUTE, isHeard: true, past: undefined, error: undefined });
    expect(asked).toEqual([]);
  });

  it('reads what is chosen, in so many points, and again as it moves on', () => {
    const { lookBack, memory, asked, shown } = createBench();
    memory.rows = [row(1800, 40)];
    lookBack.reading$.subscribe();
    lookBack.choose(reachOf('hour'));
    expect(asked).toEqual(['t 3600000 200']);
    expect(shown().past?.rows).toEqual(memory.rows);
    vi.advanceTimersByTime(18_000);
    expect(asked.length).toBe(2);
    lookBack.choose(reachOf('month'));
    vi.advanceTimersByTime(3 * 3_600_000);
    expect(asked.slice(2)).toEqual(['t 2592000000 200']);
  });

  it('shows nothing of one reach in another', () => {
    const { lookBack, memory, shown } = createBench();
    lookBack.reading$.subscribe();
    lookBack.choose(reachOf('day'));
    memory.fault = 'store/unavailable';
    lookBack.choose(reachOf('hour'));
    expect(shown()).toMatchObject({ reach: reachOf('hour'), past: undefined });
    expect(shown().error?.code).toBe('store/unavailable');
    lookBack.choose(reachOf('now'));
    expect(shown()).toMatchObject({
      reach: reachOf('now'),
      isHeard: true,
      past: undefined,
      error: undefined,
    });
  });

  it('reads no more when nobody looks', () => {
    const { lookBack, asked } = createBench();
    const looking = lookBack.reading$.subscribe();
    lookBack.choose(reachOf('hour'));
    looking.unsubscribe();
    vi.advanceTimersByTime(3_600_000);
    expect(asked.length).toBe(1);
  });

  it('says how to get the same as CSV', () => {
    const { lookBack } = createBench();
    expect(lookBack.csvAddress({ spanMs: 86_400_000, endMs: undefined })).toBe('t.csv?86400000');
  });
});

describe('what a live chart has missed', () => {
  it('is the whole minute at first, and comes from the hub', () => {
    const { lookBack, actual$, memory, asked, drawn } = createBench();
    memory.rows = [row(50, 10), row(20, 90), row(5, 30)];
    lookBack.recording$.subscribe();
    actual$.next(30);
    lookBack.reading$.subscribe();
    expect(asked).toEqual(['t 60000 600']);
    expect(drawn()).toEqual([
      [-50, 10],
      [-20, 90],
      [-5, 30],
      [0, 30],
    ]);
  });

  it('is the time in which the hub was away, and nothing else', () => {
    const { lookBack, actual$, isOnline$, memory, asked, drawn } = createBench();
    lookBack.recording$.subscribe();
    lookBack.reading$.subscribe();
    actual$.next(10);
    vi.advanceTimersByTime(10_000);
    isOnline$.next(false);
    vi.advanceTimersByTime(10_000);
    memory.rows = [row(20, 11), row(15, 80), row(5, 40)];
    isOnline$.next(true);
    expect(asked.slice(1)).toEqual(['t 20000 200']);
    actual$.next(40);
    expect(drawn()).toEqual([
      [-20, 10],
      [-15, 80],
      [-5, 40],
      [0, 40],
    ]);
  });

  it('is also found later, between the values received before and after it', () => {
    const { lookBack, actual$, isOnline$, memory, drawn } = createBench();
    lookBack.recording$.subscribe();
    lookBack.reading$.subscribe().unsubscribe();
    actual$.next(10);
    vi.advanceTimersByTime(1000);
    isOnline$.next(false);
    vi.advanceTimersByTime(10_000);
    memory.rows = [row(5, 80)];
    isOnline$.next(true);
    actual$.next(20);
    vi.advanceTimersByTime(5000);
    memory.rows.push(row(3, 70));
    lookBack.reading$.subscribe();
    expect(drawn()).toEqual([
      [-16, 10],
      [-15, Number.NaN],
      [-10, 80],
      [-5, 20],
    ]);
  });

  it('waits until the value is known, and somebody sees the page', () => {
    const { lookBack, actual$, isVisible$, asked } = createBench();
    lookBack.recording$.subscribe();
    lookBack.reading$.subscribe();
    isVisible$.next(false);
    isVisible$.next(true);
    isVisible$.next(false);
    actual$.next(1);
    expect(asked).toEqual([]);
    isVisible$.next(true);
    expect(asked).toEqual(['t 60000 600']);
  });

  it('is asked for again if it could not be read', () => {
    const { lookBack, actual$, memory, asked, shown } = createBench();
    memory.fault = 'store/unavailable';
    lookBack.recording$.subscribe();
    actual$.next(1);
    lookBack.reading$.subscribe();
    expect(shown().error?.code).toBe('store/unavailable');
    memory.fault = undefined;
    vi.advanceTimersByTime(RETRY_MS);
    expect(asked.length).toBe(2);
    expect(shown().error).toBeUndefined();
    vi.advanceTimersByTime(10 * RETRY_MS);
    expect(asked.length).toBe(2);
  });

  it.each(['topic/unknown', 'auth/denied', 'auth/required'] as const)(
    'is not asked for again on a connection that gives %s, and that is said whenever it is shown',
    (code) => {
      const { lookBack, actual$, isOnline$, memory, asked, shown } = createBench();
      memory.fault = code;
      lookBack.recording$.subscribe();
      actual$.next(1);
      lookBack.reading$.subscribe();
      vi.advanceTimersByTime(10 * RETRY_MS);
      expect(asked.length).toBe(1);
      lookBack.choose(reachOf('now'));
      expect(shown().error?.code).toBe(code);
      memory.fault = undefined;
      isOnline$.next(false);
      isOnline$.next(true);
      expect(asked.length).toBe(2);
      expect(shown().error).toBeUndefined();
    },
  );
});
