import {
  defer,
  interval,
  map,
  type Observable,
  type OperatorFunction,
  of,
  startWith,
  switchMap,
  takeWhile,
} from 'rxjs';
import type { Pace } from './pace.ts';

/** A target value, and the time to reach it. */
export interface Target {
  readonly value: number;
  /** 0 means at once. */
  readonly seconds: number;
  /** The position to start from, if it differs from where the last target left it. */
  readonly from?: number | undefined;
}

interface Ramp {
  readonly from: number;
  readonly to: number;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Moves to each target linearly, over its seconds, one step per interval, and ends on it exactly. If a new target
 * arrives on the way, the movement continues from the current position without a jump. The first target is reached at once.
 */
export function transition(pace: Pace): OperatorFunction<Target, number> {
  return (targets$) =>
    defer(() => {
      let ramp: Ramp | undefined;
      return targets$.pipe(
        switchMap((target) => {
          ramp = rampTo(target, ramp, pace.scheduler.now());
          return along(ramp, pace);
        }),
      );
    });
}

function rampTo({ value: to, seconds, from }: Target, last: Ramp | undefined, startMs: number): Ramp {
  const isOnTheWay = last !== undefined && startMs < last.endMs;
  const start = isOnTheWay ? positionAt(last, startMs) : (from ?? last?.to ?? to);
  return { from: start, to, startMs, endMs: startMs + seconds * 1000 };
}

function along(ramp: Ramp, { intervalMs, scheduler }: Pace): Observable<number> {
  if (ramp.endMs <= ramp.startMs || ramp.from === ramp.to) return of(ramp.to);
  return interval(intervalMs, scheduler).pipe(
    map(() => scheduler.now()),
    startWith(ramp.startMs),
    takeWhile((nowMs) => nowMs < ramp.endMs, true),
    map((nowMs) => positionAt(ramp, nowMs)),
  );
}

function positionAt({ from, to, startMs, endMs }: Ramp, nowMs: number): number {
  if (nowMs >= endMs) return to;
  const position = from + ((to - from) * (nowMs - startMs)) / (endMs - startMs);
  return from < to ? Math.min(position, to) : Math.max(position, to); // Rounding must not overshoot the target.
}
