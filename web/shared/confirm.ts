import {
  defer,
  distinctUntilChanged,
  identity,
  map,
  merge,
  NEVER,
  type Observable,
  type SchedulerLike,
  startWith,
  switchMap,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import type { BusMessage } from '../../hub/core/index.ts';

/** How long a hub that is back may take to send its retained messages again, milliseconds. After that, values that it has not sent are dropped. */
const CONFIRM_MS = 3000;

export interface ConfirmOptions {
  /** Each time that the hub is away. */
  readonly hubAway$?: Observable<unknown>;
  /** Each time that the hub is back after it was away. */
  readonly hubBack$?: Observable<unknown>;
  /** Thins out the maps when many changes come at once; the last one must stay. Default: every map is emitted. */
  readonly pace?: <V>(changes$: Observable<V>) => Observable<V>;
  readonly scheduler: SchedulerLike;
}

/** The effect of a message on one key. */
export interface Change<T> {
  readonly key: string;
  /** Returns the value after the message: `before` if the message changes nothing, `undefined` if there is no value any more. */
  readonly next: (before: T | undefined) => T | undefined;
}

/** Keeps the last text of each topic; an empty one clears it. */
export function textChange({ topic, text = '' }: BusMessage): Change<string> {
  return { key: topic, next: () => text || undefined };
}

/** The known values by key. A map that was given away never changes. */
type Known<T> = ReadonlyMap<string, T>;

/**
 * Keeps the known values and emits them at once and at every change. A hub that comes back may have forgotten some of them: a value
 * that it does not send again within three seconds is dropped.
 */
export function keepConfirmed<T>(
  changes$: Observable<Change<T>>,
  { hubAway$ = NEVER, hubBack$ = NEVER, pace = identity, scheduler }: ConfirmOptions,
): Observable<Known<T>> {
  return defer(() => {
    const kept = new Kept<T>();
    const dropped$ = hubBack$.pipe(
      // Counted from the last return. A hub that goes away again within that time had no time to send its values.
      switchMap(() => timer(CONFIRM_MS, scheduler).pipe(takeUntil(hubAway$))),
    );
    return follow(
      kept,
      [
        hubBack$.pipe(tap(() => kept.doubt())),
        dropped$.pipe(tap(() => kept.dropDoubted())),
        changes$.pipe(tap((change) => kept.change(change))),
      ],
      pace,
    );
  });
}

/** Does the same for facts that are unknown after the hub was away, until the hub sends them again. */
export function keepWhileThere<T>(
  changes$: Observable<Change<T>>,
  { hubBack$ = NEVER, pace = identity }: Pick<ConfirmOptions, 'hubBack$' | 'pace'>,
): Observable<Known<T>> {
  return defer(() => {
    const kept = new Kept<T>();
    const forgotten$ = hubBack$.pipe(
      tap(() => {
        kept.doubt();
        kept.dropDoubted();
      }),
    );
    return follow(kept, [forgotten$, changes$.pipe(tap((change) => kept.change(change)))], pace);
  });
}

/** The kept values, at once and after each step that changes them. */
function follow<T>(
  kept: Kept<T>,
  steps: readonly Observable<unknown>[],
  pace: NonNullable<ConfirmOptions['pace']>,
): Observable<Known<T>> {
  return merge(...steps).pipe(
    pace,
    startWith(undefined),
    map(() => kept.known),
    distinctUntilChanged(),
  );
}

/** A map that is changed in place, and copied only if somebody has it. */
class Kept<T> {
  #known = new Map<string, T>();
  #isGivenAway = false;
  readonly #doubted = new Set<string>();

  get known(): Known<T> {
    this.#isGivenAway = true;
    return this.#known;
  }

  change({ key, next }: Change<T>): void {
    this.#doubted.delete(key);
    const before = this.#known.get(key);
    const value = next(before);
    if (value === before) return;
    const known = this.#own();
    if (value === undefined) known.delete(key);
    else known.set(key, value);
  }

  doubt(): void {
    for (const key of this.#known.keys()) this.#doubted.add(key);
  }

  dropDoubted(): void {
    if (this.#doubted.size === 0) return;
    const known = this.#own();
    for (const key of this.#doubted) known.delete(key);
    this.#doubted.clear();
  }

  #own(): Map<string, T> {
    if (this.#isGivenAway) this.#known = new Map(this.#known);
    this.#isGivenAway = false;
    return this.#known;
  }
}
