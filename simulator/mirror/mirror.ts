import type { Observable, Subscription } from 'rxjs';
import type { Pins, PinsHealth } from '../../devices/pins/pins.ts';
import type { HubError } from '../../hub/core/error.ts';
import type { Board } from '../board/board.ts';
import { MirroredPin } from './mirrored-pin.ts';

export interface MirrorOptions {
  /** A board without any wiring. It applies pigpio's rules for modes, ranges and frequencies. */
  readonly board: Board;
  /** The pins of a driver. Nothing else should claim any of them. */
  readonly pins: Pins;
  /** Called with the reason if a driver's pin does not follow the board's; the same reason only once until a claim of the pin succeeds. */
  readonly onFault?: (error: HubError) => void;
}

/**
 * A board with a driver's pins behind it. The driver's outputs follow the board's outputs. The board gets the levels of the driver's inputs, and
 * shows what other programs do to the driver's outputs. A pin is claimed when the board uses it: as an output when it becomes one, as an input when
 * it is read or watched.
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
        .catch(() => undefined); // `onFault` already got this error.
    });
  }

  /** The pin behind a GPIO of the board. */
  pin(gpio: number): MirroredPin {
    const known = this.#mirrored.get(gpio) ?? this.#mirrorPin(gpio);
    this.#mirrored.set(gpio, known);
    return known;
  }

  /** Passes `onFault` an error that no pin has reported. */
  report(error: HubError): void {
    this.#options.onFault(error);
  }

  /** Releases all pins. Their light does not change. The driver stays open. Rejects with the driver's first error. */
  async close(): Promise<void> {
    this.#subscription.unsubscribe();
    await Promise.all([...this.#mirrored.values()].map((pin) => pin.close()));
  }

  /** A driver may reach its pins in several ways, and be online while one pin is unreachable. */
  #mirrorPin(gpio: number): MirroredPin {
    return new MirroredPin({ gpio, health$: this.healthOf?.(gpio) ?? this.health$, ...this.#options });
  }
}
