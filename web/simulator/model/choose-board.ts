import { distinctUntilChanged, map, type Observable, of, scan } from 'rxjs';
import type { Device } from '../../shared/devices.ts';

/**
 * The prefix of the board to show, at once and at every change. `wanted`, if the address says one; else the hub's own board, which has no
 * prefix unless the hub was given one: then it is the first that has devices, for as long as it has any.
 */
export function chooseBoard(
  devices$: Observable<readonly Pick<Device, 'prefix'>[]>,
  wanted: string | undefined,
): Observable<string> {
  if (wanted !== undefined) return of(wanted);
  return devices$.pipe(
    map((devices) => devices.map(({ prefix }) => prefix).sort()),
    scan((chosen, [first = '', ...others]) => ([first, ...others].includes(chosen) ? chosen : first), ''),
    distinctUntilChanged(),
  );
}
