import { render } from 'lit/html.js';
import { combineLatest, distinctUntilChanged, filter, map, type Observable, Subscription, scan } from 'rxjs';
import type { HubClient } from '../../hub/client/hub-client.ts';
import { askAgain } from '../shared/ask-again.ts';
import { type Device, findDevices } from '../shared/devices.ts';
import { eachFrame } from '../shared/frame.ts';
import type { LanguageChoice } from '../shared/language.ts';
import { numberPayload } from '../shared/payload.ts';
import { createSession, type SessionOptions } from '../shared/session.ts';
import { shareLatest } from '../shared/share-latest.ts';
import type { Kind, Kinds } from './kinds/kind.ts';
import type { Archive } from './model/archive.ts';
import type { Clock } from './model/clock.ts';
import { countPresence } from './model/presence.ts';
import { measureRoundTrip } from './model/round-trip.ts';
import type { Surroundings } from './model/surroundings.ts';
import { type Card, page } from './view/page.ts';
import { words } from './words.ts';

export interface DashboardParts extends SessionOptions {
  readonly client: HubClient;
  readonly kinds: Kinds;
  /** The kind of those that `kinds` does not name. */
  readonly unknownKind: Kind;
  readonly language: LanguageChoice;
  /** What the hub remembers of values. */
  readonly archive: Archive;
  readonly clock: Clock;
  readonly isVisible$: Observable<boolean>;
  readonly reconnect: () => void;
}

/** Shows the dashboard in an element, until it is unsubscribed. */
export function showDashboard(root: HTMLElement, parts: DashboardParts): Subscription {
  const { client, language } = parts;
  const { connection$ } = client;
  const isOnline$ = isOnline(client);
  const session = createSession(client, parts);
  const { hubAway$, hubBack$, mayPublish$, deny } = session;
  const found$ = findDevices(client, { hubAway$, hubBack$, pace: eachFrame, mayPublish$, onDenied: deny });
  const devices$ = found$.pipe(
    map((devices) => devices.toSorted(byKind(Object.keys(parts.kinds)))),
    shareLatest(),
  );
  const pageParts = {
    connection$,
    session,
    roundTripMs$: measureRoundTrip(client, parts.isVisible$),
    cards$: createCards(devices$, isOnline$, parts),
    presence$: onlyWhile(isOnline$, countPresence(devices$)),
    clients$: onlyWhile(isOnline$, clientsOf(client, hubBack$)),
    language,
    reconnect: parts.reconnect,
  };
  const shown = language.language$.subscribe((code) => {
    document.documentElement.lang = code;
    render(page(words[code], pageParts), root);
  });
  return new Subscription(() => {
    shown.unsubscribe();
    render(undefined, root);
  });
}

/** Devices behind the same prefix stand together, those that one looks at first before the others. */
function byKind(order: readonly string[]): (one: Device, other: Device) => number {
  const rank = ({ kind }: Device) => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return (one, other) => collator.compare(one.prefix, other.prefix) || rank(one) - rank(other);
}

const collator = new Intl.Collator('en', { numeric: true });

/** A card's models are made once, when its device appears, and stay for as long as it is known. */
function createCards(
  devices$: Observable<readonly Device[]>,
  isOnline$: Observable<boolean>,
  parts: DashboardParts,
): Observable<readonly Card[]> {
  const { archive, clock, isVisible$ } = parts;
  const surroundings: Surroundings = { archive, clock, isVisible$, isOnline$ };
  const createCard = (device: Device): Card => {
    const kind = Object.hasOwn(parts.kinds, device.kind) ? parts.kinds[device.kind] : undefined;
    return { topic: device.topic, view: (kind ?? parts.unknownKind)(device, surroundings) };
  };
  return devices$.pipe(
    scan(
      (known, devices) => new Map(devices.map((device) => [device, known.get(device) ?? createCard(device)])),
      new Map<Device, Card>(),
    ),
    map((cards) => [...cards.values()]),
    shareLatest(),
  );
}

function isOnline({ connection$ }: HubClient): Observable<boolean> {
  return connection$.pipe(
    map(({ status }) => status === 'online'),
    distinctUntilChanged(),
  );
}

/** What was counted last is no count of now while the hub is away. */
function onlyWhile<T>(isOnline$: Observable<boolean>, count$: Observable<T>): Observable<T | undefined> {
  return combineLatest([isOnline$, count$]).pipe(map(([isOnline, count]) => (isOnline ? count : undefined)));
}

/** Clients on the hub; not everyone may know. */
function clientsOf(client: HubClient, hubBack$: Observable<unknown>): Observable<number> {
  return client.messages('$SYS/broker/clients/connected').pipe(
    map(({ text }) => numberPayload.read(text ?? '')),
    filter((count) => count !== undefined),
    askAgain(hubBack$, () => {}),
  );
}
