interface Watchdog {
  readonly timeoutUs: number;
  sinceUs: number;
}

/** The watchdogs of GPIO 0–31: each fires when its pin has not changed for so long, again and again. */
export class Watchdogs {
  readonly #watchdogs = new Map<number, Watchdog>();

  /** Sets a timeout, microseconds, from now on; 0 takes the watchdog away. */
  set(gpio: number, timeoutUs: number, nowUs: number): void {
    if (timeoutUs === 0) this.#watchdogs.delete(gpio);
    else this.#watchdogs.set(gpio, { timeoutUs, sinceUs: nowUs });
  }

  /** The pin has changed: the watchdog begins anew. */
  appease(gpio: number, us: number): void {
    const watchdog = this.#watchdogs.get(gpio);
    if (watchdog) watchdog.sinceUs = us;
  }

  /** Somebody listens from now on. It has been firing unheard: what is left is the rest of its present round. */
  resume(gpio: number, nowUs: number): void {
    const watchdog = this.#watchdogs.get(gpio);
    if (watchdog) watchdog.sinceUs = nowUs - ((nowUs - watchdog.sinceUs) % watchdog.timeoutUs);
  }

  /** When a pin's fires next, `Infinity` where it has none. */
  dueUs(gpio: number): number {
    const watchdog = this.#watchdogs.get(gpio);
    return watchdog ? watchdog.sinceUs + watchdog.timeoutUs : Number.POSITIVE_INFINITY;
  }

  /** Fires all that are due of those listened to. Returns their GPIO, a bit each. */
  fire(nowUs: number, isHeard: (gpio: number) => boolean): number {
    let bits = 0;
    for (const [gpio, watchdog] of this.#watchdogs) {
      if (!isHeard(gpio) || this.dueUs(gpio) > nowUs) continue;
      watchdog.sinceUs = nowUs;
      bits |= 1 << gpio;
    }
    return bits >>> 0;
  }
}
