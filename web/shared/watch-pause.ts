import {
  asyncScheduler,
  catchError,
  defer,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  map,
  type Observable,
  type SchedulerLike,
  skipWhile,
  switchMap,
  timer,
} from 'rxjs';
import type { Identity } from '../../hub/client/identity.ts';

/** The interval at which the page asks whether the class is paused, milliseconds: that of the student's page. */
const EVERY_MS = 5_000;

interface PauseOptions {
  readonly ask?: () => Promise<{ readonly isPaused: boolean }>;
  /** Whether the page is visible. */
  readonly isSeen?: () => boolean;
  readonly scheduler?: SchedulerLike;
}

/** `api/class` is public, and small. */
async function askHub(): Promise<{ readonly isPaused: boolean }> {
  const { isPaused }: { isPaused?: unknown } = Object(await (await fetch('api/class')).json());
  if (typeof isPaused !== 'boolean') throw new TypeError('this is no answer about a class');
  return { isPaused };
}

/** For a student: whether the class is paused, from the first time that it is. Nothing for others. */
export function watchPause(
  identity$: Observable<Pick<Identity, 'role'> | undefined>,
  { ask = askHub, isSeen = () => !document.hidden, scheduler = asyncScheduler }: PauseOptions = {},
): Observable<boolean> {
  const ask$ = defer(ask).pipe(catchError(() => EMPTY));
  return identity$.pipe(
    map((identity) => identity?.role === 'seat'),
    distinctUntilChanged(),
    switchMap((isStudent) => (isStudent ? timer(0, EVERY_MS, scheduler) : EMPTY)),
    filter(isSeen),
    exhaustMap(() => ask$),
    map(({ isPaused }) => isPaused),
    distinctUntilChanged(),
    skipWhile((isPaused) => !isPaused),
  );
}
