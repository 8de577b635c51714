interface Watchdog {
  readonly timeoutUs: number;
  sinceUs: number;
}

/** The watchdogs of GPIO 0–31: each fires repeatedly while its pin does not change for the timeout. */
export class Watchdogs {
  readonly #watchdogs = new Map<number, Watchdog>();

  /** Sets a timeout, microseconds, from now on; 0 removes the watchdog. */
  set(gpio: number, timeoutUs: number, nowUs: number): void {
    if (timeoutUs === 0) this.#watchdogs.delete(gpio);
    else this.#watchdogs.set(gpio, { timeoutUs, sinceUs: nowUs });
  }

  /** Restarts the watchdog because the pin has changed. */
  restart(gpio: number, us: number): void {
    const watchdog = this.#watchdogs.get(gpio);
    if (watchdog) watchdog.sinceUs = us;
  }

  /**
   * Call this when somebody starts to listen. The watchdog fired unheard until now, so the rest of its current round
   * remains.
   */
  resume(gpio: number, nowUs: number): void {
    const watchdog = this.#watchdogs.get(gpio);
    if (watchdog) watchdog.sinceUs = nowUs - ((nowUs - watchdog.sinceUs) % watchdog.timeoutUs);
  }

  /** When the watchdog of a pin fires next, `Infinity` if it has none. */
  dueUs(gpio: number): number {
    const watchdog = this.#watchdogs.get(gpio);
    return watchdog ? watchdog.sinceUs + watchdog.timeoutUs : Number.POSITIVE_INFINITY;
  }

  /** Fires all due watchdogs that somebody listens to. Returns their GPIO, one bit each. */
  fire(nowUs: number, isWatched: (gpio: number) => boolean): number {
    let bits = 0;
    for (const [gpio, watchdog] of this.#watchdogs) {
      if (!isWatched(gpio) || this.dueUs(gpio) > nowUs) continue;
      watchdog.sinceUs = nowUs;
      bits |= 1 << gpio;
    }
    return bits >>> 0;
  }
}
