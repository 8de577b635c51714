import {
  concat,
  defer,
  EMPTY,
  filter,
  finalize,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  ReplaySubject,
  share,
  startWith,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import type { Bus, BusMessage, HubError } from '../../hub/core/index.ts';
import { askAgain } from './ask-again.ts';
import type { HoldPublish } from './hold-connection.ts';
import { isDeviceTopic, withoutOtherDevices } from './own-topics.ts';

/** The messages from one device and to it, by property: `duty`, `duty/actual`, `status`, … */
export interface DeviceFeed {
  /** The device's topic, `led/21`, with its prefix if it has one. */
  readonly topic: string;
  /** A property's last text, if there is one, and every text that follows. Payloads that are not UTF-8 are left out. */
  text$(property: string): Observable<string>;
  /** A property's messages from now on: for events rather than states. */
  event$(property: string): Observable<BusMessage>;
  /** Every property seen so far with its last message, at once and at every change; without the labels that people give, and without devices below its topic. */
  readonly properties$: Observable<ReadonlyMap<string, BusMessage>>;
  /** Why the hub does not let us read the device's topics. */
  readonly denied$: Observable<HubError>;
  /** Whether one may publish a property, at once and at every change. */
  mayPublish$(property: string): Observable<boolean>;
  /** Publishes the wanted value of a property, retained. An empty payload clears it. */
  publish(property: string, payload: string): Promise<void>;
  /** Publishes to a property that is true only while somebody holds it, such as a press: see `HoldPublish`. */
  hold(property: string, payload: string, rest: string): Promise<void>;
  /** Publishes an event: it is not retained. */
  trigger(property: string, payload: string): Promise<void>;
  /** Clears the retained topics of the device and its label, so that nobody finds it any more; nothing of devices below its topic. */
  forget(): Promise<void>;
}

/** How long the subscription lasts after the last listener has left, milliseconds: a card that is scrolled out of sight may soon be back. */
const LINGER_MS = 2000;

export interface DeviceFeedOptions {
  /** Each time that the hub is away, and at once if it is. */
  readonly hubAway$?: Observable<unknown>;
  /** Each time that the hub is back after it was away: what it refused before it may allow then. */
  readonly hubBack$?: Observable<unknown>;
  /** Whether one may publish to a topic. Default: always. */
  readonly mayPublish$?: (topic: string) => Observable<boolean>;
  /** How to publish values that somebody holds. Default: over the bus; then nobody notices if this page vanishes. */
  readonly hold?: HoldPublish;
  /** Resolves once all retained messages for the filters subscribed to so far have come. Default: they come at once. */
  readonly settle?: () => Promise<unknown>;
}

/** An empty payload clears a retained topic: its value is no longer known. */
function note(last: Map<string, BusMessage>, property: string, message: BusMessage): void {
  if (message.text !== '') last.set(property, message);
  else last.delete(property);
}

/** A device's feed. It subscribes at the hub once, however many listeners it has. */
export function createDeviceFeed(
  bus: Bus,
  topic: string,
  {
    hubAway$ = NEVER,
    hubBack$ = NEVER,
    mayPublish$ = () => of(true),
    hold = withoutWill(bus),
    settle = async () => {},
  }: DeviceFeedOptions = {},
): DeviceFeed {
  const last = new Map<string, BusMessage>();
  // While the hub is away, the subscription stays: the hub could not send the values again.
  const isThere$ = merge(of(true), hubAway$.pipe(map(() => false)), hubBack$.pipe(map(() => true)));
  const linger = () => isThere$.pipe(switchMap((isThere) => (isThere ? timer(LINGER_MS) : NEVER)));
  const denied$ = new ReplaySubject<HubError>(1);
  const propertyOf = (message: BusMessage) => message.topic.slice(topic.length + 1);
  const messages$ = bus.messages(`${topic}/#`).pipe(
    filter((message) => message.topic.length > topic.length),
    tap((message) => note(last, propertyOf(message), message)),
    askAgain(hubBack$, (error) => denied$.next(error)),
    finalize(() => last.clear()),
    share({ resetOnRefCountZero: linger }),
  );
  const of$ = (property: string) => {
    const full = `${topic}/${property}`;
    return messages$.pipe(filter((message) => message.topic === full));
  };
  const event$ = (property: string) => of$(property).pipe(filter((message) => !message.retained));
  const state$ = (property: string) =>
    defer(() => {
      const known = last.get(property);
      const now$ = known ? of(known) : EMPTY;
      return concat(now$, of$(property));
    });

  const own = () => withoutOtherDevices(last.keys());
  const shown = () => {
    const properties = new Set(own());
    return new Map(
      [...last].filter(([property]) => properties.has(property) && !property.startsWith('meta/')),
    );
  };
  const clear = (property: string) => bus.publish(`${topic}/${property}`, '', { retain: true });

  return {
    topic,
    denied$,
    event$,
    text$: (property) =>
      state$(property).pipe(
        map((message) => message.text),
        filter((text) => text !== undefined),
      ),
    properties$: defer(() => messages$.pipe(map(shown), startWith(shown()))),
    mayPublish$: (property) => mayPublish$(`${topic}/${property}`),
    publish: (property, payload) => bus.publish(`${topic}/${property}`, payload, { retain: true }),
    hold: (property, payload, rest) => hold(`${topic}/${property}`, payload, rest),
    trigger: (property, payload) => bus.publish(`${topic}/${property}`, payload),
    async forget() {
      const reading = messages$.subscribe();
      await settle().finally(() => reading.unsubscribe());
      const properties = own().filter(isDeviceTopic);
      // The description goes last: if the hub refuses to clear another topic, the device can still be found.
      const others = properties.filter((property) => property !== 'info');
      await Promise.all(others.map((property) => clear(property)));
      await clear('info');
    },
  };
}

function withoutWill(bus: Bus): HoldPublish {
  return (topic, payload) => bus.publish(topic, payload);
}
