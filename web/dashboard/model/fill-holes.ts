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
import type { Changes } from './changes.ts';
import type { History, Point } from './history.ts';
import { RETRY_MS } from './refresh.ts';

/** The resolution at which a hub keeps the last minutes, milliseconds. */
const FINEST_MS = 100;

export interface HoleOptions {
  /** How far back the histories go, milliseconds. */
  readonly spanMs: number;
  /** Reads the changes of the last `spanMs`, in at most `points` points. */
  readonly read: (spanMs: number, points: number) => Observable<Changes>;
  readonly isOnline$: Observable<boolean>;
  /** Whether this is the time to ask for what was missed. */
  readonly isReady$: Observable<boolean>;
  readonly now: () => number;
  readonly scheduler?: SchedulerLike;
}

/** The times that a history has missed. */
export interface Holes {
  /** Notices holes for as long as the history is written: from the last value until the hub is there, or back. Emits nothing. */
  readonly noticing$: Observable<never>;
  /** Fills the holes from the hub's history; emits the reason if that is not possible, else `undefined`. */
  readonly filling$: Observable<HubError | undefined>;
}

/** The holes that are still to be filled. */
interface Missed {
  /** The time of the last value before each hole, the oldest first. */
  readonly sinceMs: readonly number[];
  /** Why the hub cannot fill them. */
  readonly refused?: HubError;
}

/** While nobody looks at a chart, its holes wait. Of more holes than this, the oldest are left open. */
const MOST_HOLES = 50;

/** After these errors, asking again helps only over another connection. */
const LASTING: ReadonlySet<ErrorCode> = new Set([
  'topic/unknown',
  'auth/required',
  'auth/denied',
  'auth/wrong',
]);

/** Finds the holes in the history of a value and of the wanted value, and fills them. */
export function createHoles(
  histories: { readonly actual: History; readonly wanted: History },
  { spanMs, read, isOnline$, isReady$, now, scheduler = asyncScheduler }: HoleOptions,
): Holes {
  const missed$ = new BehaviorSubject<Missed>({ sinceMs: [] });
  const notice = () => {
    const sinceMs = new Set([
      ...missed$.value.sinceMs,
      histories.actual.lastValueMs ?? Number.NEGATIVE_INFINITY,
    ]);
    missed$.next({ sinceMs: [...sinceMs].slice(-MOST_HOLES) });
  };
  const fill = (sinceMs: readonly number[]): Observable<unknown> => {
    const missedMs = Math.max(1, Math.min(spanMs, now() - Math.min(...sinceMs)));
    return read(missedMs, Math.ceil(missedMs / FINEST_MS)).pipe(
      tap(({ actual, wanted }) => {
        for (const fromMs of sinceMs) {
          fillHole(histories.actual, actual, fromMs);
          fillHole(histories.wanted, wanted, fromMs);
        }
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

/**
 * Inserts the changes between a time and the next value that was heard. If the hub knows the value from before that time, there is no gap.
 */
function fillHole(history: History, changes: readonly Point[], fromMs: number): void {
  const toMs = history.nextValueMs(fromMs) ?? Number.POSITIVE_INFINITY;
  if (changes.some(({ timeMs }) => timeMs <= fromMs)) history.bridge(fromMs, toMs);
  history.insert(changes.filter(({ timeMs }) => timeMs > fromMs && timeMs < toMs));
}
