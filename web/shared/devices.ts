import {
  asyncScheduler,
  distinctUntilChanged,
  filter,
  identity,
  type MonoTypeOperatorFunction,
  map,
  merge,
  NEVER,
  type Observable,
  type SchedulerLike,
  startWith,
} from 'rxjs';
import type { Bus, BusMessage, HubError } from '../../hub/core/index.ts';
import { askAgain } from './ask-again.ts';
import { type Change, keepConfirmed } from './confirm.ts';
import { createDeviceFeed, type DeviceFeed, type DeviceFeedOptions } from './device-feed.ts';
import { type DeviceInfo, readDescription } from './device-info.ts';
import { shareLatest } from './share-latest.ts';

/** A device that somebody has described on the hub. */
export interface Device {
  /** Where it lives: `led/21`, or `lab/ana/led/21`. */
  readonly topic: string;
  /** The levels in front of the kind: `lab/ana`, or nothing. */
  readonly prefix: string;
  readonly kind: string;
  readonly feed: DeviceFeed;
  /** Its description, at once and at every change. */
  readonly info$: Observable<DeviceInfo>;
  /** Whether its adapter says that it is there. */
  readonly isOnline$: Observable<boolean>;
}

export interface FindDevicesOptions extends DeviceFeedOptions {
  /** Each time that the hub is away. */
  readonly hubAway$?: Observable<unknown>;
  /** Is told why the hub does not let us see its devices; it is asked again when it is back. */
  readonly onDenied?: (error: HubError) => void;
  /** Thins out the lists where many devices come at once; the last one must stay. Default: every list is told. */
  readonly pace?: MonoTypeOperatorFunction<ReadonlyMap<string, Device>>;
  readonly scheduler?: SchedulerLike;
}

/** Descriptions of devices with no prefix and with one of up to three levels. */
const INFO_FILTERS = ['+/+/info', '+/+/+/info', '+/+/+/+/info', '+/+/+/+/+/info'];

/** All devices known to the hub, in the order of their topics, at once and whenever one comes or goes. */
export function findDevices(bus: Bus, options: FindDevicesOptions = {}): Observable<readonly Device[]> {
  const { hubBack$ = NEVER, pace = identity, scheduler = asyncScheduler, onDenied = () => {} } = options;
  const changes$ = bus.messages(INFO_FILTERS).pipe(
    askAgain(hubBack$, onDenied),
    map((message) => changeOf(message, (topic) => createDevice(bus, topic, options))),
  );
  return keepConfirmed(changes$, { ...options, scheduler }).pipe(
    distinctUntilChanged(),
    pace,
    map((devices) => [...devices.values()].sort(byTopic)),
    shareLatest(),
  );
}

/** A device comes with its description, stays itself when that changes, and goes with it. */
function changeOf(message: BusMessage, create: (topic: string) => Device): Change<Device> {
  const key = message.topic.slice(0, -'/info'.length);
  const isDescribed = readDescription(message.text ?? '', key.split('/').at(-2) ?? '') !== undefined;
  return {
    key,
    apply(known) {
      if (known.has(key) === isDescribed) return known;
      const next = new Map(known);
      if (isDescribed) next.set(key, create(key));
      else next.delete(key);
      return next;
    },
  };
}

function createDevice(bus: Bus, topic: string, options: FindDevicesOptions): Device {
  const { hubBack$ = NEVER } = options;
  const feed = createDeviceFeed(bus, topic, options);
  const levels = topic.split('/');
  const kind = levels.at(-2) ?? '';
  const status$ = feed.text$('status').pipe(map((status) => status === 'online'));
  return {
    topic,
    prefix: levels.slice(0, -2).join('/'),
    kind,
    feed,
    info$: feed.text$('info').pipe(
      map((text) => readDescription(text, kind)),
      filter((info) => info !== undefined),
    ),
    isOnline$: merge(status$, hubBack$.pipe(map(() => false))).pipe(startWith(false), distinctUntilChanged()),
  };
}

const order = new Intl.Collator('en', { numeric: true });

function byTopic(one: Device, other: Device): number {
  return order.compare(one.topic, other.topic);
}
