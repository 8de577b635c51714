import {
  combineLatest,
  connect,
  distinctUntilChanged,
  filter,
  map,
  mergeMap,
  type Observable,
  pairwise,
  scan,
  startWith,
  takeUntil,
} from 'rxjs';
import type { Device } from '../../shared/devices.ts';

/** How many devices are there, and how many are known. */
export interface Presence {
  readonly online: number;
  readonly all: number;
}

type Devices = readonly Device[];

/** Counts the devices of the newest list, at once and at every change. Each is asked once, from when it comes to when it goes. */
export function countPresence(devices$: Observable<Devices>): Observable<Presence> {
  return devices$.pipe(
    connect((lists$) =>
      combineLatest([lists$, onlineAmong(lists$)]).pipe(
        map(([devices, online]) => ({
          online: devices.filter((device) => online.has(device)).length,
          all: devices.length,
        })),
        distinctUntilChanged((one, other) => one.online === other.online && one.all === other.all),
      ),
    ),
  );
}

/** The devices that are online, those that have left included. */
function onlineAmong(lists$: Observable<Devices>): Observable<ReadonlySet<Device>> {
  const added$ = lists$.pipe(
    startWith<Devices>([]),
    pairwise(),
    mergeMap(([before, now]) => {
      const known = new Set(before);
      return now.filter((device) => !known.has(device));
    }),
  );
  const leaves$ = (device: Device) => lists$.pipe(filter((devices) => !devices.includes(device)));
  return added$.pipe(
    mergeMap((device) =>
      device.isOnline$.pipe(
        map((isOnline) => ({ device, isOnline })),
        takeUntil(leaves$(device)),
      ),
    ),
    scan((online, { device, isOnline }) => {
      const next = new Set(online);
      if (isOnline) next.add(device);
      else next.delete(device);
      return next;
    }, new Set<Device>()),
    startWith(new Set<Device>()),
  );
}
