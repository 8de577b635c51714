import {
  distinctUntilChanged,
  endWith,
  ignoreElements,
  type Observable,
  startWith,
  switchMap,
  take,
  takeUntil,
} from 'rxjs';
import type { InputPin, OutputPin, Pins, PwmPin } from '../../devices/pins/pins.ts';
import { isSameState } from '../../devices/pins/pwm-state.ts';
import { createVirtualPins } from '../board/virtual-pins.ts';
import type { Mirror } from './mirror.ts';
import type { MirroredPin } from './mirrored-pin.ts';

/**
 * The pins behind a mirror, for devices in the same process: devices see what scripts do to the board, and scripts see what devices do. Claims and
 * writes resolve when the driver's pin has followed, and reject with the driver's error. `close` closes the mirror, not the driver.
 */
export function createMirrorPins(mirror: Mirror): Pins {
  const { board } = mirror;
  const virtual = createVirtualPins(board);

  return {
    driver: mirror.driver,
    gpios: virtual.gpios,
    health$: mirror.health$,
    ...(mirror.healthOf && { healthOf: mirror.healthOf }),
    async pwm(gpio, owner) {
      const pin = await virtual.pwm(gpio, owner);
      await orRelease(pin, () => mirror.pin(gpio).drive('pwm', () => becomeOutput(mirror, gpio)));
      return mirroredPwm(mirror, pin);
    },
    async output(gpio, owner) {
      const pin = await virtual.output(gpio, owner);
      await orRelease(pin, () => mirror.pin(gpio).drive('level', () => becomeOutput(mirror, gpio)));
      return mirroredOutput(mirror, pin);
    },
    async input(gpio, owner, { pull = 'none', steadyUs = 0 } = {}) {
      const pin = await virtual.input(gpio, owner, { pull });
      const input = mirroredInput(mirror, pin);
      await orRelease(input, () => mirror.pin(gpio).listen(steadyUs));
      return input;
    },
    async close() {
      await virtual.close();
      await mirror.close();
    },
  };
}

/** If the driver refuses the claim, it releases the virtual pin. */
async function orRelease(pin: { release(): Promise<void> }, claim: () => Promise<unknown>): Promise<void> {
  try {
    await claim();
  } catch (error) {
    await pin.release().catch(() => undefined); // The first error has the reason.
    throw error;
  }
}

/** Keeps any output mode that a script has set. */
function becomeOutput({ board }: Mirror, gpio: number): void {
  if (board.mode(gpio) === 'input') board.setMode(gpio, 'output');
}

function mirroredPwm(mirror: Mirror, pin: PwmPin): PwmPin {
  const mirrored = mirror.pin(pin.gpio);
  return {
    gpio: pin.gpio,
    frequenciesHz: pin.frequenciesHz,
    state$: onceFollowed(mirrored, pin.state$).pipe(distinctUntilChanged(isSameState)),
    setDuty: (dutyPercent) => mirrored.drive('pwm', () => pin.setDuty(dutyPercent)),
    setFrequency: (frequencyHz) => mirrored.drive('pwm', () => pin.setFrequency(frequencyHz)),
    release: () => pin.release(),
  };
}

function mirroredOutput(mirror: Mirror, pin: OutputPin): OutputPin {
  const mirrored = mirror.pin(pin.gpio);
  return {
    gpio: pin.gpio,
    level$: onceFollowed(mirrored, pin.level$).pipe(distinctUntilChanged()),
    write: (level) => mirrored.drive('level', () => pin.write(level)),
    release: () => pin.release(),
  };
}

/** The state of the board's pin, emitted once the driver's pin has followed. */
function onceFollowed<T>({ followed$ }: MirroredPin, present$: Observable<T>): Observable<T> {
  const isReleased$ = present$.pipe(ignoreElements(), endWith(true));
  return followed$.pipe(
    startWith(undefined),
    switchMap(() => present$.pipe(take(1))),
    takeUntil(isReleased$),
  );
}

/** An input on a real pin. It has no `drive`, because a real pin has real wiring. */
function mirroredInput(mirror: Mirror, pin: InputPin): InputPin {
  let isReleased = false;
  return {
    gpio: pin.gpio,
    edges$: pin.edges$,
    async release() {
      if (isReleased) return;
      isReleased = true;
      await pin.release();
      await mirror.pin(pin.gpio).unlisten();
    },
  };
}
