import { distinctUntilChanged, map, Observable, of, startWith, switchMap } from 'rxjs';
import type { Identity } from '../../../hub/client/identity.ts';
import { loadAgain } from '../../shared/load-again.ts';
import type { NameVerdict } from './device-name.ts';
import { mayBeDevice } from './device-rights.ts';
import type { TabDeviceState } from './tab-device-view.ts';

/** A running device, with a function that ends it. */
export interface RunningTabDevice {
  /** The topics of its devices, once they run and at every change. */
  readonly topics$: Observable<readonly string[]>;
  close(): Promise<void>;
}

/** Starts the device with a name that is valid as a topic level. */
export type StartTabDevice = (name: string) => RunningTabDevice;

/** Loads the code of a device, which other pages do not need. */
export type LoadTabDevice = () => Promise<StartTabDevice>;

/**
 * The state of this tab as a device, at once and at every change. `identity$` emits the identity that the hub assigns to us, once it is known: the
 * device runs while that identity may run it, and ends with the subscription.
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
          observer.add(() => void device.close());
          observer.add(device.topics$.subscribe((topics) => observer.next({ is: 'running', name, topics })));
        }),
    ),
  );
}
