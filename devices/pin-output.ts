import {
  BehaviorSubject,
  catchError,
  combineLatest,
  concat,
  distinctUntilChanged,
  EMPTY,
  filter,
  ignoreElements,
  map,
  type Observable,
  of,
  switchMap,
  take,
  tap,
  timer,
} from 'rxjs';
import { OVERRIDDEN_PROPERTY } from './facts/property-info.ts';
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

/** A pin that follows wishes, and notices what other programs do to it. */
export interface PinOutput {
  /**
   * Makes the pin follow a stream of wishes while subscribed to, at most one write per interval and only while the driver is online; once it
   * comes back, the last wish is written again. A wish that the pin fulfils already is not written. Failures are reported.
   */
  follow(wish$: Observable<PwmWish>): Observable<never>;
  /**
   * Whether another program drives the pin: at once, and at every change. It begins when the pin does something else than was last written,
   * and ends with the next write, or when the pin has done what was written for 3 s.
   */
  readonly isOverridden$: Observable<boolean>;
}

/** The reading that says so. */
export const OVERRIDDEN = {
  name: OVERRIDDEN_PROPERTY,
  format: String,
  schema: { type: 'boolean' },
} as const;

/** Two duty cycles, percent, nearer than this are the same: a step of the kernel's PWM at 100 Hz is 0.0002. */
const SAME_PERCENT = 0.00005;

/** How long after a write of ours nobody else counts as driving the pin, milliseconds: two programs that both write would alternate. */
const OWN_MS = 300;

/** How long a pin must do what was written before the other program counts as gone, milliseconds: it may blink. */
const GONE_MS = 3000;

/** The output of one pin. What was written last it knows from `follow`. */
export function createPinOutput(pin: PwmPin, device: DeviceContext): PinOutput {
  const { scheduler } = device.pace;
  /** What the last write led to; `undefined` before the first, and during each. */
  const written$ = new BehaviorSubject<PwmState | undefined>(undefined);
  const isOther$ = (written: PwmState) =>
    pin.state$.pipe(
      map((state) => !isSameOutput(state, written)),
      distinctUntilChanged(),
      switchMap((isOther) => (isOther ? of(true) : timer(GONE_MS, scheduler).pipe(map(() => false)))),
    );
  const rest$ = timer(OWN_MS, scheduler).pipe(ignoreElements());
  return {
    follow: (wish$) => follow(pin, wish$, device, (state) => written$.next(state)),
    isOverridden$: written$.pipe(
      switchMap((written) => (written ? concat(of(false), rest$, isOther$(written)) : of(false))),
      distinctUntilChanged(),
    ),
  };
}

/** Makes a pin follow a stream of wishes, as `PinOutput.follow` does. */
export function drive(pin: PwmPin, wish$: Observable<PwmWish>, device: DeviceContext): Observable<never> {
  return createPinOutput(pin, device).follow(wish$);
}

function follow(
  pin: PwmPin,
  wish$: Observable<PwmWish>,
  device: DeviceContext,
  note: (written: PwmState | undefined) => void,
): Observable<never> {
  const { pace, meter } = device;
  const write = ({ wish, sinceMs }: { wish: PwmWish; sinceMs: number }) => {
    meter.waited(pace.scheduler.now() - sinceMs);
    note(undefined);
    return fulfil(pin, wish).pipe(
      tap(note),
      catchError((error) => failed(device, error)),
    );
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

function isSameOutput(one: PwmState, other: PwmState): boolean {
  return (
    Math.abs(one.dutyPercent - other.dutyPercent) < SAME_PERCENT && one.frequencyHz === other.frequencyHz
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
