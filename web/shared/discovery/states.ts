import {
  combineLatest,
  distinctUntilChanged,
  filter,
  identity,
  map,
  NEVER,
  type Observable,
  of,
  scan,
  startWith,
  switchMap,
} from 'rxjs';
import type { Bus } from '../../../hub/core/index.ts';
import { askAgain } from '../ask-again.ts';
import {
  byTopic,
  type Device,
  type DeviceState,
  type FindDevicesOptions,
  isSameList,
  isSameState,
  labelOf,
  watchLabels,
} from '../devices.ts';
import { isSameLabel } from '../label.ts';
import { shareLatest } from '../share-latest.ts';
import { type DiscoveredDevice, DiscoveryReader, isAvailable } from './devices.ts';
import { createDiscoveredFeed } from './feed.ts';
import { DISCOVERED_KIND } from './kind.ts';

type Texts = ReadonlyMap<string, string>;

/** The known facts about all announced devices. */
interface Sources {
  readonly devices$: Observable<ReadonlyMap<string, DiscoveredDevice>>;
  readonly labels$: Observable<Texts>;
  /** The last messages of availability topics; the topic with the newest one comes last. */
  readonly said$: Observable<Texts>;
}

/** The devices that discovery messages announce, as pages know devices; at once and at every change. */
export function discoveredStates(
  bus: Bus,
  texts$: Observable<Texts>,
  options: FindDevicesOptions,
): Observable<readonly DeviceState[]> {
  const { pace = identity } = options;
  const reader = new DiscoveryReader();
  const devices$ = texts$.pipe(
    pace,
    map((texts) => new Map(reader.read(texts).map((device) => [device.topic, device]))),
    shareLatest(),
  );
  const labels$ = watchLabels(bus, options);
  const said$ = watchAvailability(bus, devices$, options);
  const sources = { devices$, labels$, said$ };
  const made = new Map<string, Device>();
  const deviceOf = (topic: string) => {
    const device = made.get(topic) ?? createDevice(bus, topic, options, sources);
    made.set(topic, device);
    return device;
  };
  return combineLatest([devices$, labels$, said$]).pipe(
    pace,
    scan((before: ReadonlyMap<string, DeviceState>, [devices, labels, said]) => {
      const states = [...devices.values()].map((device) =>
        stateOf(deviceOf(device.topic), { device, labels, said }),
      );
      return new Map(states.map((now) => [now.device.topic, unchanged(before.get(now.device.topic), now)]));
    }, new Map()),
    map((states) => [...states.values()].sort(byTopic)),
    distinctUntilChanged(isSameList),
  );
}

function unchanged(last: DeviceState | undefined, now: DeviceState): DeviceState {
  return last && isSameState(last, now) ? last : now;
}

function stateOf(
  device: Device,
  known: { readonly device: DiscoveredDevice; readonly labels: Texts; readonly said: Texts },
): DeviceState {
  const isThere = isAvailable(known.device, known.said);
  return {
    device,
    info: known.device.info,
    label: labelOf(known.labels, device.topic),
    status: isThere === undefined ? undefined : isThere ? 'online' : 'offline',
  };
}

function createDevice(
  bus: Bus,
  topic: string,
  options: FindDevicesOptions,
  { devices$, labels$, said$ }: Sources,
): Device {
  const device$ = devices$.pipe(
    map((devices) => devices.get(topic)),
    filter((device) => device !== undefined),
    distinctUntilChanged(),
  );
  const label$ = labels$.pipe(
    map((labels) => labelOf(labels, topic)),
    distinctUntilChanged(isSameLabel),
  );
  return {
    topic,
    prefix: '',
    kind: DISCOVERED_KIND,
    feed: createDiscoveredFeed(bus, topic, { ...options, device$, label$ }),
    info$: device$.pipe(map(({ info }) => info)),
    label$,
    isOnline$: combineLatest([device$, said$]).pipe(
      map(([device, said]) => isAvailable(device, said) === true),
      distinctUntilChanged(),
    ),
  };
}

function watchAvailability(
  bus: Bus,
  devices$: Sources['devices$'],
  { hubBack$ = NEVER }: FindDevicesOptions,
): Observable<Texts> {
  const topics$ = devices$.pipe(
    map((devices) => [
      ...new Set(
        [...devices.values()].flatMap(({ availabilities }) => availabilities.map(({ topic }) => topic)),
      ),
    ]),
    distinctUntilChanged(isSameList),
  );
  return topics$.pipe(
    switchMap((topics) =>
      topics.length === 0 ? of() : bus.messages(topics).pipe(askAgain(hubBack$, () => {})),
    ),
    scan((said: Texts, { topic, text = '' }) => {
      const next = new Map(said);
      next.delete(topic);
      return next.set(topic, text);
    }, new Map()),
    startWith(new Map()),
    shareLatest(),
  );
}
