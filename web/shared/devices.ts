import {
  asyncScheduler,
  combineLatest,
  defer,
  distinctUntilChanged,
  filter,
  identity,
  map,
  NEVER,
  type Observable,
  type SchedulerLike,
  scan,
} from 'rxjs';
import { type DeviceInfo, readDescription } from '../../devices/facts/device-info.ts';
import type { Bus, BusMessage, HubError } from '../../hub/core/index.ts';
import { askAgain } from './ask-again.ts';
import { type Change, keepConfirmed, keepWhileThere, textChange } from './confirm.ts';
import { createDeviceFeed, type DeviceFeed, type DeviceFeedOptions } from './device-feed.ts';
import { isSameLabel, type Label, labelTopic, readLabel } from './label.ts';
import { compareNaturally } from './natural-order.ts';
import { shareLatest } from './share-latest.ts';

/** A device that somebody has described on the hub. */
export interface Device {
  /** Its topic: `led/21`, or `lab/ana/led/21`. */
  readonly topic: string;
  /** The levels before the kind: `lab/ana`, or nothing. */
  readonly prefix: string;
  readonly kind: string;
  /** Its properties. The page subscribes to them only while somebody listens. */
  readonly feed: DeviceFeed;
  /** Its description, at once and at every change. */
  readonly info$: Observable<DeviceInfo>;
  /** The label that people have given it, at once and at every change. */
  readonly label$: Observable<Label>;
  /** Whether its adapter reports that it is online. */
  readonly isOnline$: Observable<boolean>;
}

/** A device, and the hub's retained messages about it apart from its properties. It is the same object until one of these changes. */
export interface DeviceState {
  readonly device: Device;
  readonly info: DeviceInfo;
  readonly label: Label;
  /** The text of its `…/status`; `undefined` while there is none. */
  readonly status: string | undefined;
}

export interface FindDevicesOptions extends DeviceFeedOptions {
  /** Called with the reason if the hub does not let us see its devices; the page asks again when the hub is back. */
  readonly onDenied?: (error: HubError) => void;
  /** Thins out the lists when many devices come at once; the last one must stay. Default: every list is emitted. */
  readonly pace?: <T>(lists$: Observable<T>) => Observable<T>;
  readonly scheduler?: SchedulerLike;
}

/** A device's topic: no prefix, or one of up to three levels. */
const DEVICE_FILTERS = ['+/+', '+/+/+', '+/+/+/+', '+/+/+/+/+'];

const below = (levels: string) => DEVICE_FILTERS.map((device) => `${device}/${levels}`);

/** The texts that the hub retains, by topic. */
type Texts = ReadonlyMap<string, string>;

interface Described {
  readonly device: Device;
  readonly text: string;
  readonly info: DeviceInfo;
}

/** All devices known to the hub, in the order of their topics, at once and whenever one comes or goes. */
export function findDevices(bus: Bus, options: FindDevicesOptions = {}): Observable<readonly Device[]> {
  return devicesOf(watchDevices(bus, options));
}

/** The devices alone, at once and whenever one comes or goes. */
export function devicesOf(states$: Observable<readonly DeviceState[]>): Observable<readonly Device[]> {
  return states$.pipe(
    map((states) => states.map(({ device }) => device)),
    distinctUntilChanged(isSameList),
    shareLatest(),
  );
}

/** The same with the retained messages about each, also at every change of these. */
export function watchDevices(bus: Bus, options: FindDevicesOptions = {}): Observable<readonly DeviceState[]> {
  const { pace = identity } = options;
  const labels$ = watchLabels(bus, options);
  const statuses$ = watchStatuses(bus, options);
  const described$: Observable<ReadonlyMap<string, Described>> = watchDescriptions(bus, options, (topic) =>
    createDevice(bus, topic, options, { described$: defer(() => described$), labels$, statuses$ }),
  );
  return combineLatest([described$, labels$, statuses$]).pipe(
    pace,
    scan(nextStates, new Map<string, DeviceState>()),
    map((states) => [...states.values()].sort(byTopic)),
    distinctUntilChanged(isSameList),
    shareLatest(),
  );
}

