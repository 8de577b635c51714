import {
  asapScheduler,
  auditTime,
  catchError,
  combineLatest,
  concatWith,
  defer,
  distinctUntilChanged,
  filter,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  startWith,
  switchMap,
  take,
} from 'rxjs';
import type { HubClient } from '../../hub/client/hub-client.ts';
import { type DeviceState, watchDevices } from '../shared/devices.ts';
import { watchDiscovered } from '../shared/discovery/watch.ts';
import type { HoldPublish } from '../shared/hold-connection.ts';
import { createSession, type Session, type SessionOptions } from '../shared/session.ts';
import { shareLatest } from '../shared/share-latest.ts';
import { FEW } from './model/few.ts';

/** The dashboard's model of a hub: it listens from the start, while the scripts that draw are still loading. */
export interface DashboardHub {
  readonly client: HubClient;
  readonly session: Session;
  /** All devices, at once and at every change. The first few come when all their values have: cards need them at once. */
  readonly states$: Observable<readonly DeviceState[]>;
  /** Whether the first devices are known: at once, and true for good once they are. */
  readonly isKnown$: Observable<boolean>;
  /** Ends the subscriptions that were made before the view was loaded. Call it once the view has its own. */
  handOver(): void;
}

export interface DashboardHubOptions extends SessionOptions {
  readonly hold: HoldPublish;
  /** Shows only devices with these levels in front, as those of a seat in a class. Default: all. */
  readonly prefix?: string;
}

/** Begins to listen. */
export function openHub(
  client: HubClient,
  { hold, prefix = '', ...options }: DashboardHubOptions,
): DashboardHub {
  const session = createSession(client, options);
  const { hubAway$, hubBack$, mayPublish$, deny } = session;
  const found = {
    hubAway$,
    hubBack$,
    // One change for all messages of one turn: the page draws only once a frame anyway.
    pace: oncePerTurn,
    mayPublish$,
    settle: () => client.ping(),
    onDenied: deny,
    hold,
  };
  const every$ = withDiscovered(watchDevices(client, found), watchDiscovered(client, found));
  const all$ = prefix === '' ? every$ : every$.pipe(map((states) => statesBehind(prefix, states)));
  const isKnown$ = knowFirst(all$, found.settle);
  const states$ = combineLatest([all$, isKnown$]).pipe(
    map(([states, isKnown]) => (isKnown ? states : NONE)),
    distinctUntilChanged(),
    shareLatest(),
  );
  // These subscriptions come first: the session remembers its answers only while it has a subscriber.
  const ahead = merge(session.trouble$, session.answer$).subscribe();
  ahead.add(states$.subscribe());
  return { client, session, states$, isKnown$, handOver: () => ahead.unsubscribe() };
}

function statesBehind(prefix: string, states: readonly DeviceState[]): readonly DeviceState[] {
  return states.filter(({ device }) => device.topic.startsWith(`${prefix}/`));
}

function oncePerTurn<T>(source$: Observable<T>): Observable<T> {
  return source$.pipe(auditTime(0, asapScheduler));
}

const NONE: readonly DeviceState[] = [];

/** Whether all values of the first devices have come, if these are few. Their values are subscribed to from then on. */
function knowFirst(
  all$: Observable<readonly DeviceState[]>,
  settle: () => Promise<unknown>,
): Observable<boolean> {
  return all$.pipe(
    filter(({ length }) => length > 0),
    take(1),
    switchMap((states) => {
      if (states.length > FEW) return of(true);
      const values$ = merge(...states.map(({ device }) => device.feed.text$('status')));
      const settled$ = defer(settle).pipe(catchError(() => of(undefined))); // A hub that is gone has nothing more to send.
      return merge(values$.pipe(ignoreElements()), settled$.pipe(map(() => true)));
    }),
    concatWith(NEVER), // Once it completes, `shareLatest` would forget it.
    startWith(false),
    shareLatest(),
  );
}

/** The hub's own devices, followed by those that other programs have announced. */
function withDiscovered(
  own$: Observable<readonly DeviceState[]>,
  discovered$: Observable<readonly DeviceState[]>,
): Observable<readonly DeviceState[]> {
  return combineLatest([own$, discovered$]).pipe(
    map(([own, discovered]) => (discovered.length === 0 ? own : [...own, ...discovered])),
    shareLatest(),
  );
}
