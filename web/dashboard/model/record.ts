import { combineLatest, ignoreElements, map, type Observable, startWith, tap } from 'rxjs';
import type { History } from './history.ts';

export interface RecordParts {
  readonly value$: Observable<number | undefined>;
  /** Whether the last value still holds: the hub and the device are there. */
  readonly isKnown$: Observable<boolean>;
  readonly now: () => number;
}

/** Writes a value's changes, and the times when it is unknown, into a history while it is subscribed to. Emits nothing. */
export function record(history: History, { value$, isKnown$, now }: RecordParts): Observable<never> {
  return combineLatest([value$.pipe(startWith(undefined)), isKnown$]).pipe(
    map(([value, isKnown]) => (isKnown ? value : Number.NaN)),
    tap((value) => {
      const isNothingNew = Number.isNaN(value) && history.endsWithGap;
      if (value !== undefined && !isNothingNew) history.push(now(), value);
    }),
    ignoreElements(),
  );
}
