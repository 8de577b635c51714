import {
  asyncScheduler,
  auditTime,
  catchError,
  concatMap,
  EMPTY,
  filter,
  from,
  ignoreElements,
  map,
  merge,
  type Observable,
  type SchedulerLike,
  type Subscription,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import type { Bus } from '../core/bus.ts';
import { HubError, toHubError } from '../core/error.ts';
import {
  type AnnouncementOptions,
  announcementOf,
  type Configs,
  discoveryFilters,
  isOwnDiscoveryTopic,
} from './announcement.ts';
import { type ConfigChange, changesBetween } from './changes.ts';
import { readDescribedDevice } from './described-device.ts';

export interface AnnouncerOptions extends AnnouncementOptions {
  readonly bus: Bus;
  /** Called with the reason if something cannot be announced. */
  readonly onError: (error: HubError) => void;
  readonly scheduler?: SchedulerLike;
  /** A number from 0 up to 1. Default: `Math.random`. */
  readonly random?: () => number;
}

/** How long changes are collected before they are announced, milliseconds. */
export const GATHER_MS = 200;

/** Home Assistant announces itself at this topic, whatever its discovery prefix, unless someone has set another one. */
const BIRTH_TOPIC = 'homeassistant/status';

/** The longest delay after Home Assistant's birth message, milliseconds: many programs answer it. */
export const BIRTH_SPREAD_MS = 5_000;

/** A device's topic: no prefix, or one of up to three levels. */
const DEVICES = ['+/+', '+/+/+', '+/+/+/+', '+/+/+/+/+'];

/**
 * Announces every device that describes itself to Home Assistant until it is unsubscribed, with retained messages of QoS 1, which follow each
 * change of a description or a name, and end when the device is forgotten. Announcements of an earlier run that no longer hold are removed.
 */
export function announceDevices(options: AnnouncerOptions): Subscription {
  const announcer = new Announcer(options);
  return announcer.run$.subscribe({ error: (error: unknown) => options.onError(toHubError(error)) });
}

class Announcer {
  /** Announces devices while it is subscribed to. */
  readonly run$: Observable<never>;
  readonly #options: AnnouncerOptions;
  /** The texts of `…/info` and `…/meta/name`, by topic. */
  readonly #texts = new Map<string, string>();
  /** The hub's own announcements that are retained, by topic. */
  readonly #present = new Map<string, string>();

  constructor(options: AnnouncerOptions) {
    const { bus, prefix, scheduler = asyncScheduler, random = Math.random } = options;
    this.#options = options;
    const below = (levels: string) => DEVICES.map((device) => `${device}/${levels}`);
    const texts$ = bus
      .messages([...below('info'), ...below('meta/name')])
      .pipe(tap(({ topic, text = '' }) => note(this.#texts, topic, text)));
    const present$ = bus.messages(discoveryFilters(prefix)).pipe(
      filter(({ topic, retain, retained }) => (retain || retained) && isOwnDiscoveryTopic(topic, prefix)),
      tap(({ topic, text = '' }) => note(this.#present, topic, text)),
    );
    const changes$ = merge(texts$, present$).pipe(
      auditTime(GATHER_MS, scheduler),
      concatMap(() => this.#publishAll(changesBetween(this.#present, this.#wanted(), prefix))),
    );
    const births$ = bus.messages([...new Set([BIRTH_TOPIC, `${prefix}/status`])]).pipe(
      filter(({ text, retained }) => !retained && text === 'online'),
      switchMap(() => timer(random() * BIRTH_SPREAD_MS, scheduler)),
      concatMap(() => this.#publishAll(changesBetween(new Map(), this.#wanted(), prefix))),
    );
    this.run$ = merge(changes$, births$);
  }

  #wanted(): Configs {
    const devices = [...this.#texts.keys()].filter((topic) => topic.endsWith('/info'));
    return new Map(
      devices.flatMap((infoTopic) => [...this.#announcement(infoTopic.slice(0, -'/info'.length))]),
    );
  }

  #announcement(topic: string): Configs {
    const device = readDescribedDevice(topic, this.#texts.get(`${topic}/info`) ?? '');
    if (!device) return new Map();
    const label = this.#texts.get(`${topic}/meta/name`)?.trim() || undefined;
    return announcementOf({ device, label }, this.#options);
  }

  #publishAll(changes: readonly ConfigChange[]): Observable<never> {
    return from(changes).pipe(
      concatMap((change) => this.#publish(change)),
      ignoreElements(),
    );
  }

  /** An announcement that the hub refuses is tried again at the next change. */
  #publish({ topic, payload, retain }: ConfigChange): Observable<void> {
    const { bus, onError } = this.#options;
    return from(bus.publish(topic, payload, { retain, qos: 1 })).pipe(
      map(() => {
        if (retain) note(this.#present, topic, payload);
      }),
      catchError((cause: unknown) => {
        const { code, message } = toHubError(cause);
        onError(new HubError(code, `${topic} was not announced: ${message}`, { cause }));
        return EMPTY;
      }),
    );
  }
}

function note(known: Map<string, string>, topic: string, text: string): void {
  if (text === '') known.delete(topic);
  else known.set(topic, text);
}
