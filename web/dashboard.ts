import { render } from 'lit/html.js';
import {
  BehaviorSubject,
  catchError,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  type Observable,
  of,
  Subscription,
  scan,
  shareReplay,
  skip,
  switchMap,
  throwError,
} from 'rxjs';
import type { HubClient } from '../hub/client/hub-client.ts';
import { type HubError, toHubError } from '../hub/core/index.ts';
import { words } from './i18n/words.ts';
import type { Kind, Kinds } from './kinds/kind.ts';
import type { Archive } from './model/archive.ts';
import { type Device, findDevices } from './model/devices.ts';
import { numberPayload } from './model/payload.ts';
import { countPresence } from './model/presence.ts';
import { measureRoundTrip } from './model/round-trip.ts';
import type { Surroundings } from './model/surroundings.ts';
import type { LanguageChoice } from './page/language.ts';
import { eachFrame } from './view/frame.ts';
import { type Card, page } from './view/page.ts';

export interface DashboardParts {
  readonly client: HubClient;
  readonly kinds: Kinds;
  /** The kind of those that `kinds` does not name. */
  readonly unknownKind: Kind;
  readonly language: LanguageChoice;
  /** What the hub remembers of values. */
  readonly archive: Archive;
  readonly isVisible$: Observable<boolean>;
  readonly reconnect: () => void;
}

/** Shows the dashboard in an element, until it is unsubscribed. */
export function showDashboard(root: HTMLElement, parts: DashboardParts): Subscription {
  const { client, language } = parts;
  const denied$ = new BehaviorSubject<HubError | undefined>(undefined);
  const hubBack$ = client.connection$.pipe(
    filter(({ status }) => status === 'online'),
    skip(1),
  );
  const devices$ = findDevices(client, { hubBack$, pace: eachFrame }).pipe(
    catchError((error) => {
      denied$.next(toHubError(error));
      return of([]);
    }),
    map((devices) => devices.toSorted(byKind(Object.keys(parts.kinds)))),
    shareReplay(1),
  );
  const pageParts = {
    connection$: client.connection$,
    roundTripMs$: measureRoundTrip(client, parts.isVisible$),
    cards$: createCards(devices$, parts),
    presence$: countPresence(devices$),
    clients$: clientsOf(client),
    denied$,
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
  parts: DashboardParts,
): Observable<readonly Card[]> {
  const { archive, isVisible$, client } = parts;
  const surroundings: Surroundings = { archive, isVisible$, isOnline$: isOnline(client) };
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
    shareReplay(1),
  );
}

function isOnline({ connection$ }: HubClient): Observable<boolean> {
  return connection$.pipe(
    map(({ status }) => status === 'online'),
    distinctUntilChanged(),
  );
}

/** Clients on the hub; not everyone may know. */
function clientsOf(client: HubClient): Observable<number> {
  return client.messages('$SYS/broker/clients/connected').pipe(
    map(({ text }) => numberPayload.read(text ?? '')),
    switchMap((count) => (count === undefined ? EMPTY : of(count))),
    catchError((error) => (toHubError(error).code === 'auth/denied' ? EMPTY : throwError(() => error))),
  );
}
