import {
  asyncScheduler,
  delay,
  distinctUntilChanged,
  filter,
  identity,
  type MonoTypeOperatorFunction,
  map,
  merge,
  NEVER,
  type Observable,
  ReplaySubject,
  type SchedulerLike,
  scan,
  share,
  startWith,
} from 'rxjs';
import type { Bus, BusMessage, HubError } from '../../hub/core/index.ts';
import { askAgain } from './ask-again.ts';
import { createDeviceFeed, type DeviceFeed, type DeviceFeedOptions } from './device-feed.ts';
import { type DeviceInfo, readDeviceInfo } from './device-info.ts';

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
  /** Is told why the hub does not let us see its devices; it is asked again when it is back. */
  readonly onDenied?: (error: HubError) => void;
  /** Thins out the lists where many devices come at once; the last one must stay. Default: every list is told. */
  readonly pace?: MonoTypeOperatorFunction<ReadonlyMap<string, Device>>;
  readonly scheduler?: SchedulerLike;
}

/** Descriptions of devices with no prefix and with one of up to three levels. */
const INFO_FILTERS = ['+/+/info', '+/+/+/info', '+/+/+/+/info', '+/+/+/+/+/info'];

/** How long a hub that is back may take to describe its devices again, before those it does not know are dropped. */
const CONFIRM_MS = 3000;

/** Devices by topic, those that the hub has yet to describe again set apart. */
interface Known {
  readonly devices: ReadonlyMap<string, Device>;
  readonly unconfirmed: ReadonlySet<string>;
}

type Step = (known: Known) => Known;

/** All devices known to the hub, in the order of their topics, at once and whenever one comes or goes. */
export function findDevices(bus: Bus, options: FindDevicesOptions = {}): Observable<readonly Device[]> {
  const { hubBack$ = NEVER, pace = identity, scheduler = asyncScheduler, onDenied = () => {} } = options;
  const described$ = bus.messages(INFO_FILTERS).pipe(
    askAgain(hubBack$, onDenied),
    map(
      (message): Step =>
        (known) =>
          take(known, message, (topic) => createDevice(bus, topic, options)),
    ),
  );
  const doubted$ = hubBack$.pipe(map((): Step => doubt));
  const dropped$ = hubBack$.pipe(
    delay(CONFIRM_MS, scheduler),
    map((): Step => drop),
  );
  const nothing: Known = { devices: new Map(), unconfirmed: new Set() };
  return merge(doubted$, dropped$, described$).pipe(
    scan((known, step) => step(known), nothing),
    startWith(nothing),
    map(({ devices }) => devices),
    distinctUntilChanged(),
    pace,
    map((devices) => [...devices.values()].sort(byTopic)),
    share({ connector: () => new ReplaySubject(1) }),
  );
}

function take(
  { devices, unconfirmed }: Known,
  message: BusMessage,
  create: (topic: string) => Device,
): Known {
  const topic = message.topic.slice(0, -'/info'.length);
  const isDescribed = readDeviceInfo(message.text ?? '')?.kind === topic.split('/').at(-2);
  const confirmed = new Set(unconfirmed);
  confirmed.delete(topic);
  if (devices.has(topic) === isDescribed) return { devices, unconfirmed: confirmed };
  const next = new Map(devices);
  if (isDescribed) next.set(topic, create(topic));
  else next.delete(topic);
  return { devices: next, unconfirmed: confirmed };
}

function doubt({ devices }: Known): Known {
  return { devices, unconfirmed: new Set(devices.keys()) };
}

function drop({ devices, unconfirmed }: Known): Known {
  if (unconfirmed.size === 0) return { devices, unconfirmed };
  return {
    devices: new Map([...devices].filter(([topic]) => !unconfirmed.has(topic))),
    unconfirmed: new Set(),
  };
}

function createDevice(bus: Bus, topic: string, options: FindDevicesOptions): Device {
  const { hubBack$ = NEVER } = options;
  const feed = createDeviceFeed(bus, topic, options);
  const levels = topic.split('/');
  const status$ = feed.text$('status').pipe(map((status) => status === 'online'));
  return {
    topic,
    prefix: levels.slice(0, -2).join('/'),
    kind: levels.at(-2) ?? '',
    feed,
    info$: feed.text$('info').pipe(
      map(readDeviceInfo),
      filter((info) => info !== undefined),
    ),
    isOnline$: merge(status$, hubBack$.pipe(map(() => false))).pipe(startWith(false), distinctUntilChanged()),
  };
}

const order = new Intl.Collator('en', { numeric: true });

function byTopic(one: Device, other: Device): number {
  return order.compare(one.topic, other.topic);
}
