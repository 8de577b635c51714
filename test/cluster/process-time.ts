import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';

/** The time of one process, which can be stopped while that of the others continues. Work that becomes due meanwhile runs as soon as the time continues. */
export class ProcessTime implements SchedulerLike {
  readonly #time: SchedulerLike;
  #held: (() => void)[] = [];
  #isFrozen = false;
  #isEnded = false;

  constructor(time: SchedulerLike) {
    this.#time = time;
  }

  now(): number {
    return this.#time.now();
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    const take = (step: () => void) => this.take(step);
    return this.#time.schedule<T>(
      function (given) {
        take(() => !this.closed && work.call(this, given));
      },
      delay,
      state,
    );
  }

  /** Does something within the process: now, or when the process is thawed. Does nothing once the process has ended. */
  take(step: () => void): void {
    if (this.#isEnded) return;
    if (this.#isFrozen) this.#held.push(step);
    else step();
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  set isFrozen(isFrozen: boolean) {
    this.#isFrozen = isFrozen;
    if (!isFrozen) for (const step of this.#held.splice(0)) this.take(step);
  }

  end(): void {
    this.#isEnded = true;
    this.#held = [];
  }
}
