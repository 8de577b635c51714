import type { Mode } from './mode.ts';

/** A channel of the PWM peripheral, or a clock, and the mode that connects a GPIO to it. */
export interface Peripheral {
  readonly kind: 'hardware-pwm' | 'clock';
  readonly channel: number;
  readonly mode: Mode;
}

/** The GPIO that can be switched to hardware PWM (BCM2835 ARM Peripherals, table 6-31). */
const PWM = new Map<number, Peripheral>([
  [12, { kind: 'hardware-pwm', channel: 0, mode: 'alt0' }],
  [13, { kind: 'hardware-pwm', channel: 1, mode: 'alt0' }],
  [18, { kind: 'hardware-pwm', channel: 0, mode: 'alt5' }],
  [19, { kind: 'hardware-pwm', channel: 1, mode: 'alt5' }],
  [40, { kind: 'hardware-pwm', channel: 0, mode: 'alt0' }],
  [41, { kind: 'hardware-pwm', channel: 1, mode: 'alt0' }],
  [45, { kind: 'hardware-pwm', channel: 1, mode: 'alt0' }],
  [52, { kind: 'hardware-pwm', channel: 0, mode: 'alt1' }],
  [53, { kind: 'hardware-pwm', channel: 1, mode: 'alt1' }],
]);

/** The GPIO that can be switched to a general-purpose clock, from the same table. */
const CLOCK = new Map<number, Peripheral>([
  [4, { kind: 'clock', channel: 0, mode: 'alt0' }],
  [5, { kind: 'clock', channel: 1, mode: 'alt0' }],
  [6, { kind: 'clock', channel: 2, mode: 'alt0' }],
  [20, { kind: 'clock', channel: 0, mode: 'alt5' }],
  [21, { kind: 'clock', channel: 1, mode: 'alt5' }],
  [32, { kind: 'clock', channel: 0, mode: 'alt0' }],
  [34, { kind: 'clock', channel: 0, mode: 'alt0' }],
  [42, { kind: 'clock', channel: 1, mode: 'alt0' }],
  [43, { kind: 'clock', channel: 2, mode: 'alt0' }],
  [44, { kind: 'clock', channel: 1, mode: 'alt0' }],
]);

/** The hardware PWM of a GPIO, `undefined` if it has none. */
export function pwmPeripheral(gpio: number): Peripheral | undefined {
  return PWM.get(gpio);
}

/** The hardware clock of a GPIO, `undefined` if it has none. */
export function clockPeripheral(gpio: number): Peripheral | undefined {
  return CLOCK.get(gpio);
}

/** The PWM channel or clock that a GPIO is connected to inside the chip in a mode, if any. */
export function peripheralIn(gpio: number, mode: Mode): Peripheral | undefined {
  return [PWM.get(gpio), CLOCK.get(gpio)].find((peripheral) => peripheral?.mode === mode);
}
