import {
  map,
  merge,
  NEVER,
  type Observable,
  type SchedulerLike,
  scan,
  startWith,
  switchMap,
  takeUntil,
  timer,
} from 'rxjs';

/** How long a hub that is back may take to say again what it retains, before what it has not said is dropped, milliseconds. */
const CONFIRM_MS = 3000;

export interface ConfirmOptions {
  /** Each time that the hub is away. */
  readonly hubAway$?: Observable<unknown>;
  /** Each time that the hub is back after it was away. */
  readonly hubBack$?: Observable<unknown>;
  readonly scheduler: SchedulerLike;
}

/** Something known by a key, kept in a map that is replaced, never changed. */
type Known<T> = ReadonlyMap<string, T>;

interface State<T> {
  readonly known: Known<T>;
  readonly unconfirmed: ReadonlySet<string>;
}

type Step<T> = (state: State<T>) => State<T>;

/** A change of what is known, and the key that it confirms. */
export interface Change<T> {
  readonly key: string;
  /** Gives the same map where the message changes nothing. */
  readonly apply: (known: Known<T>) => Known<T>;
}

/**
 * What is known after each change, at once and whenever that is another. A hub that comes back may have forgotten some of it: what it does
 * not say again within three seconds is dropped.
 */
export function keepConfirmed<T>(
  changes$: Observable<Change<T>>,
  { hubAway$ = NEVER, hubBack$ = NEVER, scheduler }: ConfirmOptions,
): Observable<Known<T>> {
  const changed$ = changes$.pipe(
    map(
      ({ key, apply }): Step<T> =>
        (state) =>
          confirm(state, key, apply),
    ),
  );
  const doubted$ = hubBack$.pipe(map((): Step<T> => doubt));
  const dropped$ = hubBack$.pipe(
    // Counted from the last return. A hub that goes again within that time had no time to say what it knows.
    switchMap(() => timer(CONFIRM_MS, scheduler).pipe(takeUntil(hubAway$))),
    map((): Step<T> => drop),
  );
  const nothing: State<T> = { known: new Map(), unconfirmed: new Set() };
  return merge(doubted$, dropped$, changed$).pipe(
    scan((state, step) => step(state), nothing),
    startWith(nothing),
    map(({ known }) => known),
  );
}

function confirm<T>({ known, unconfirmed }: State<T>, key: string, apply: Change<T>['apply']): State<T> {
  const left = unconfirmed.has(key) ? new Set([...unconfirmed].filter((one) => one !== key)) : unconfirmed;
  return { known: apply(known), unconfirmed: left };
}

function doubt<T>({ known }: State<T>): State<T> {
  return { known, unconfirmed: new Set(known.keys()) };
}

function drop<T>({ known, unconfirmed }: State<T>): State<T> {
  if (unconfirmed.size === 0) return { known, unconfirmed };
  return { known: new Map([...known].filter(([key]) => !unconfirmed.has(key))), unconfirmed: new Set() };
}
