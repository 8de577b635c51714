import {
  asyncScheduler,
  catchError,
  concatMap,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  from,
  map,
  type Observable,
  repeat,
  type SchedulerLike,
  startWith,
  switchMap,
  take,
  timer,
  withLatestFrom,
} from 'rxjs';
import type { HubClient } from '../../hub/client/hub-client.ts';
import { HUBS_TOPIC } from '../../hub/core/ports.ts';
import { hubAddress } from './hub-address.ts';

/** How long a hub may be away before its pages go to another one, milliseconds: a hub that only restarts is back sooner. */
const AWAY_MS = 5_000;

export interface ElsewhereOptions {
  /** The address of this page. */
  readonly page: Pick<Location, 'href'>;
  /** Whether a hub answers at an address. */
  readonly isThere: (hub: string) => Promise<boolean>;
  readonly scheduler?: SchedulerLike;
}

/**
 * Emits the address of the same page at another hub of the cluster, once the hub of this page has been away for some time and that one answers. The page goes
 * there as a whole: a login counts only for the hub where it was made, so a visitor whom the other hub does not know logs in there.
 */
export function watchElsewhere(
  client: Pick<HubClient, 'connection$' | 'messages'>,
  { page, isThere, scheduler = asyncScheduler }: ElsewhereOptions,
): Observable<string> {
  const hubs$ = client.messages(HUBS_TOPIC).pipe(
    map(({ text = '' }) => basesIn(text)),
    catchError(() => EMPTY), // The hub does not tell this visitor of other hubs: the page stays.
    startWith([]),
  );
  const find$ = (bases: readonly string[]) =>
    from(bases).pipe(
      filter((base) => canFollow(page, base)),
      concatMap((base) =>
        defer(() => isThere(base)).pipe(
          filter(Boolean),
          map(() => base),
        ),
      ),
    );
  return client.connection$.pipe(
    map((connection) => connection.status === 'offline' && !connection.final),
    distinctUntilChanged(),
    switchMap((isAway) => (isAway ? timer(AWAY_MS, scheduler).pipe(repeat()) : EMPTY)),
    withLatestFrom(hubs$),
    switchMap(([, bases]) => find$(bases).pipe(take(1))),
    take(1),
    map((base) => new URL(pageIn(page), base).href),
  );
}

/** The addresses of the hubs' pages, in the list that a hub publishes. */
function basesIn(text: string): readonly string[] {
  try {
    const hubs: unknown = JSON.parse(text);
    const addresses = Array.isArray(hubs) ? hubs.flatMap((hub) => Object(hub).addresses) : [];
    return addresses.filter((address) => typeof address === 'string' && URL.canParse(address));
  } catch {
    return [];
  }
}

/**
 * Whether the page may go to an address: it must be another hub's, and reachable from here. A loopback address is only if this page has
 * one, too.
 */
function canFollow(page: Pick<Location, 'href'>, base: string): boolean {
  const here = new URL(page.href);
  const there = new URL(base);
  const isLocal = (url: URL) => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return there.protocol === here.protocol && isLocal(there) === isLocal(here) && base !== hubAddress(page);
}

/** The page's address relative to the hub, with query and hash. */
function pageIn(page: Pick<Location, 'href'>): string {
  return page.href.slice(hubAddress(page).length);
}

/** How long a hub may take to answer, milliseconds. */
const ANSWER_MS = 2_000;

/** Whether anything answers at the address of a hub. A page may not learn more about another origin. */
function isThere(hub: string): Promise<boolean> {
  const asked = fetch(new URL('healthz', hub), { mode: 'no-cors', signal: AbortSignal.timeout(ANSWER_MS) });
  return asked.then(
    () => true,
    () => false,
  );
}

/** Moves the page to another hub when its own is gone. */
export function goElsewhere(client: HubClient): void {
  watchElsewhere(client, { page: location, isThere }).subscribe((address) => location.replace(address));
}
