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
import { type HubClient, watchIdentity } from '../../../hub/client/hub-client.ts';
import { HubError } from '../../../hub/core/index.ts';

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

/** For a student: why the hub refuses everything, once the class is paused, and `undefined` once it goes on. Nothing for others. */
export function watchPause(
  client: Pick<HubClient, 'connection$' | 'whoAmI'>,
  { ask = askHub, isSeen = () => !document.hidden, scheduler = asyncScheduler }: PauseOptions = {},
): Observable<HubError | undefined> {
  const ask$ = defer(ask).pipe(catchError(() => EMPTY));
  return watchIdentity(client).pipe(
    filter((identity) => identity?.role === 'seat'),
    switchMap(() => timer(0, EVERY_MS, scheduler)),
    filter(isSeen),
    exhaustMap(() => ask$),
    map(({ isPaused }) => isPaused),
    distinctUntilChanged(),
    skipWhile((isPaused) => !isPaused),
    map((isPaused) => (isPaused ? new HubError('class/paused', 'the class is paused') : undefined)),
  );
}
