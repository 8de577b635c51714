import { combineLatest, filter, map, merge, type Observable, type Subscription, switchMap, take } from 'rxjs';
import type { HubClient } from '../../hub/client/hub-client.ts';
import { type DeviceState, watchDevices } from '../shared/devices.ts';
import { watchDiscovered } from '../shared/discovery/watch.ts';
import { eachFrame } from '../shared/frame.ts';
import type { HoldPublish } from '../shared/hold-connection.ts';
import { createSession, type Session, type SessionOptions } from '../shared/session.ts';
import { shareLatest } from '../shared/share-latest.ts';
import { FEW } from './model/few.ts';

/** What the dashboard shows of a hub: it listens from the start, while the scripts that draw are still on their way. */
export interface DashboardHub {
  readonly client: HubClient;
  readonly session: Session;
  /** All devices, at once and at every change. */
  readonly states$: Observable<readonly DeviceState[]>;
  /** Ends what was listened to ahead of the view, which by now listens itself. */
  handOver(): void;
}

export interface DashboardHubOptions extends SessionOptions {
  readonly hold: HoldPublish;
}

/** Begins to listen. */
export function openHub(client: HubClient, { hold, ...options }: DashboardHubOptions): DashboardHub {
  const session = createSession(client, options);
  const { hubAway$, hubBack$, mayPublish$, deny } = session;
  const found = {
    hubAway$,
    hubBack$,
    pace: eachFrame,
    mayPublish$,
    settle: () => client.ping(),
    onDenied: deny,
    hold,
  };
  const states$ = withDiscovered(watchDevices(client, found), watchDiscovered(client, found));
  const ahead = listenAhead(states$);
  ahead.add(session.answer$.subscribe());
  return { client, session, states$, handOver: () => ahead.unsubscribe() };
}

/** A few devices are cards, which need all their values at once: by the time they are drawn, these have come. */
function listenAhead(states$: Observable<readonly DeviceState[]>): Subscription {
  const values$ = states$.pipe(
    filter(({ length }) => length > 0),
    take(1),
    map((states) => (states.length > FEW ? [] : states)),
    switchMap((states) => merge(...states.map(({ device }) => device.feed.text$('status')))),
  );
  const listening = states$.subscribe();
  listening.add(values$.subscribe());
  return listening;
}

/** Devices of our own, and after them those that other programs have announced. */
function withDiscovered(
  own$: Observable<readonly DeviceState[]>,
  discovered$: Observable<readonly DeviceState[]>,
): Observable<readonly DeviceState[]> {
  return combineLatest([own$, discovered$]).pipe(
    map(([own, discovered]) => (discovered.length === 0 ? own : [...own, ...discovered])),
    shareLatest(),
  );
}
