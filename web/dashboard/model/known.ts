import type { Observable } from 'rxjs';
import type { PropertyInfo } from '../../../devices/facts/property-info.ts';
import type { DeviceProperty } from '../../shared/property.ts';

/** What is known of a property now: its actual value if the device reports one, else the value that is wanted; `undefined` if there is none. */
export function knownOf<T>(
  { hasActual }: Pick<PropertyInfo, 'hasActual'>,
  { reading$, value$ }: Pick<DeviceProperty<T>, 'reading$' | 'value$'>,
): Observable<T | undefined> {
  return hasActual ? reading$ : value$;
}
