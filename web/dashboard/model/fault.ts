import {
  asyncScheduler,
  concat,
  filter,
  map,
  merge,
  type Observable,
  of,
  type SchedulerLike,
  Subject,
  startWith,
  switchMap,
  timer,
} from 'rxjs';
import { type DeviceError, readDeviceError } from '../../../hub/core/device-error.ts';
import type { HubError } from '../../../hub/core/index.ts';
import type { DeviceFeed } from '../../shared/device-feed.ts';
import { shareLatest } from '../../shared/share-latest.ts';

/** A problem with a device, for a person to read. */
export type Fault = DeviceError;

/** A device's last fault, until it is dismissed or old. */
export interface Faults {
  readonly fault$: Observable<Fault | undefined>;
  /** Shows why the hub refused something that was done on this page. */
  tell(error: HubError): void;
  dismiss(): void;
}

export interface FaultsOptions {
  /** How long a fault is shown, milliseconds. Default 15000. */
  readonly shownMs?: number;
  readonly scheduler?: SchedulerLike;
}

/** Collects the device's messages on `…/error`, and the hub's refusals of this page's own values. */
export function createFaults(
  feed: DeviceFeed,
  refused$: Observable<HubError>,
  { shownMs = 15_000, scheduler = asyncScheduler }: FaultsOptions = {},
): Faults {
  const told$ = new Subject<HubError>();
  const dismissed$ = new Subject<undefined>();
  const said$ = feed.event$('error').pipe(
    map(({ text }) => readDeviceError(text)),
    filter((fault) => fault !== undefined),
  );
  const own$ = merge(refused$, feed.denied$, told$).pipe(
    map(({ code, message }): Fault => ({ code, message })),
  );
  const fault$ = merge(said$, own$, dismissed$).pipe(
    switchMap((fault) => concat(of(fault), timer(shownMs, scheduler).pipe(map(() => undefined)))),
    startWith(undefined),
    shareLatest(),
  );
  return { fault$, tell: (error) => told$.next(error), dismiss: () => dismissed$.next(undefined) };
}
