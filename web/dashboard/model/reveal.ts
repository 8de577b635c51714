import {
  concat,
  concatMap,
  defer,
  from,
  map,
  type Observable,
  type OperatorFunction,
  of,
  scan,
  switchMap,
} from 'rxjs';

/** The things that are on the page. */
export interface Revealed {
  /** Those that are shown now. */
  readonly shown: ReadonlySet<string>;
  /** Those that have ever been shown: they are on the page, though they may be hidden. */
  readonly drawn: ReadonlySet<string>;
}

export interface RevealOptions {
  /** How many are drawn at a time: as many as a person can see at once. */
  readonly count: number;
  /** Resolves when more may be drawn. */
  readonly rest: () => Promise<unknown>;
}

/**
 * Shows the newest of several lists of things: at once as many as a person can see, and then the rest. Things that are still in the list
 * stay, and the others go at once. The next subscriber continues with the things that were shown, as when the page is drawn in
 * another language.
 */
export function reveal(options: RevealOptions): OperatorFunction<readonly string[], Revealed> {
  let shown: ReadonlySet<string> = new Set();
  const drawn = new Set<string>();
  const show = (items: ReadonlySet<string>): Revealed => {
    shown = items;
    for (const item of items) drawn.add(item);
    return { shown, drawn };
  };
  return switchMap((wanted) => {
    const kept = new Set(wanted.filter((item) => shown.has(item)));
    const missing = wanted.filter((item) => !shown.has(item));
    return inParts(missing, Math.max(0, options.count - kept.size), options).pipe(
      scan((before, part) => new Set([...before, ...part]), kept),
      map(show),
    );
  });
}

/** The first part at once, and then others. */
function inParts(
  items: readonly string[],
  firstCount: number,
  { count, rest }: RevealOptions,
): Observable<readonly string[]> {
  const others = Array.from({ length: Math.ceil((items.length - firstCount) / count) }, (_, at) =>
    items.slice(firstCount + at * count, firstCount + (at + 1) * count),
  );
  const later$ = from(others).pipe(concatMap((part) => defer(rest).pipe(map(() => part))));
  return concat(of(items.slice(0, firstCount)), later$);
}
