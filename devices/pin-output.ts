import {
  catchError,
  combineLatest,
  EMPTY,
  filter,
  ignoreElements,
  map,
  type Observable,
  of,
  switchMap,
  take,
} from 'rxjs';
import type { DeviceContext } from './kind.ts';
import type { PwmPin, PwmState } from './pins/pins.ts';
import { latestWins } from './pipeline/latest-wins.ts';
import { quantise } from './pipeline/quantise.ts';

/** What a pin is to do. */
export interface PwmWish {
  /** Percent, 0–100. */
  readonly dutyPercent: number;
  readonly frequencyHz: number;
}

/** Two duty cycles, percent, nearer than this are one; the finest step of any driver is 0.0001. */
const SAME_PERCENT = 0.00005;

/**
 * Makes a pin follow a stream of wishes while subscribed to, at most one write per interval and only while
 * the driver is online; once it comes back, the last wish is written again. A wish that the pin fulfils
 * already is not written. Failures are reported.
 */
export function drive(pin: PwmPin, wish$: Observable<PwmWish>, device: DeviceContext): Observable<never> {
  const { pace, meter } = device;
  const write = ({ wish, sinceMs }: { wish: PwmWish; sinceMs: number }) => {
    meter.waited(pace.scheduler.now() - sinceMs);
    return fulfil(pin, wish).pipe(catchError((error) => failed(device, error)));
  };
  return combineLatest([wish$, device.health$]).pipe(
    filter(([, health]) => health.status === 'online'),
    map(([wish]) => ({ wish, sinceMs: pace.scheduler.now() })),
    latestWins(write, pace),
    ignoreElements(),
  );
}

/** Frequency first, as it decides how many steps of light there are. Unsubscribed between the two, it does not go on. */
function fulfil(pin: PwmPin, { dutyPercent, frequencyHz }: PwmWish): Observable<PwmState> {
  const wantedHz = nearest(pin.frequenciesHz, frequencyHz);
  return pin.state$.pipe(
    take(1),
    switchMap((state) => (state.frequencyHz === wantedHz ? of(state) : pin.setFrequency(wantedHz))),
    switchMap((state) => {
      const percent = quantise(state.steps, dutyPercent);
      const isFulfilled = Math.abs(percent - state.dutyPercent) < SAME_PERCENT && state.frequencyHz > 0;
      return isFulfilled ? of(state) : pin.setDuty(percent);
    }),
  );
}

/** The frequency that a driver gives for one that is asked for; the higher of two that are as near. */
export function nearest(frequenciesHz: readonly number[], wantedHz: number): number {
  const distance = (hz: number) => Math.abs(hz - wantedHz);
  return frequenciesHz.reduce(
    (best, hz) => (distance(hz) <= distance(best) ? hz : best),
    frequenciesHz[0] ?? wantedHz,
  );
}

function failed(device: DeviceContext, error: unknown): Observable<never> {
  device.report(error);
  return EMPTY;
}
