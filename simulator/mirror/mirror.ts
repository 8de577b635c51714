import type { Observable, Subscription } from 'rxjs';
import type { Pins, PinsHealth } from '../../devices/pins/pins.ts';
import type { HubError } from '../../hub/core/error.ts';
import type { Board } from '../board/board.ts';
import { MirroredPin } from './mirrored-pin.ts';

export interface MirrorOptions {
  /** A board that nothing is wired to. It keeps the rules of pigpio: modes, ranges, frequencies. */
  readonly board: Board;
  /** The pins of a driver. Nobody else should claim any. */
  readonly pins: Pins;
  /** Hears why a pin of the driver does not do what the board's does; the same reason once until a claim of the pin succeeds. */
  readonly onFault?: (error: HubError) => void;
}

/**
 * A board with the pins of a driver behind it. What the board's outputs do, the driver's do; the levels of the driver's inputs arrive at the
 * board, and so does what other programs make of the driver's outputs. A pin is claimed when the board uses it: as an output when it becomes one, as an input when it is read or watched.
 */
export class Mirror {
  readonly board: Board;
  readonly driver: string;
  readonly health$: Observable<PinsHealth>;
  readonly healthOf: Pins['healthOf'];
  readonly #options: Required<MirrorOptions>;
  readonly #mirrored = new Map<number, MirroredPin>();
  readonly #subscription: Subscription;

  constructor({ board, pins, onFault = () => {} }: MirrorOptions) {
    this.board = board;
    this.driver = pins.driver;
    this.health$ = pins.health$;
    this.healthOf = pins.healthOf?.bind(pins);
    this.#options = { board, pins, onFault };
    this.#subscription = board.changes$.subscribe((gpio) => {
      this.pin(gpio)
        .settle()
        .catch(() => undefined); // `onFault` has heard of it.
    });
  }

  /** The pin behind a GPIO of the board. */
  pin(gpio: number): MirroredPin {
    const known = this.#mirrored.get(gpio) ?? this.#mirrorPin(gpio);
    this.#mirrored.set(gpio, known);
    return known;
  }

  /** Tells `onFault` of a failure that no pin has told of. */
  report(error: HubError): void {
    this.#options.onFault(error);
  }

  /** Gives all pins up. Light stays as it is. The driver stays open. Rejects with the driver's first error. */
  async close(): Promise<void> {
    this.#subscription.unsubscribe();
    await Promise.all([...this.#mirrored.values()].map((pin) => pin.close()));
  }

  /** A driver may have several ways to its pins, and be online while that to one pin is away. */
  #mirrorPin(gpio: number): MirroredPin {
    return new MirroredPin({ gpio, health$: this.healthOf?.(gpio) ?? this.health$, ...this.#options });
  }
}
