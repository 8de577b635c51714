import {
  combineLatest,
  defer,
  distinctUntilChanged,
  map,
  type Observable,
  of,
  switchMap,
  tap,
  throwError,
  timer,
} from 'rxjs';
import type { Connection } from '../client/index.ts';
import { HubError } from '../core/error.ts';
import { findFault } from './find-fault.ts';
import { type Admission, refusalOf } from './refusal.ts';

export interface HubWatch extends Admission {
  /** How the clients stand with their hub. */
  readonly connections: readonly Observable<Connection>[];
  readonly ca?: string;
  /** Told once each time that the hub is away. */
  onAway(line: string): void;
  /** Told when it is back. */
  onBack(line: string): void;
}

/** How long a hub may take to answer before it counts as away, milliseconds. */
const PATIENCE_MS = 1_000;

/** Whether the hub is there. Says so in a line each time that this changes; errors where waiting for it is of no use. */
export function watchHub(watch: HubWatch): Observable<boolean> {
  let isWaiting = false;
  let wasThere = false;
  const sayBack = () => {
    if (isWaiting) watch.onBack(`connected to ${watch.url}`);
    wasThere = true;
    isWaiting = false;
    return true;
  };
  const sayAway = (reason: string) => {
    watch.onAway(`waiting for ${watch.url}${reason}`);
    isWaiting = true;
    return false;
  };
  return combineLatest(watch.connections).pipe(
    map((connections) => connections.reduce(worse)),
    switchMap((connection) => settle(connection, watch)),
    distinctUntilChanged(),
    switchMap((isThere) =>
      isThere ? of(true).pipe(map(sayBack)) : whyAway(watch, () => wasThere).pipe(map(sayAway)),
    ),
  );
}

/** Of two the one to speak of: all clients have the same hub. */
function worse(one: Connection, other: Connection): Connection {
  return gravity(other) > gravity(one) ? other : one;
}

function gravity(connection: Connection): number {
  if (connection.status === 'offline') return connection.final ? 3 : 2;
  return connection.status === 'connecting' ? 1 : 0;
}

function settle(connection: Connection, watch: HubWatch): Observable<boolean> {
  const refusal = refusalOf(connection, watch);
  if (refusal) return throwError(() => refusal);
  if (connection.status === 'connecting') return timer(PATIENCE_MS).pipe(map(() => false));
  return of(connection.status === 'online');
}

/** A hub that has been there will be again; one that never was may need something else than time. */
function whyAway({ url, ca }: HubWatch, wasThere: () => boolean): Observable<string> {
  return defer(() => findFault(url, ca)).pipe(
    tap((fault) => {
      if (fault?.isLasting && !wasThere())
        throw new HubError('hub/unreachable', `the hub at ${url}: ${fault.reason}`);
    }),
    map((fault) => (fault ? ` (${fault.reason})` : '')),
  );
}
