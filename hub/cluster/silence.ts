import {
  delay,
  distinctUntilChanged,
  merge,
  NEVER,
  type Observable,
  type SchedulerLike,
  startWith,
  switchMap,
  take,
  timer,
} from 'rxjs';
import type { Engine } from './engine.ts';

/** How often whoever must be heard of says that it is there, milliseconds. */
export const BEAT_MS = 400;

/** After how long without hearing from it a process counts as gone, milliseconds. One that cannot say that it is there ends itself after the same time. */
export const SILENCE_MS = 2_000;

/** For what came while this process did nothing, and is heard only now, milliseconds. */
export const GRACE_MS = 250;

export interface SilenceOptions {
  readonly engine: Engine;
  readonly scheduler: SchedulerLike;
  /** Emits whenever the process was heard. */
  readonly heard$: Observable<unknown>;
  /** Emits when the servers tell that it has ended its connection. */
  readonly gone$: Observable<unknown>;
}

/** Emits once nothing was heard for long enough, while it could have been, or the servers have told that the process is gone, and completes. */
export function silence$({ engine, scheduler, heard$, gone$ }: SilenceOptions): Observable<unknown> {
  const silent$ = heard$.pipe(
    startWith(undefined),
    switchMap(() => timer(SILENCE_MS - GRACE_MS, scheduler).pipe(delay(GRACE_MS, scheduler))),
  );
  return engine.reachable$.pipe(
    distinctUntilChanged(),
    switchMap((isReachable) => (isReachable ? merge(silent$, gone$) : NEVER)),
    take(1),
  );
}
