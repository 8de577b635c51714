import {
  asyncScheduler,
  BehaviorSubject,
  combineLatest,
  defer,
  distinctUntilChanged,
  ignoreElements,
  map,
  merge,
  type Observable,
  type SchedulerLike,
  switchMap,
  tap,
} from 'rxjs';
import type { HubError } from '../../../hub/core/index.ts';
import type { Archive, Stretch } from './archive.ts';
import { createHoles } from './fill-holes.ts';
import { History, type Series } from './history.ts';
import { DUTY_CYCLE, type Measure } from './measure.ts';
import { LAST_MINUTE, LIVE_MS, type Reach } from './reach.ts';
import { record } from './record.ts';
import { refresh } from './refresh.ts';

/** What a chart shows. */
export interface Shown {
  readonly reach: Reach;
  /** What the hub remembers, once it is known; a live chart needs none. */
  readonly stretch: Stretch | undefined;
  /** Why something of the past is missing. */
  readonly error: HubError | undefined;
}

/** A value's past: as it was heard here, and further back as the hub remembers it. */
export interface LookBack {
  readonly measure: Measure;
  readonly wanted: Series;
  readonly actual: Series;
  readonly shown$: Observable<Shown>;
  choose(reach: Reach): void;
  /** Where what is shown is, as CSV. */
  csvAddress(reach: Reach): string;
  /** Hears the values, for as long as it is subscribed to. Emits nothing. */
  readonly recording$: Observable<never>;
  /** Asks the hub for what is to be shown, for as long as somebody looks. Emits nothing. */
  readonly reading$: Observable<never>;
}

/** Where values come from, and what a page knows of itself. */
export interface LookBackOptions {
  /** The topic that the hub remembers. */
  readonly topic: string;
  readonly wanted$: Observable<number | undefined>;
  readonly actual$: Observable<number | undefined>;
  readonly archive: Archive;
  /** Default: a duty cycle. */
  readonly measure?: Measure;
  readonly isOnline$: Observable<boolean>;
  readonly isVisible$: Observable<boolean>;
  readonly scheduler?: SchedulerLike;
}

/** The most rows that a stretch is read in. It is read anew each time that it has moved on by one. */
export const STRETCH_POINTS = 200;

/** The past of a value that somebody wants and that is. */
export function createLookBack(options: LookBackOptions): LookBack {
  const { topic, archive, measure = DUTY_CYCLE, isOnline$, isVisible$, scheduler = asyncScheduler } = options;
  const wanted = new History(LIVE_MS);
  const actual = new History(LIVE_MS);
  const state$ = new BehaviorSubject<Shown>({ reach: LAST_MINUTE, stretch: undefined, error: undefined });
  // Of a value that nobody has heard of, a hub may not know anything yet either.
  const isHeard$ = new BehaviorSubject(false);
  const isReady$ = combineLatest([isOnline$, isVisible$, isHeard$]).pipe(
    map((conditions) => conditions.every(Boolean)),
    distinctUntilChanged(),
  );
  const holes = createHoles(actual, {
    isOnline$,
    isReady$,
    scheduler,
    spanMs: LIVE_MS,
    read: (spanMs, points) => archive.read(topic, spanMs, points),
  });
  const follow = (reach: Reach): Observable<Shown> => {
    if (reach.isLive) return holes.filling$.pipe(map((error) => ({ reach, stretch: undefined, error })));
    const read$ = defer(() => archive.read(topic, reach.spanMs, STRETCH_POINTS));
    return refresh(read$, { isOnline$, isVisible$, scheduler, everyMs: reach.spanMs / STRETCH_POINTS }).pipe(
      map(({ value, error }) => ({ reach, stretch: value, error })),
    );
  };
  return {
    measure,
    wanted,
    actual,
    shown$: state$.asObservable(),
    choose: (reach) => state$.next({ reach, stretch: undefined, error: undefined }),
    csvAddress: ({ spanMs }) => archive.csvAddress(topic, spanMs),
    recording$: merge(
      holes.noticing$,
      record(options.wanted$, wanted, scheduler),
      record(options.actual$.pipe(tap((value) => isHeard$.next(value !== undefined))), actual, scheduler),
    ),
    reading$: state$.pipe(
      map(({ reach }) => reach),
      distinctUntilChanged(),
      switchMap(follow),
      tap((shown) => state$.next(shown)),
      ignoreElements(),
    ),
  };
}
