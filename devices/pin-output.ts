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

/** The desired output of a PWM pin. */
export interface PwmWish {
  /** Percent, 0–100. */
  readonly dutyPercent: number;
  readonly frequencyHz: number;
}

/** Makes a pin follow desired outputs, and detects changes by other programs. */
export interface PinOutput<Desired = PwmWish> {
  /**
   * Makes the pin follow a stream of desired outputs while subscribed to, at most one write per interval and only while the driver is online. When the
   * driver comes back, the last desired output is written again. Nothing is written if the pin already has it. Failures are reported.
   */
  follow(desired$: Observable<Desired>): Observable<never>;
  /**
   * Whether another program drives the pin: now, and each change. True once the pin differs from what was last written;
   * false after the next write, or once the pin has matched that value for 3 s.
   */
  readonly isOverridden$: Observable<boolean>;
}

/** The reading that publishes `isOverridden$`. */
export const OVERRIDDEN = {
  name: OVERRIDDEN_PROPERTY,
  format: String,
  schema: { type: 'boolean' },
} as const;

/** Duty cycles closer than this, percent, count as equal: one step of the kernel's PWM at 100 Hz is 0.0002. */
const SAME_PERCENT = 0.00005;

/** How long after our own write no other program counts as driving the pin, milliseconds: if two programs both write, it would alternate. */
const OWN_MS = 300;

/** How long the pin must match our last write before the other program counts as gone, milliseconds: it may be blinking the pin. */
const GONE_MS = 3000;

/** The output of one PWM pin. `follow` passes it what was last written. */
export function createPinOutput(pin: PwmPin, device: DeviceContext): PinOutput {
  return createOutput(
    { state$: pin.state$, apply: (desired: PwmWish) => apply(pin, desired), isSame: isSameOutput },
    device,
  );
}

/** The output of a high/low pin. */
export function createLevelOutput(pin: OutputPin, device: DeviceContext): PinOutput<Level> {
  const applyLevel = (wanted: Level) =>
    pin.level$.pipe(
      take(1),
      switchMap((level) => (level === wanted ? of(level) : pin.write(wanted))),
    );
  return createOutput({ state$: pin.level$, apply: applyLevel, isSame: Object.is }, device);
}

/** Makes a PWM pin follow a stream of desired outputs, like `PinOutput.follow`. */
export function drive(pin: PwmPin, desired$: Observable<PwmWish>, device: DeviceContext): Observable<never> {
  return createPinOutput(pin, device).follow(desired$);
}

/** The differences between a PWM pin and a high/low pin. */
interface Drivable<Desired, State> {
  readonly state$: Observable<State>;
  /** Writes what is needed; emits the resulting state. */
  apply(desired: Desired): Observable<State>;
  isSame(one: State, other: State): boolean;
}

function createOutput<Desired, State>(
  pin: Drivable<Desired, State>,
  device: DeviceContext,
): PinOutput<Desired> {
  const { scheduler } = device.pace;
  /** The state after the last write; `undefined` before the first write and during each. */
  const written$ = new BehaviorSubject<{ readonly state: State } | undefined>(undefined);
  const isOther$ = (written: State) =>
    pin.state$.pipe(
      map((state) => !pin.isSame(state, written)),
      distinctUntilChanged(),
      switchMap((isOther) => (isOther ? of(true) : timer(GONE_MS, scheduler).pipe(map(() => false)))),
    );
  const rest$ = timer(OWN_MS, scheduler).pipe(ignoreElements());
  const write = (desired: Desired) => {
    written$.next(undefined);
    return pin.apply(desired).pipe(tap((state) => written$.next({ state })));
  };
  return {
    follow: (desired$) => follow(desired$, write, device),
    isOverridden$: written$.pipe(
      switchMap((written) => (written ? concat(of(false), rest$, isOther$(written.state)) : of(false))),
      distinctUntilChanged(),
    ),
  };
}

function follow<Desired>(
  desired$: Observable<Desired>,
  write: (desired: Desired) => Observable<unknown>,
  device: DeviceContext,
): Observable<never> {
  const { pace, meter } = device;
  const measured = ({ desired, sinceMs }: { desired: Desired; sinceMs: number }) => {
    meter.waited(pace.scheduler.now() - sinceMs);
    return write(desired).pipe(catchError((error) => failed(device, error)));
  };
  return combineLatest([desired$, device.health$]).pipe(
    filter(([, health]) => health.status === 'online'),
    map(([desired]) => ({ desired, sinceMs: pace.scheduler.now() })),
    latestWins(measured, pace),
    ignoreElements(),
  );
}

/** Sets the frequency first, because it decides the number of steps. If unsubscribed between the two writes, it skips the second. */
function apply(pin: PwmPin, { dutyPercent, frequencyHz }: PwmWish): Observable<PwmState> {
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

/** The supported frequency nearest to the wanted one; of two equally near ones, the higher. */
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
