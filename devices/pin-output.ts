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
import type { Level, OutputPin, PwmPin, PwmState } from './pins/pins.ts';
import { latestWins } from './pipeline/latest-wins.ts';
import { quantise } from './pipeline/quantise.ts';

/** What a PWM pin should do. */
export interface PwmWish {
  /** Percent, 0–100. */
  readonly dutyPercent: number;
  readonly frequencyHz: number;
}

/** A pin that follows wishes, and notices what other programs do to it. */
export interface PinOutput<Wish = PwmWish> {
  /**
   * Makes the pin follow a stream of wishes while subscribed to, at most one write per interval and only while the driver is online; once it
   * comes back, the last wish is written again. A wish that the pin fulfils already is not written. Failures are reported.
   */
  follow(wish$: Observable<Wish>): Observable<never>;
  /**
   * Whether another program drives the pin: at once, and at every change. It begins when the pin does something else than was last written,
   * and ends with the next write, or when the pin has done what was written for 3 s.
   */
  readonly isOverridden$: Observable<boolean>;
}

/** The reading of `isOverridden$`. */
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

/** The output of one PWM pin. It knows from `follow` what was written last. */
export function createPinOutput(pin: PwmPin, device: DeviceContext): PinOutput {
  return createOutput(
    { state$: pin.state$, fulfil: (wish: PwmWish) => fulfil(pin, wish), isSame: isSameOutput },
    device,
  );
}

/** The output of a pin that is only high or low. */
export function createLevelOutput(pin: OutputPin, device: DeviceContext): PinOutput<Level> {
  const fulfilLevel = (wanted: Level) =>
    pin.level$.pipe(
      take(1),
      switchMap((level) => (level === wanted ? of(level) : pin.write(wanted))),
    );
  return createOutput({ state$: pin.level$, fulfil: fulfilLevel, isSame: Object.is }, device);
}

/** Makes a PWM pin follow a stream of wishes, as `PinOutput.follow` does. */
export function drive(pin: PwmPin, wish$: Observable<PwmWish>, device: DeviceContext): Observable<never> {
  return createPinOutput(pin, device).follow(wish$);
}

/** What differs between a PWM pin and one that is only high or low. */
interface Drivable<Wish, State> {
  readonly state$: Observable<State>;
  /** Writes what is needed; emits the state that it led to. */
  fulfil(wish: Wish): Observable<State>;
  isSame(one: State, other: State): boolean;
}

function createOutput<Wish, State>(pin: Drivable<Wish, State>, device: DeviceContext): PinOutput<Wish> {
  const { scheduler } = device.pace;
  /** What the last write led to; `undefined` before the first, and during each. */
  const written$ = new BehaviorSubject<{ readonly state: State } | undefined>(undefined);
  const isOther$ = (written: State) =>
    pin.state$.pipe(
      map((state) => !pin.isSame(state, written)),
      distinctUntilChanged(),
      switchMap((isOther) => (isOther ? of(true) : timer(GONE_MS, scheduler).pipe(map(() => false)))),
    );
  const rest$ = timer(OWN_MS, scheduler).pipe(ignoreElements());
  const write = (wish: Wish) => {
    written$.next(undefined);
    return pin.fulfil(wish).pipe(tap((state) => written$.next({ state })));
  };
  return {
    follow: (wish$) => follow(wish$, write, device),
    isOverridden$: written$.pipe(
      switchMap((written) => (written ? concat(of(false), rest$, isOther$(written.state)) : of(false))),
      distinctUntilChanged(),
    ),
  };
}

function follow<Wish>(
  wish$: Observable<Wish>,
  write: (wish: Wish) => Observable<unknown>,
  device: DeviceContext,
): Observable<never> {
  const { pace, meter } = device;
  const measured = ({ wish, sinceMs }: { wish: Wish; sinceMs: number }) => {
    meter.waited(pace.scheduler.now() - sinceMs);
    return write(wish).pipe(catchError((error) => failed(device, error)));
  };
  return combineLatest([wish$, device.health$]).pipe(
    filter(([, health]) => health.status === 'online'),
    map(([wish]) => ({ wish, sinceMs: pace.scheduler.now() })),
    latestWins(measured, pace),
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

/** The frequency nearest to the wanted one; the higher of two that are equally near. */
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
