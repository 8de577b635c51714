import type { Observable } from 'rxjs';
import { HubError, quote } from '../hub/core/error.ts';
import type { Meter } from './meter.ts';
import type { InputOptions, InputPin, OutputPin, PinsHealth, PwmPin } from './pins/pins.ts';
import type { Pace } from './pipeline/pace.ts';
import type { Property, PropertySpec, ReadingSpec } from './property.ts';

/**
 * What the topics of a device mean for its pins. A new kind is one file that exports one of these, and a
 * line in the list of kinds that the runtime is given.
 */
export interface DeviceKind {
  /** The first level of its topics, before the id: `led`. */
  readonly kind: string;
  /**
   * Claims the pins that the id names, and says what is to happen. Rejects with `device/invalid` where the id
   * is none of this kind, or with what `Pins` rejects with.
   */
  open(device: DeviceContext): Promise<OpenDevice>;
}

/** A device whose pins are claimed. */
export interface OpenDevice {
  /** What is particular about it, for `…/info`; kind, driver and name are added to it. */
  readonly info$: Observable<DeviceInfo>;
  /** The device's whole behaviour: it acts while this is subscribed to, and what it emits is of no interest. */
  readonly run$: Observable<unknown>;
}

/** What a device tells of itself. Every kind adds its own. */
export interface DeviceInfo {
  readonly [name: string]: unknown;
}

/** What a kind of device is given to work with. */
export interface DeviceContext {
  /** What stands after the kind: `21`. */
  readonly id: string;
  readonly pace: Pace;
  /** Is told how long what is to be written waits for its turn. */
  readonly meter: Meter;
  readonly health$: Observable<PinsHealth>;
  /** Claims a pin for this device; it is released with the device. */
  pwm(gpio: number): Promise<PwmPin>;
  /** Claims a pin that is only high or low for this device; it is released with the device. */
  output(gpio: number): Promise<OutputPin>;
  /** Claims an input for this device; it is released with the device. */
  input(gpio: number, options?: InputOptions): Promise<InputPin>;
  /** A property of this device that anyone may ask to change. */
  property<T>(spec: PropertySpec<T>): Property<T>;
  /** Publishes what the device reads, as a thermometer does, at `<name>/actual`, while subscribed to: retained, at most one per interval, the last always. */
  reading<T>(spec: ReadingSpec<T>, actual$: Observable<T>): Observable<never>;
  /** Says at `…/error`, and in the log, what went wrong. */
  report(error: unknown): void;
}

/** The BCM number in a device's id. Throws `device/invalid`. What pins the board has, the driver knows. */
export function parseGpio(id: string): number {
  if (/^\d{1,2}$/.test(id) && Number(id) <= 53) return Number(id);
  throw new HubError(
    'device/invalid',
    `${quote(id)} is no GPIO number; it must be one of the header's, 2–27, as in "led/21"`,
  );
}
