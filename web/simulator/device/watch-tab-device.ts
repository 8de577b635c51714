import { distinctUntilChanged, map, Observable, of, startWith, switchMap } from 'rxjs';
import type { Identity } from '../../../hub/client/identity.ts';
import { loadAgain } from '../../shared/load-again.ts';
import type { NameVerdict } from './device-name.ts';
import { mayBeDevice } from './device-rights.ts';
import type { TabDeviceState } from './tab-device-view.ts';

/** What runs, and how to end it. */
export interface RunningTabDevice {
  readonly topics: readonly string[];
  close(): Promise<void>;
}

/** Starts the device of a name that is fit to be a level of a topic. */
export type StartTabDevice = (name: string) => RunningTabDevice;

/** Loads what a device needs: a page that is none does without. */
export type LoadTabDevice = () => Promise<StartTabDevice>;

/**
 * What becomes of a wish for this tab to be a device, at once and at every change. `identity$` tells whom the hub takes us for, once it
 * has said: the device runs for as long as one may be it, and ends with the subscription.
 */
export function watchTabDevice(
  wanted: NameVerdict | undefined,
  identity$: Observable<Identity | undefined>,
  load: LoadTabDevice,
): Observable<TabDeviceState> {
  if (!wanted) return of({ is: 'none' });
  if (wanted.verdict !== 'fit') return of({ is: 'refused', name: wanted });
  const { name } = wanted;
  return identity$.pipe(
    map((identity) => mayBeDevice(identity, name)),
    distinctUntilChanged(),
    switchMap((isAllowed) => (isAllowed ? running(name, load) : of({ is: 'denied' as const, name }))),
    startWith({ is: 'starting' as const, name }),
  );
}

function running(name: string, load: LoadTabDevice): Observable<TabDeviceState> {
  return loadAgain(load).pipe(
    switchMap(
      (start) =>
        new Observable<TabDeviceState>((observer) => {
          const device = start(name);
          observer.next({ is: 'running', name, topics: device.topics });
          return () => void device.close();
        }),
    ),
  );
}
