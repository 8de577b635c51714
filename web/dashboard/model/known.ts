import type { Observable } from 'rxjs';
import type { PropertyInfo } from '../../../devices/facts/property-info.ts';
import type { DeviceProperty } from '../../shared/property.ts';

/** The known value of a property now: the actual value if the device reports one, else the wanted value; `undefined` if there is neither. */
export function knownOf<T>(
  { hasActual }: Pick<PropertyInfo, 'hasActual'>,
  { reading$, value$ }: Pick<DeviceProperty<T>, 'reading$' | 'value$'>,
): Observable<T | undefined> {
  return hasActual ? reading$ : value$;
}
