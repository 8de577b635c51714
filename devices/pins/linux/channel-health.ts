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

/** How often a channel is looked for that is missed, milliseconds: it takes somebody who adds an overlay. */
export const LOOK_AGAIN_MS = 2000;

/** Whether a GPIO has the PWM channel that somebody wants. */
export class ChannelHealth {
  /** `online` or `offline` at once, then each change. A channel that is missed is looked for while somebody observes this. */
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
      catchError(() => EMPTY), // The next claim says why.
      ignoreElements(),
      repeat(),
    );
    this.health$ = this.#health.pipe(
      distinctUntilChanged((one, other) => one.status === other.status && one.isMissed === other.isMissed),
      switchMap((health) => (health.isMissed ? concat(of(health), search$) : of(health))),
    );
  }

  /** Notes that the channel was wanted and is not there. */
  miss(): void {
    const reason = `GPIO ${this.#gpio} has no PWM channel`;
    this.#health.next({ status: 'offline', reason, isMissed: true });
  }

  /** Notes whether a channel that was found is still there. */
  note(health: PinsHealth): void {
    this.#health.next(health);
  }
}
