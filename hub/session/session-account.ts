import { HubError } from '../core/error.ts';
import type { SessionCounters } from './counters.ts';
import type { SessionLimits } from './limits.ts';

/** What a session takes in memory beside its messages, counted against all of them together: its identifier, its will, its subscriptions. */
export class SessionAccount {
  #bytes = 0;
  readonly #limits: SessionLimits;
  readonly #counters: SessionCounters;

  constructor(limits: SessionLimits, counters: SessionCounters) {
    this.#limits = limits;
    this.#counters = counters;
  }

  /** Counts bytes, if there is room. Throws `limit/exceeded`, naming what there is no room for. */
  take(bytes: number, what: string): void {
    ensureRoom(bytes, what, this.#limits, this.#counters);
    this.restore(bytes);
  }

  /** Counts bytes that were there before. */
  restore(bytes: number): void {
    this.#bytes += bytes;
    this.#counters.sessionBytes += bytes;
  }

  free(bytes: number): void {
    this.restore(-bytes);
  }

  /** The session is over. */
  close(): void {
    this.free(this.#bytes);
  }
}

/** Throws `limit/exceeded`, naming what there is no room for. */
export function ensureRoom(
  bytes: number,
  what: string,
  { totalSessionBytes }: SessionLimits,
  counters: SessionCounters,
): void {
  if (counters.sessionBytes + bytes <= totalSessionBytes) return;
  const message = `no room for ${what}: all sessions together may take ${totalSessionBytes} bytes`;
  throw new HubError('limit/exceeded', message, { reasonCode: 0x97 });
}

/** What a session takes by itself, bytes. */
const SESSION_BYTES = 1_000;
/** What a subscription takes beside its filter, in its session and in the tree of all. */
const SUBSCRIPTION_BYTES = 500;
const BYTES_PER_UNIT = 2;

export function sessionBytes(clientIdentifier: string): number {
  return SESSION_BYTES + clientIdentifier.length * BYTES_PER_UNIT;
}

export function subscriptionBytes(filter: string): number {
  return SUBSCRIPTION_BYTES + filter.length * BYTES_PER_UNIT;
}
