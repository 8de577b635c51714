import {
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  filter,
  map,
  merge,
  type Observable,
  Subject,
  startWith,
  switchMap,
} from 'rxjs';
import { type HubClient, watchIdentity } from '../../hub/client/hub-client.ts';
import { type Identity, mayPublish } from '../../hub/client/identity.ts';
import { shareLatest } from './share-latest.ts';
import { type Trouble, troubleOf } from './trouble.ts';
import { watchReturn } from './watch-return.ts';

/** The identity and rights of the visitor, and the troubles with the hub. */
export interface Session {
  /** Our identity, once the hub has reported it, and at every change; `undefined` if the hub does not report it. */
  readonly answer$: Observable<Identity | undefined>;
  /** The same, but emits at once: `undefined` until the hub has reported the identity. */
  readonly identity$: Observable<Identity | undefined>;
  /** Whether we may publish to a topic, at once and at every change; yes, while nothing is known. */
  mayPublish$(topic: string): Observable<boolean>;
  /** The current trouble, at once and at every change. */
  readonly trouble$: Observable<Trouble | undefined>;
  /** Each time that the hub is away. */
  readonly hubAway$: Observable<unknown>;
  /** Each time that the hub is back after it was away. */
  readonly hubBack$: Observable<unknown>;
  /** Notes that the hub does not let us read the topics of the page. This holds until the hub is back. */
  deny(): void;
  signOut(): void;
  /** Whether the hub has another version of the page, at once and at every change. It is asked each time that we are connected. */
  readonly isOutdated$: Observable<boolean>;
  /** Whether an attempt to sign out has failed. */
  readonly hasStayed$: Observable<boolean>;
}

export interface SessionOptions {
  /** Makes the hub forget this browser; resolves to whether it has. */
  readonly signOut: () => Promise<boolean>;
  /** Whether the hub has another version of this page. */
  readonly isOutdated: () => Promise<boolean>;
  /** Opens the login page, where somebody else can log in. */
  readonly leave: () => void;
}

export function createSession(
  client: Pick<HubClient, 'connection$' | 'whoAmI'>,
  { signOut, leave, isOutdated }: SessionOptions,
): Session {
  const { connection$ } = client;
  const hubBack$ = watchReturn(connection$);
  const answer$ = watchIdentity(client).pipe(shareLatest());
  const identity$ = answer$.pipe(startWith(undefined), shareLatest());
  const denied$ = new Subject<boolean>();
  const isDenied$ = merge(denied$, hubBack$.pipe(map(() => false))).pipe(startWith(false), shareLatest());
  const hasStayed$ = new BehaviorSubject(false);
  return {
    answer$,
    identity$,
    mayPublish$: (topic) =>
      identity$.pipe(
        map((identity) => mayPublish(identity, topic)),
        distinctUntilChanged(),
      ),
    trouble$: combineLatest([connection$, isDenied$, identity$]).pipe(
      map(([connection, isDenied, identity]) => troubleOf(connection, isDenied, identity?.role)),
    ),
    hubAway$: connection$.pipe(filter(({ status }) => status === 'offline')),
    hubBack$,
    isOutdated$: connection$.pipe(
      map(({ status }) => status === 'online'),
      distinctUntilChanged(),
      filter(Boolean),
      // If the hub goes away meanwhile, the page asks again once it is back.
      switchMap(() => isOutdated().catch(() => false)),
      startWith(false),
      shareLatest(),
    ),
    deny: () => denied$.next(true),
    hasStayed$,
    signOut: () => void signOut().then((isOut) => (isOut ? leave() : hasStayed$.next(true))),
  };
}
