import { distinctUntilChanged, map, type Observable, of, scan } from 'rxjs';
import type { DeviceState } from '../../shared/devices.ts';
import { isOnPi } from './bench.ts';

/** The prefixes of all boards that have devices, sorted, at once and at every change. */
export function watchBoards(states$: Observable<readonly DeviceState[]>): Observable<readonly string[]> {
  return states$.pipe(
    map((states) => [...new Set(states.filter(isOnPi).map(({ device }) => device.prefix))].sort()),
    distinctUntilChanged((one, other) => one.join() === other.join()),
  );
}

/**
 * The prefix of the board to show, at once and at every change: `wanted` if the address gives one, otherwise the hub's own board. Its prefix is empty
 * unless the hub was given one; in that case it is the first board with devices, for as long as it has any.
 */
export function chooseBoard(
  boards$: Observable<readonly string[]>,
  wanted: string | undefined,
): Observable<string> {
  if (wanted !== undefined) return of(wanted);
  return boards$.pipe(
    scan((chosen, [first = '', ...others]) => ([first, ...others].includes(chosen) ? chosen : first), ''),
    distinctUntilChanged(),
  );
}
