import {
  BehaviorSubject,
  combineLatest,
  filter,
  fromEvent,
  merge,
  type Observable,
  of,
  take,
  timer,
} from 'rxjs';
import { createHubClient, type HubClientOptions } from '../../hub/client/create-hub-client.ts';
import type {} from '../shared/early-socket.ts';
import { createHoldPublish } from '../shared/hold-connection.ts';
import { hubAddress } from '../shared/hub-address.ts';
import { isOutdated } from '../shared/is-outdated.ts';
import { loadAgain } from '../shared/load-again.ts';
import { signOut } from '../shared/sign-out.ts';
import { SILENCE_MS } from '../shared/silence.ts';
import { openHub } from './hub.ts';

const connect = (options?: HubClientOptions) =>
  createHubClient(hubAddress(location), { silenceMs: SILENCE_MS, ...options });

const hub = openHub(connect({ socketFor: (address) => globalThis.pageSocket?.take(address) }), {
  hold: createHoldPublish((will) => connect({ will })),
  prefix: new URLSearchParams(location.search).get('prefix') ?? '',
  signOut,
  isOutdated: () => afterFirstView().then(() => isOutdated(import.meta.url)),
  leave: () => location.assign('login'),
});
/** For a student: whether the class is paused. */
const isPaused$ = new BehaviorSubject(false);
/**
 * How long the page waits for the first devices with only the header of the HTML, milliseconds: drawing header and devices together takes
 * half the time.
 */
const HEADER_MS = 400;

// The page asks the hub while the scripts that draw are still loading: on a slow network both take long.
const known$ = merge(hub.isKnown$.pipe(filter(Boolean)), timer(HEADER_MS)).pipe(take(1));

combineLatest([loadAgain(() => import('./start.ts')), whenParsed(), known$]).subscribe(([{ start }]) =>
  start(document.body, hub, isPaused$),
);

loadAgain(() => afterFirstView().then(() => import('./later.ts'))).subscribe(
  ({ goElsewhere, watchPause }) => {
    goElsewhere(hub.client);
    watchPause(hub.session.answer$).subscribe(isPaused$);
  },
);

/** This script runs as soon as it is there, perhaps before the rest of the HTML is. */
function whenParsed(): Observable<unknown> {
  return document.readyState === 'loading' ? fromEvent(document, 'DOMContentLoaded').pipe(take(1)) : of(0);
}

function afterFirstView(): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, 2000));
}
