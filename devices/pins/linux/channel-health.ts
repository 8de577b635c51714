import {
  BehaviorSubject,
  catchError,
  concat,
  distinctUntilChanged,
  EMPTY,
  ignoreElements,
  type Observable,
  of,
  repeat,
  type SchedulerLike,
  switchMap,
  timer,
} from 'rxjs';
import type { PinsHealth } from '../pins.ts';

/** How often to look for a missing channel, milliseconds. It appears only when somebody adds an overlay. */
export const LOOK_AGAIN_MS = 2000;

/** Tracks whether a GPIO has the PWM channel that a device wants. */
export class ChannelHealth {
  /** `online` or `offline` on subscription, then each change. While somebody observes this, a missing channel is looked for. */
  readonly health$: Observable<PinsHealth>;
  readonly #gpio: number;
  readonly #health = new BehaviorSubject<PinsHealth & { readonly isMissed?: boolean }>({ status: 'online' });

  /** `find` resolves to whether the channel is there now. */
  constructor(gpio: number, find: () => Promise<boolean>, scheduler: SchedulerLike) {
    this.#gpio = gpio;
    const look = async () => {
      if (await find()) this.note({ status: 'online' });
    };
    const search$ = timer(LOOK_AGAIN_MS, scheduler).pipe(
      switchMap(look),
      catchError(() => EMPTY), // The next claim reports the reason.
      ignoreElements(),
      repeat(),
    );
    this.health$ = this.#health.pipe(
      distinctUntilChanged((one, other) => one.status === other.status && one.isMissed === other.isMissed),
      switchMap((health) => (health.isMissed ? concat(of(health), search$) : of(health))),
    );
  }

  /** Records that the channel was wanted and is missing. */
  miss(): void {
    const reason = `GPIO ${this.#gpio} has no PWM channel`;
    this.#health.next({ status: 'offline', reason, isMissed: true });
  }

  /** Records whether a channel that was found is still there. */
  note(health: PinsHealth): void {
    this.#health.next(health);
  }
}
