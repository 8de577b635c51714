import {
  combineLatest,
  concatWith,
  distinctUntilChanged,
  filter,
  firstValueFrom,
  map,
  NEVER,
  type Observable,
  Subscription,
  startWith,
  switchMap,
  take,
} from 'rxjs';
import type { HubClient } from '../../hub/client/hub-client.ts';
import type { Device } from '../shared/devices.ts';
import { DISCOVERED_KIND } from '../shared/discovery/kind.ts';
import { nextFrame, whenIdle } from '../shared/frame.ts';
import type { LanguageChoice } from '../shared/language.ts';
import { createScreen, renderOn } from '../shared/screen.ts';
import { shareLatest } from '../shared/share-latest.ts';
import type { DashboardHub } from './hub.ts';
import type { Kind, Kinds } from './kinds/kind.ts';
import { type Archive, NO_ARCHIVE } from './model/archive.ts';
import type { Clock } from './model/clock.ts';
import { createHouse } from './model/house.ts';
import { watchPeople } from './model/people.ts';
import { pointerDown } from './model/pointer-down.ts';
import { isSamePresence, presenceOf } from './model/presence.ts';
import { reveal } from './model/reveal.ts';
import { measureRoundTrip } from './model/round-trip.ts';
import { watchSettled } from './model/settling.ts';
import type { Surroundings } from './model/surroundings.ts';
import { tilesInSight } from './model/tiles-in-sight.ts';
import { tileKind } from './tiles/index.ts';
import type { DeviceViews } from './view/cell.ts';
import { createNearness } from './view/near.ts';
import { page } from './view/page.ts';
import { words } from './words.ts';

export interface DashboardParts {
  readonly hub: DashboardHub;
  /** For a student: whether the class is paused, at once and at every change. */
  readonly isPaused$: Observable<boolean>;
  readonly kinds: Kinds;
  /** The kind of devices that `kinds` does not name. */
  readonly unknownKind: Kind;
  readonly language: LanguageChoice;
  /** The past values that the hub keeps. */
  readonly archive: Archive;
  readonly clock: Clock;
  readonly isVisible$: Observable<boolean>;
  readonly reconnect: () => void;
  /** Is called once, when the first devices have been drawn, or the reason why there are none. */
  readonly shown: () => void;
}

/** Shows the dashboard in an element, until it is unsubscribed. */
export function showDashboard(root: HTMLElement, parts: DashboardParts): Subscription {
  const { hub, language } = parts;
  const { client, session, states$ } = hub;
  const { connection$ } = client;
  const isOnline$ = isOnline(client);
  const house = createHouse({
    states$,
    identity$: session.identity$,
    isHeld$: pointerDown(window),
    kinds: Object.keys(parts.kinds),
  });
  const isSettled$ = watchSettled({
    isOnline$,
    deviceCount$: states$.pipe(map(({ length }) => length)),
    known: 1, // Several devices push each other around while their values come, so they are laid out before they are shown.
    trouble$: session.trouble$,
    settle: () => client.ping(),
    drawn: nextFrame,
  });
  const isShown$ = onceAfter(isSettled$, nextFrame);
  const pageParts = {
    connection$,
    session,
    isPaused$: parts.isPaused$,
    isSettled$,
    roundTripMs$: measureRoundTrip(client, parts.isVisible$),
    house,
    views: createViews({ isOnline$, isWhole$: wholeCards(states$, onceAfter(isShown$, whenIdle)) }, parts),
    isNear: createNearness(isShown$),
    reveal: reveal({
      count: tilesInSight(window),
      rest: () => firstValueFrom(isShown$.pipe(filter(Boolean))).then(nextFrame),
    }),
    presence$: onlyWhile(isOnline$, states$.pipe(map(presenceOf), distinctUntilChanged(isSamePresence))),
    people$: onlyWhile(isOnline$, watchPeople(client, session)),
    language,
    reconnect: parts.reconnect,
  };
  const screen = createScreen();
  const drawing = language.language$.subscribe((code) => {
    document.documentElement.lang = code;
    renderOn(screen, page(words[code], pageParts), root);
  });
  const shown = isShown$.pipe(filter(Boolean), take(1)).subscribe(parts.shown);
  return new Subscription(() => {
    drawing.unsubscribe();
    shown.unsubscribe();
    renderOn(screen, undefined, root);
  });
}

/** Whether cards are drawn whole: the control of a single one works first. With several devices, a part that came later would move the cards below. */
function wholeCards(
  states$: Observable<readonly unknown[]>,
  mayGrow$: Observable<boolean>,
): Observable<boolean> {
  return combineLatest([states$, mayGrow$]).pipe(
    map(([states, mayGrow]) => mayGrow || states.length > 1),
    distinctUntilChanged(),
  );
}

/** Emits false at first. Once `isTrue$` has been true and `wait` has resolved after that, emits true and stays true. */
function onceAfter(isTrue$: Observable<boolean>, wait: () => Promise<void>): Observable<boolean> {
  return isTrue$.pipe(
    filter(Boolean),
    take(1),
    switchMap(wait),
    map(() => true),
    startWith(false),
    concatWith(NEVER), // If it completed, the next subscriber would start it again.
    shareLatest(),
  );
}

/** A device's models are made once, when its tile or card is first shown, and stay for as long as the device is known. */
function createViews(
  states: Pick<Surroundings, 'isOnline$' | 'isWhole$'>,
  { archive, clock, isVisible$, ...parts }: DashboardParts,
): DeviceViews {
  const own: Surroundings = { archive, clock, isVisible$, ...states };
  const others: Surroundings = { ...own, archive: NO_ARCHIVE };
  const surroundingsOf = ({ kind }: Device) => (kind === DISCOVERED_KIND ? others : own);
  const kindOf = ({ kind }: Device) => (Object.hasOwn(parts.kinds, kind) ? parts.kinds[kind] : undefined);
  return {
    cardOf: once((device) => (kindOf(device) ?? parts.unknownKind)(device, surroundingsOf(device))),
    tileOf: once((device) => tileKind(device.kind)(device, surroundingsOf(device))),
  };
}

function once<T>(create: (device: Device) => T): (device: Device) => T {
  const made = new WeakMap<Device, T>();
  return (device) => {
    const known = made.get(device) ?? create(device);
    made.set(device, known);
    return known;
  };
}

function isOnline({ connection$ }: HubClient): Observable<boolean> {
  return connection$.pipe(
    map(({ status }) => status === 'online'),
    distinctUntilChanged(),
  );
}

/** While the hub is away, nobody knows the count: `undefined`. */
function onlyWhile<T>(isOnline$: Observable<boolean>, count$: Observable<T>): Observable<T | undefined> {
  return combineLatest([isOnline$, count$]).pipe(map(([isOnline, count]) => (isOnline ? count : undefined)));
}
