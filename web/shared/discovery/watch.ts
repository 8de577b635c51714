import {
  asyncScheduler,
  defer,
  exhaustMap,
  filter,
  map,
  NEVER,
  type Observable,
  startWith,
  switchMap,
} from 'rxjs';
import type { Bus } from '../../../hub/core/index.ts';
import { askAgain } from '../ask-again.ts';
import { keepConfirmed, textChange } from '../confirm.ts';
import type { DeviceState, FindDevicesOptions } from '../devices.ts';
import { shareLatest } from '../share-latest.ts';

/** Home Assistant's discovery messages, below any prefix of one to three levels. */
const CONFIGS = ['+/+/+/config', '+/+/+/+/config', '+/+/+/+/+/config', '+/+/+/+/+/+/config'];

/** Pages know this hub's own announcements by its own descriptions. */
const OWN = /^[^/]+(?:\/[^/]+)+\/pinhub_[^/]*(?:\/[^/]+)?\/config$/;

/**
 * The devices that other programs have announced to Home Assistant, at once and at every change. What reads the announcements is loaded when
 * the first one comes.
 */
export function watchDiscovered(
  bus: Bus,
  options: FindDevicesOptions = {},
): Observable<readonly DeviceState[]> {
  const { hubBack$ = NEVER } = options;
  const changes$ = bus.messages(CONFIGS).pipe(
    askAgain(hubBack$, () => {}),
    filter(({ topic, text = '' }) => !OWN.test(topic) && (text === '' || text.trimStart().startsWith('{'))),
    map(textChange),
  );
  const texts$ = keepConfirmed(changes$, { scheduler: asyncScheduler, ...options }).pipe(shareLatest());
  const load$ = defer(() => import('./states.ts')).pipe(
    askAgain(hubBack$, () => {}),
    switchMap(({ discoveredStates }) => discoveredStates(bus, texts$, options)),
  );
  return texts$.pipe(
    filter(({ size }) => size > 0),
    exhaustMap(() => load$),
    startWith([]),
    shareLatest(),
  );
}
