import {
  concatWith,
  defer,
  delay,
  filter,
  first,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  startWith,
  switchMap,
  take,
} from 'rxjs';
import { shareLatest } from '../../shared/share-latest.ts';

/** How long a connected page may hide its content, milliseconds. A hub without devices takes all of it. */
const PATIENCE_MS = 1000;

export interface SettlingOptions {
  readonly isOnline$: Observable<boolean>;
  /** How many devices are on the page, at once and at every change of any. */
  readonly deviceCount$: Observable<number>;
  /** For up to this many devices, the values arrive before the devices do. */
  readonly known: number;
  /** The trouble that is shown in place of devices, if there is any. */
  readonly trouble$: Observable<unknown>;
  /** Resolves when the hub has answered all requests so far. */
  readonly settle: () => Promise<unknown>;
  /** Resolves when everything known by now has been drawn. */
  readonly drawn: () => Promise<unknown>;
}

/**
 * Whether the first devices and their values have come. Until then the page is laid out but not shown, because each value that comes can
 * move what is below it. It stays true, also while the hub is away.
 */
export function watchSettled(options: SettlingOptions): Observable<boolean> {
  const { isOnline$, deviceCount$, trouble$, settle, drawn } = options;
  const complete = async () => {
    await drawn(); // A card asks for its values once it is on the page.
    await settle().catch(() => {}); // A hub that is gone meanwhile has nothing more to send.
  };
  const complete$ = deviceCount$.pipe(
    filter((count) => count > 0),
    switchMap((count) => (count <= options.known ? of(undefined) : defer(complete))),
  );
  // Counted from the first frame: nobody waits for content while the page's styles have not come yet.
  const late$ = isOnline$.pipe(first(Boolean), switchMap(drawn), delay(PATIENCE_MS));
  return merge(trouble$.pipe(filter(Boolean)), complete$, late$).pipe(
    take(1),
    map(() => true),
    startWith(false),
    concatWith(NEVER), // If it completed, the next subscriber would start it again.
    shareLatest(),
  );
}
