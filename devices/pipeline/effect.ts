import {
  combineLatest,
  interval,
  type MonoTypeOperatorFunction,
  map,
  type Observable,
  of,
  scan,
  startWith,
  switchMap,
} from 'rxjs';
import type { Pace } from './pace.ts';

/** The movement of a light: none (it is steady), blinking, or breathing. */
export type Effect = 'none' | 'blink' | 'breathe';

export const EFFECTS: readonly Effect[] = ['none', 'blink', 'breathe'];

/** How long a blinking light is on, and how long it is off, milliseconds. */
export const BLINK_MS = 500;

/** The duration of one breath, from full to dark and back, milliseconds. */
export const BREATH_MS = 3000;

/** Multiplies a stream of duty cycles by the current share of the effect. */
export function effect(effect$: Observable<Effect>, pace: Pace): MonoTypeOperatorFunction<number> {
  return (duty$) =>
    combineLatest([duty$, effectShare(effect$, pace)]).pipe(
      map(([dutyPercent, share]) => dutyPercent * share),
    );
}

/** The share of full light, 0–1, that the current effect allows, over time. */
export function effectShare(effect$: Observable<Effect>, pace: Pace): Observable<number> {
  return effect$.pipe(switchMap((name) => share(name, pace)));
}

/** Every effect begins at full light, so that the light does not jump when an effect is switched on. */
function share(name: Effect, { intervalMs, scheduler }: Pace): Observable<number> {
  switch (name) {
    case 'none':
      return of(1);
    case 'blink':
      return interval(BLINK_MS, scheduler).pipe(
        scan((isOn) => 1 - isOn, 1),
        startWith(1),
      );
    case 'breathe': {
      const startMs = scheduler.now();
      return interval(intervalMs, scheduler).pipe(
        map(() => breath(scheduler.now() - startMs)),
        startWith(1),
      );
    }
  }
}

/** A raised cosine: its slope is 0 at full and at dark, which makes it look like breathing. */
function breath(elapsedMs: number): number {
  return (1 + Math.cos((2 * Math.PI * elapsedMs) / BREATH_MS)) / 2;
}
