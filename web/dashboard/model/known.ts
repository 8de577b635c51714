import { filter, type Observable } from 'rxjs';
import type { PropertyInfo } from '../../../devices/facts/property-info.ts';
import type { Property } from '../../shared/property.ts';

/** The best that is known of a property: its actual value if the device reports one, else the value that is wanted. */
export function knownOf<T>(
  { hasActual }: Pick<PropertyInfo, 'hasActual'>,
  { actual$, value$ }: Pick<Property<T>, 'actual$' | 'value$'>,
): Observable<T> {
  return hasActual ? actual$ : value$.pipe(filter((value) => value !== undefined));
}