/** A device stays the same object when its description changes. */
function watchDescriptions(
  bus: Bus,
  { onDenied = () => {}, hubBack$ = NEVER, ...options }: FindDevicesOptions,
  create: (topic: string) => Device,
): Observable<ReadonlyMap<string, Described>> {
  const changes$ = bus.messages(below('info')).pipe(
    askAgain(hubBack$, onDenied),
    map((message) => changeOf(message, create)),
  );
  return keepConfirmed(changes$, { scheduler: asyncScheduler, ...options, hubBack$ }).pipe(shareLatest());
}

function changeOf({ topic, text = '' }: BusMessage, create: (topic: string) => Device): Change<Described> {
  const key = topic.slice(0, -'/info'.length);
  const info = readDescription(text, key.split('/').at(-2) ?? '');
  return {
    key,
    next(before) {
      if (before?.text === text) return before;
      return info && { device: before?.device ?? create(key), text, info };
    },
  };
}

/** The labels that people have given all devices. Users who may not read them see devices without labels. */
export function watchLabels(
  bus: Bus,
  { hubBack$ = NEVER, ...options }: FindDevicesOptions,
): Observable<Texts> {
  const changes$ = bus.messages(below('meta/+')).pipe(
    askAgain(hubBack$, () => {}),
    map(textChange),
  );
  return keepConfirmed(changes$, { scheduler: asyncScheduler, ...options, hubBack$ }).pipe(shareLatest());
}

/** A hub that is back has to report again that a device is online. */
function watchStatuses(bus: Bus, { hubBack$ = NEVER, ...options }: FindDevicesOptions): Observable<Texts> {
  const changes$ = bus.messages(below('status')).pipe(
    askAgain(hubBack$, () => {}),
    map(textChange),
  );
  return keepWhileThere(changes$, { ...options, hubBack$ }).pipe(shareLatest());
}

function nextStates(
  before: ReadonlyMap<string, DeviceState>,
  [described, labels, statuses]: readonly [ReadonlyMap<string, Described>, Texts, Texts],
): Map<string, DeviceState> {
  return new Map(
    [...described].map(([topic, { device, info }]) => {
      const now = { device, info, label: labelOf(labels, topic), status: statuses.get(`${topic}/status`) };
      const last = before.get(topic);
      return [topic, last && isSameState(last, now) ? last : now];
    }),
  );
}

/** Whether two states of a device differ in nothing. */
export function isSameState(one: DeviceState, other: DeviceState): boolean {
  return (
    one.device === other.device &&
    one.info === other.info &&
    one.status === other.status &&
    isSameLabel(one.label, other.label)
  );
}

/** The label that people have given the device of a topic. */
export function labelOf(labels: Texts, topic: string): Label {
  return readLabel((field) => labels.get(`${topic}/${labelTopic(field)}`));
}

interface Sources {
  readonly described$: Observable<ReadonlyMap<string, Described>>;
  readonly labels$: Observable<Texts>;
  readonly statuses$: Observable<Texts>;
}

function createDevice(
  bus: Bus,
  topic: string,
  options: FindDevicesOptions,
  { described$, labels$, statuses$ }: Sources,
): Device {
  const levels = topic.split('/');
  return {
    topic,
    prefix: levels.slice(0, -2).join('/'),
    kind: levels.at(-2) ?? '',
    feed: createDeviceFeed(bus, topic, options),
    info$: described$.pipe(
      map((devices) => devices.get(topic)?.info),
      filter((info) => info !== undefined),
      distinctUntilChanged(),
    ),
    label$: labels$.pipe(
      map((labels) => labelOf(labels, topic)),
      distinctUntilChanged(isSameLabel),
    ),
    isOnline$: statuses$.pipe(
      map((statuses) => statuses.get(`${topic}/status`) === 'online'),
      distinctUntilChanged(),
    ),
  };
}

export function byTopic({ device: one }: DeviceState, { device: other }: DeviceState): number {
  return compareNaturally(one.topic, other.topic);
}

export function isSameList<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
