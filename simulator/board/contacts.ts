import type { Level } from '../../devices/pins/pins.ts';
import { bounceTimes } from './bounce-times.ts';
import type { Cancel } from './clock.ts';
import type { Pin } from './pin.ts';
import type { PinHost } from './pin-host.ts';
import { Burst, constant } from './signal.ts';

/** The external wires on the pins, each with a contact that may bounce. */
export class Contacts {
  readonly #host: PinHost;
  readonly #bouncing = new Map<Pin, Cancel>();
  #bounces = 0;

  constructor(host: PinHost) {
    this.#host = host;
  }

  /** Connects a pin to a level, or to nothing; the contact first bounces for this long, microseconds. */
  connect(pin: Pin, level: Level | undefined, bounceUs: number): void {
    this.#bouncing.get(pin)?.();
    this.#bouncing.delete(pin);
    const before = pin.outside.levelAt(this.#host.clock.nowUs());
    const after = level ?? pin.pulled;
    if (bounceUs > 0 && before !== after) this.#bounce(pin, level, after, bounceUs);
    else this.#rest(pin, level);
  }

  /** Cancels its timers. */
  close(): void {
    for (const cancel of this.#bouncing.values()) cancel();
    this.#bouncing.clear();
  }

  #rest(pin: Pin, level: Level | undefined): void {
    const now = this.#host.settle();
    pin.wire = level === undefined ? undefined : constant(level);
    this.#host.changed(pin, now);
  }

  #bounce(pin: Pin, level: Level | undefined, after: Level, bounceUs: number): void {
    const now = this.#host.settle();
    pin.wire = new Burst(after, bounceTimes(now(), bounceUs, ++this.#bounces), constant(after));
    this.#host.changed(pin, now);
    const rest = () => {
      this.#bouncing.delete(pin);
      this.#rest(pin, level);
    };
    this.#bouncing.set(pin, this.#host.clock.schedule(bounceUs, rest));
  }
}
