import type { Observable } from 'rxjs';
import { HubError, quote } from '../hub/core/error.ts';
import type { Meter } from './meter.ts';
import type { InputOptions, InputPin, OutputPin, PinsHealth, PwmPin } from './pins/pins.ts';
import type { Pace } from './pipeline/pace.ts';
import type { Property, PropertySpec, ReadingSpec } from './property.ts';

/**
 * Defines what a device's topics do to its pins. A new kind is one file that exports a `DeviceKind`, plus a
 * line in the list of kinds that the runtime gets.
 */
export interface DeviceKind {
  /** The topic level before the id: `led`. */
  readonly kind: string;
  /**
   * The pins that an id names, so that a program can refuse a wrong device before it starts anything. Throws `device/invalid`. Without this method
   * such a device is refused when it opens.
   */
  gpios?(id: string): readonly number[];
  /**
   * Claims the pins that the id names, and returns the device's behavior. Rejects with `device/invalid` if the id
   * is not valid for this kind, or with the errors of `Pins`.
   */
  open(device: DeviceContext): Promise<OpenDevice>;
}

/** A device whose pins are claimed. */
export interface OpenDevice {
  /** The members of `…/info` specific to this device; kind, driver and name are added to them. */
  readonly info$: Observable<DeviceInfo>;
  /** The device's whole behavior: it runs while this is subscribed to. Emitted values are ignored. */
  readonly run$: Observable<unknown>;
}

/** The members that a device adds to its `…/info`. Each kind defines its own. */
export interface DeviceInfo {
  readonly [name: string]: unknown;
}

/** The services that a kind of device can use. */
export interface DeviceContext {
  /** The part of the topic after the kind: `21`. */
  readonly id: string;
  readonly pace: Pace;
  /** Records how long a write waits for its turn. */
  readonly meter: Meter;
  readonly health$: Observable<PinsHealth>;
  /** Claims a PWM pin for this device; it is released with the device. */
  pwm(gpio: number): Promise<PwmPin>;
  /** Claims a high/low pin for this device; it is released with the device. */
  output(gpio: number): Promise<OutputPin>;
  /** Claims an input for this device; it is released with the device. */
  input(gpio: number, options?: InputOptions): Promise<InputPin>;
  /** Creates a property of this device that clients may request to change. */
  property<T>(spec: PropertySpec<T>): Property<T>;
  /** Publishes a reading, such as a temperature, at `<name>/actual` while subscribed to: retained, at most one per interval, the last always. */
  reading<T>(spec: ReadingSpec<T>, actual$: Observable<T>): Observable<never>;
  /** Publishes an error at `…/error`, and logs it. */
  report(error: unknown): void;
}

/** The BCM number in a device's id. Throws `device/invalid`. The driver checks whether the board has that pin. */
export function parseGpio(id: string): number {
  if (/^\d{1,2}$/.test(id) && Number(id) <= 53) return Number(id);
  throw new HubError(
    'device/invalid',
    `${quote(id)} is not a GPIO number; it must be one of the header's, 2–27, as in "led/21"`,
  );
}
