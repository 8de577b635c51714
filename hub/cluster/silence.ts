import {
  distinctUntilChanged,
  elementAt,
  interval,
  merge,
  NEVER,
  type Observable,
  type SchedulerLike,
  startWith,
  switchMap,
  take,
} from 'rxjs';
import type { Engine } from './engine.ts';

/** How often a process that others watch sends a beat, milliseconds. */
export const BEAT_MS = 400;

/** A process that is silent for longer than this counts as gone, milliseconds. A process that cannot send its own beats ends itself after the same time. */
export const SILENCE_MS = 2_000;

/** The length of a tick, milliseconds: a process counts its ticks to measure how long it has been running. */
const TICK_MS = 250;

export interface SilenceOptions {
  readonly engine: Engine;
  readonly scheduler: SchedulerLike;
  /** Emits whenever a beat of the process was received. */
  readonly received$: Observable<unknown>;
  /** Emits when the servers report that it has closed its connection. */
  readonly gone$: Observable<unknown>;
}

/** Emits and completes once nothing was received for long enough although it could have been, or once the servers have reported that the process is gone. */
export function silence$({ engine, scheduler, received$, gone$ }: SilenceOptions): Observable<unknown> {
  const silent$ = received$.pipe(
    startWith(undefined),
    switchMap(() => ranFor$(SILENCE_MS, scheduler)),
  );
  return engine.reachable$.pipe(
    distinctUntilChanged(),
    switchMap((isReachable) => (isReachable ? merge(silent$, gone$) : NEVER)),
    take(1),
  );
}

/**
 * Emits and completes once this process has been running for `ms` milliseconds. A pause in which it does not run counts as one tick, however long it is: what has
 * arrived in the pause is read only afterwards.
 */
export function ranFor$(ms: number, scheduler: SchedulerLike): Observable<unknown> {
  return interval(TICK_MS, scheduler).pipe(elementAt(Math.ceil(ms / TICK_MS) - 1));
}
