import { BehaviorSubject, combineLatest, map, merge, type Observable, skip } from 'rxjs';
import type { HubError } from '../../../hub/core/index.ts';
import { type Held, type HeldRow, holdStill } from './hold-still.ts';
import { type PollOptions, poll } from './poll.ts';

/** How many entries a page shows. */
export const PAGE_SIZE = 50;

/** Which entries are wanted. */
export interface Wanted {
  readonly text: string;
  /** The ends of the previous pages, the latest last. */
  readonly trail: readonly string[];
}

/** A page of a list as the hub answers it. */
export interface ListPage<T> {
  readonly rows: readonly T[];
  readonly count: number;
  readonly next: string | undefined;
}

export interface ListState<T> extends Held<T> {
  readonly wanted: Wanted;
  readonly page: ListPage<T> | undefined;
  readonly error: HubError | undefined;
}

/** A list that the page shows in parts. */
export interface List<T> {
  readonly state$: Observable<ListState<T>>;
  search(text: string): void;
  next(): void;
  back(): void;
  /** While it is held, no row changes its place. */
  hold(isHeld: boolean): void;
}

export interface ListOptions<T> extends PollOptions {
  readonly load: (wanted: { text: string; after: string; limit: number }) => Promise<ListPage<T>>;
  readonly keyOf: (row: T) => string;
}

export function createList<T>({ load, keyOf, again$, ...options }: ListOptions<T>): List<T> {
  const wanted$ = new BehaviorSubject<Wanted>({ text: '', trail: [] });
  const held$ = new BehaviorSubject(false);
  let shown: readonly HeldRow<T>[] | undefined;
  let next: string | undefined;
  const want = (change: Partial<Wanted>) => {
    shown = undefined;
    wanted$.next({ ...wanted$.value, ...change });
  };
  const ask = () => {
    const { text, trail } = wanted$.value;
    return load({ text, after: trail.at(-1) ?? '', limit: PAGE_SIZE });
  };
  const polled$ = poll(ask, { ...options, again$: merge(again$, wanted$.pipe(skip(1))) });
  const state$ = combineLatest([polled$, held$, wanted$]).pipe(
    map(([{ value: page, error }, isHeld, wanted]) => {
      next = page?.next;
      const held = holdStill(isHeld ? shown : undefined, page?.rows ?? [], keyOf);
      shown = held.rows;
      return { ...held, page, error, wanted };
    }),
  );
  return {
    state$,
    search: (text) => want({ text, trail: [] }),
    next: () => {
      if (next !== undefined) want({ trail: [...wanted$.value.trail, next] });
    },
    back: () => want({ trail: wanted$.value.trail.slice(0, -1) }),
    hold: (isHeld) => held$.next(isHeld),
  };
}
