import { HubError, quote } from '../core/error.ts';
import { networkOf } from '../limits/network.ts';
import { RateLimiter } from '../limits/rate-limiter.ts';

/** Wrong codes from one network: a class that mistypes behind one router, then one in two seconds. 31⁵ codes would take it a year. */
const RATE = { burst: 40, everyMs: 2_000 };

/** Counts wrong codes, by the network that they come from. */
export class Guesses {
  readonly #rate: RateLimiter;

  /** `elapsedMs`: a clock that never jumps. */
  constructor(elapsedMs: () => number) {
    this.#rate = new RateLimiter({ now: elapsedMs, ...RATE });
  }

  /** Throws `limit/exceeded` after too many wrong codes, even if the next one is right: somebody who guesses must not learn that. */
  check(address: string): void {
    const waitMs = this.#rate.waitMs(networkOf(address));
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    throw new HubError('limit/exceeded', `too many wrong codes from your network; wait ${seconds} s`, {
      retryAfterSeconds: seconds,
    });
  }

  /** Counts a wrong code; returns the error for it. */
  count(typed: string, address: string): HubError {
    this.#rate.take(networkOf(address));
    return new HubError('auth/wrong', `${quote(typed, 12)} is not the code of this class, or of a seat`);
  }
}
