import {
  asyncScheduler,
  BehaviorSubject,
  catchError,
  combineLatest,
  concat,
  distinctUntilChanged,
  EMPTY,
  filter,
  ignoreElements,
  type Observable,
  of,
  type SchedulerLike,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import { type ErrorCode, type HubError, toHubError } from '../../../hub/core/index.ts';
import type { Stretch } from './archive.ts';
import { toChanges } from './band.ts';
import type { History, Point } from './history.ts';
import { RETRY_MS } from './refresh.ts';

/** How finely a hub knows the last minutes, milliseconds. */
const FINEST_MS = 100;

export interface HoleOptions {
  /** How far back the history goes, milliseconds. */
  readonly spanMs: number;
  /** Reads the last so many milliseconds, in so many points. */
  readonly read: (spanMs: number, points: number) => Observable<Stretch>;
  readonly isOnline$: Observable<boolean>;
  /** Whether this is the time to ask for what was missed. */
  readonly isReady$: Observable<boolean>;
  readonly scheduler?: SchedulerLike;
}

/** What a history has missed. */
export interface Holes {
  /** Notices what is missed, for as long as the history is written: from the last that was heard to when the hub is (back) there. Emits nothing. */
  readonly noticing$: Observable<never>;
  /** Makes up for it from what the hub remembers; tells why that cannot be done, else `undefined`. */
  readonly filling$: Observable<HubError | undefined>;
}

/** What is to be filled. */
interface Missed {
  /** The last that was heard before each hole, the oldest first. */
  readonly sinceMs: readonly number[];
  /** Why they stay. */
  readonly refused?: HubError;
}

/** A chart that nobody looks at fills nothing; of more holes than this, the oldest stay. */
const MOST_HOLES = 50;

/** Asking again would not help, unless the connection is another one. */
const LASTING: ReadonlySet<ErrorCode> = new Set([
  'topic/unknown',
  'auth/required',
  'auth/denied',
  'auth/wrong',
]);

/** Finds the holes in a history and fills them. */
export function createHoles(
  history: History,
  { spanMs, read, isOnline$, isReady$, scheduler = asyncScheduler }: HoleOptions,
): Holes {
  const missed$ = new BehaviorSubject<Missed>({ sinceMs: [] });
  const notice = () => {
    const sinceMs = new Set([...missed$.value.sinceMs, history.lastMs ?? Number.NEGATIVE_INFINITY]);
    missed$.next({ sinceMs: [...sinceMs].slice(-MOST_HOLES) });
  };
  const fill = (sinceMs: readonly number[]): Observable<unknown> => {
    const missedMs = Math.max(1, Math.min(spanMs, scheduler.now() - Math.min(...sinceMs)));
    const points = Math.ceil(missedMs / FINEST_MS);
    return read(missedMs, points).pipe(
      tap((stretch) => {
        const changes = toChanges(stretch.rows, (stretch.toMs - stretch.fromMs) / points);
        history.insert(sinceMs.flatMap((fromMs) => between(changes, fromMs, history.nextMs(fromMs))));
      }),
    );
  };
  const attempt = (missed: Missed): Observable<HubError> =>
    fill(missed.sinceMs).pipe(
      tap(() => missed$.next({ sinceMs: [] })),
      ignoreElements(),
      catchError((thrown) => {
        const error = toHubError(thrown);
        const again$ = timer(RETRY_MS, scheduler).pipe(switchMap(() => attempt(missed)));
        if (!LASTING.has(error.code)) return concat(of(error), again$);
        missed$.next({ ...missed, refused: error });
        return EMPTY;
      }),
    );
  return {
    noticing$: isOnline$.pipe(distinctUntilChanged(), filter(Boolean), tap(notice), ignoreElements()),
    filling$: combineLatest([missed$, isReady$]).pipe(
      switchMap(([missed, isReady]) => {
        if (missed.refused || missed.sinceMs.length === 0) return of(missed.refused);
        return isReady ? attempt(missed) : EMPTY;
      }),
      distinctUntilChanged(),
    ),
  };
}

/** What happened after a time, and before the next that was heard here, if that is known. */
function between(
  changes: readonly Point[],
  fromMs: number,
  toMs = Number.POSITIVE_INFINITY,
): readonly Point[] {
  return changes.filter(({ timeMs }) => timeMs > fromMs && timeMs < toMs);
}
