import { HubError } from '../../core/error.ts';
import { ReasonCode } from './codec/index.ts';
import type { MqttLimits } from './limits.ts';

/** So many seconds' worth of connections may come at once: after a power cut, all do. */
const BURST_SECONDS = 5;

/** Counts how fast new clients come, and what is kept for those that have not been let in. */
export class Admission {
  #strangerBytes = 0;
  #allowance: number;
  #countedAt: number;
  readonly #limits: MqttLimits;
  readonly #now: () => number;

  constructor(limits: MqttLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
    this.#countedAt = now();
    this.#allowance = limits.connectsPerSecond * BURST_SECONDS;
  }

  /** Counts bytes that have come from a stranger. Throws `limit/exceeded` where there are too many, from all of them. */
  keep(bytes: number): void {
    this.#strangerBytes += bytes;
    if (this.#strangerBytes <= this.#limits.strangerBytes) return;
    throw new HubError('limit/exceeded', 'too many connections have begun and not said who they are', {
      reasonCode: ReasonCode.ServerBusy,
    });
  }

  /** Forgets bytes of a stranger who was let in, or has gone. */
  forget(bytes: number): void {
    this.#strangerBytes -= bytes;
  }

  /** Counts a CONNECT. Throws `limit/exceeded` where they come too fast. */
  admit(): void {
    const { connectsPerSecond } = this.#limits;
    const now = this.#now();
    const earned = ((now - this.#countedAt) / 1000) * connectsPerSecond;
    this.#countedAt = now;
    this.#allowance = Math.min(this.#allowance + earned, connectsPerSecond * BURST_SECONDS);
    if (this.#allowance < 1) {
      throw new HubError('limit/exceeded', `more than ${connectsPerSecond} connections a second; try again`, {
        reasonCode: ReasonCode.ConnectionRateExceeded,
      });
    }
    this.#allowance--;
  }
}
