import { map, type Observable, scan } from 'rxjs';
import type { DeviceInfo } from '../../../devices/facts/device-info.ts';
import { OVERRIDDEN_PROPERTY, type PropertyInfo } from '../../../devices/facts/property-info.ts';
import { shareLatest } from '../../shared/share-latest.ts';

/** One model for each property of a description, in its order. */
export type Models<M> = ReadonlyMap<string, M>;

/**
 * A model for each property that a device describes. It is kept for as long as the property's description stays the same, with all that is
 * being typed there. That the device is overridden is shown once, for the whole device.
 */
export function describedProperties<M>(
  info$: Observable<DeviceInfo>,
  create: (info: PropertyInfo) => M,
): Observable<Models<M>> {
  return info$.pipe(
    map(({ properties }) => properties.filter(({ property }) => property !== OVERRIDDEN_PROPERTY)),
    scan(
      (known: Models<M>, infos) =>
        new Map(
          infos.map((info) => {
            const key = JSON.stringify(info);
            return [key, known.get(key) ?? create(info)];
          }),
        ),
      new Map(),
    ),
    shareLatest(),
  );
}
