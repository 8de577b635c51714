import { networkOf } from '../../limits/network.ts';
import { RateLimiter } from '../../limits/rate-limiter.ts';
import { MqttError, ReasonCode } from './codec/index.ts';
import type { MqttLimits } from './limits.ts';

/** A burst may hold the connections of so many seconds: after a power cut, all clients come back at once. */
const BURST_SECONDS = 5;

/** Limits how fast clients of one network connect. */
export class Admission {
  readonly #limits: MqttLimits;
  readonly #rate: RateLimiter;

  constructor(limits: MqttLimits, now: () => number) {
    const { connectsPerSecond } = limits;
    this.#limits = limits;
    this.#rate = new RateLimiter({
      now,
      burst: connectsPerSecond * BURST_SECONDS,
      everyMs: 1000 / connectsPerSecond,
    });
  }

  /** Counts a CONNECT. Throws `limit/exceeded` if they come too fast from one network. */
  admit(address: string): void {
    if (this.#rate.take(networkOf(address)) === 0) return;
    const { connectsPerSecond } = this.#limits;
    const message = `more than ${connectsPerSecond} connections a second; try again`;
    throw new MqttError('limit/exceeded', message, ReasonCode.ConnectionRateExceeded);
  }
}
