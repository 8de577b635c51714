import {
  asyncScheduler,
  BehaviorSubject,
  combineLatest,
  concat,
  defer,
  distinctUntilChanged,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  type SchedulerLike,
  switchMap,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import type { HubError } from '../../../hub/core/index.ts';
import type { Archive, Past } from './archive.ts';
import { changesOf } from './changes.ts';
import type { Clock } from './clock.ts';
import { createHoles } from './fill-holes.ts';
import { History, type Series } from './history.ts';
import { LAST_MINUTE, LIVE_MS, type Reach } from './reach.ts';
import { record } from './record.ts';
import { refresh } from './refresh.ts';
import { boundsOf, type Viewport } from './viewport.ts';

/** The part of the past that a chart shows. */
export interface Shown {
  /** The last choice; the viewport may have left it since. */
  readonly reach: Reach;
  readonly viewport: Viewport;
  /** Whether the chart shows the values that this page has received; otherwise it shows the hub's history. */
  readonly isHeard: boolean;
  /** The hub's history, once it has come. */
  readonly past: Past | undefined;
  /** Why a part of the past is missing. */
  readonly error: HubError | undefined;
}

/** A value's past: as this page received it, and farther back from the hub's history. */
export interface LookBack {
  readonly clock: Clock;
  readonly wanted: Series;
  readonly actual: Series;
  readonly shown$: Observable<Shown>;
  /** Shows another reach, up to now. */
  choose(reach: Reach): void;
  /** Shows another stretch of time. */
  look(viewport: Viewport): void;
  /** The address of a stretch as CSV, valid now. */
  csvAddress(viewport: Viewport): string;
  /** Records the values while it is subscribed to. Emits nothing. */
  readonly recording$: Observable<never>;
  /** Asks the hub for the stretch that is shown, for as long as somebody looks. Emits nothing. */
  readonly reading$: Observable<never>;
}

export interface LookBackOptions {
  /** The topic whose history the hub keeps: `<property>/actual`. */
  readonly topic: string;
  readonly wanted$: Observable<number | undefined>;
  readonly actual$: Observable<number | undefined>;
  /** Whether the device is online, at once and at every change. Default: it always is. */
  readonly isThere$?: Observable<boolean>;
  readonly archive: Archive;
  readonly clock: Clock;
  readonly isOnline$: Observable<boolean>;
  readonly isVisible$: Observable<boolean>;
  readonly scheduler?: SchedulerLike;
}

/** The most rows that a stretch is read in. It is read again each time that it has moved on by one. */
export const STRETCH_POINTS = 200;

/** How long zooming or panning has to pause before the page asks the hub, milliseconds. */
const REST_MS = 150;

/** How often a stretch that does not move with the time is read again, milliseconds. */
const FIXED_MS = 3_600_000;

/** The past of a value: wanted and actual. */
export function createLookBack(options: LookBackOptions): LookBack {
  const {
    topic,
    archive,
    clock,
    isOnline$,
    isVisible$,
    isThere$ = of(true),
    scheduler = asyncScheduler,
  } = options;
  const wanted = new History(LIVE_MS);
  const actual = new History(LIVE_MS);
  const state$ = new BehaviorSubject(showReach(LAST_MINUTE));
  // As long as this page has not received the value, the hub may not have it either.
  const isHeard$ = new BehaviorSubject(false);
  const isReady$ = all(isOnline$, isVisible$, isHeard$);
  const holes = createHoles(
    { actual, wanted },
    {
      isOnline$,
      isReady$,
      scheduler,
      now: clock.now,
      spanMs: LIVE_MS,
      read: (spanMs, points) =>
        archive.read(topic, spanMs, points).pipe(map((past) => changesOf(past, spanMs / points))),
    },
  );
  const heard = (shown: Shown): Observable<Shown> =>
    holes.filling$.pipe(map((error) => ({ ...shown, isHeard: true, past: undefined, error })));
  const remembered = (shown: Shown): Observable<Shown> => {
    const { spanMs, endMs } = shown.viewport;
    const read$ = defer(() => {
      const agoMs = endMs === undefined ? 0 : Math.max(0, clock.now() - endMs);
      return archive.read(topic, spanMs, STRETCH_POINTS, agoMs);
    });
    const everyMs = endMs === undefined ? Math.max(1000, spanMs / STRETCH_POINTS) : FIXED_MS;
    return refresh(read$, { isOnline$, isVisible$, scheduler, everyMs }).pipe(
      map(({ value = shown.past, error }) => ({ ...shown, isHeard: false, past: value, error })),
    );
  };
  const follow = (shown: Shown): Observable<Shown> => {
    const rest$ = isChosen(shown) ? of(0) : timer(REST_MS, scheduler);
    const remembered$ = rest$.pipe(switchMap(() => remembered(shown)));
    const heardForMs = heardFor(shown.viewport, clock.now());
    if (heardForMs === Number.POSITIVE_INFINITY) return heard(shown);
    if (heardForMs <= 0) return remembered$;
    // The values received here are kept for a while only, so a stretch that stands still has to come from the hub in time.
    return concat(heard(shown).pipe(takeUntil(timer(heardForMs, scheduler))), remembered(shown));
  };
  const known$ = all(isOnline$, isThere$);
  return {
    clock,
    wanted,
    actual,
    shown$: state$.asObservable(),
    choose: (reach) => state$.next(showReach(reach)),
    look: (viewport) => state$.next(lookAt(state$.value, viewport, clock.now())),
    csvAddress: ({ spanMs, endMs }) =>
      archive.csvAddress(topic, spanMs, endMs === undefined ? 0 : Math.max(0, clock.now() - endMs)),
    recording$: merge(
      holes.noticing$,
      record(wanted, { value$: options.wanted$, isKnown$: isOnline$, now: clock.now }),
      record(actual, {
        value$: options.actual$.pipe(tap((value) => isHeard$.next(value !== undefined))),
        isKnown$: known$,
        now: clock.now,
      }),
    ),
    reading$: state$.pipe(
      distinctUntilChanged((one, other) => one.reach === other.reach && one.viewport === other.viewport),
      switchMap(follow),
      tap((shown) => state$.next(shown)),
      ignoreElements(),
    ),
  };
}

function showReach(reach: Reach): Shown {
  const viewport = { spanMs: reach.spanMs, endMs: undefined };
  return { reach, viewport, isHeard: reach.isLive, past: undefined, error: undefined };
}

/** The last lines stay in the picture until newer ones have come. */
function lookAt(shown: Shown, viewport: Viewport, nowMs: number): Shown {
  const isHeard = heardFor(viewport, nowMs) > 0;
  return { ...shown, viewport, isHeard };
}

/** Whether a chart shows its reach, up to now. */
export function isChosen({ reach, viewport }: Shown): boolean {
  return viewport.endMs === undefined && viewport.spanMs === reach.spanMs;
}

/** How much longer the values received here cover a stretch, milliseconds; `Infinity` if it moves with the time. */
function heardFor(viewport: Viewport, nowMs: number): number {
  if (viewport.endMs === undefined) return viewport.spanMs <= LIVE_MS ? Number.POSITIVE_INFINITY : 0;
  return boundsOf(viewport, nowMs).fromMs - (nowMs - LIVE_MS);
}

function all(...conditions: readonly Observable<boolean>[]): Observable<boolean> {
  return combineLatest(conditions).pipe(
    map((values) => values.every(Boolean)),
    distinctUntilChanged(),
  );
}
