import { distinctUntilChanged, map, type Observable } from 'rxjs';
import type { PropertyInfo } from '../../../devices/facts/property-info.ts';
import type { DeviceFeed } from '../../shared/device-feed.ts';

/** A property's text, at once and at every change; empty while it has none. */
export function watchText(
  { properties$ }: Pick<DeviceFeed, 'properties$'>,
  { property, hasActual }: Pick<PropertyInfo, 'property' | 'hasActual'>,
): Observable<string> {
  const name = hasActual ? `${property}/actual` : property;
  return properties$.pipe(
    map((properties) => properties.get(name)?.text ?? ''),
    distinctUntilChanged(),
  );
}
