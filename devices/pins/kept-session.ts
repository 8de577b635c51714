import {
  asyncScheduler,
  BehaviorSubject,
  distinctUntilChanged,
  type Observable,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { HubError, toHubError } from '../../hub/core/error.ts';
import type { PinsHealth } from './pins.ts';

/** A connection to a daemon or library, from the moment it is found until it is lost. */
export interface Losable {
  /** Resolves with the reason once the connection is lost. */
  readonly closed: Promise<string>;
  close(reason: string): void;
}

export interface RetryOptions {
  /** The delay before the first retry, milliseconds; it doubles with each retry, up to `maxRetryMs`. Default 100. */
  readonly retryMs?: number;
  /** The maximum delay between retries, milliseconds. Default 2000. */
  readonly maxRetryMs?: number;
  readonly scheduler?: SchedulerLike;
}

export interface SessionSource<S extends Losable> {
  /** Makes one attempt. Rejects with the reason for `health$`. */
  open(): Promise<S>;
  /** Prepares a new session before anybody uses it: restores the pins to their state in the last session. */
  takeUp(session: S): Promise<void>;
}

const CLOSED = 'the driver was closed';

/** One session at a time. It is reopened whenever it is lost, until `close`. */
export class KeptSession<S extends Losable> {
  /** `online` or `offline` on subscription, then each change. */
  readonly health$: Observable<PinsHealth>;
  readonly #source: SessionSource<S>;
  readonly #options: Required<RetryOptions>;
  readonly #health = new BehaviorSubject<PinsHealth>({ status: 'offline', reason: 'not connected yet' });
  /** The newest session, even if it is still being prepared. */
  #newest: S | undefined;
  #ready: S | undefined;
  #retryMs: number;
  /** The timer for the next attempt. */
  #nextAttempt: Subscription | undefined;
  #isClosed = false;

  constructor(source: SessionSource<S>, options: RetryOptions = {}) {
    this.#source = source;
    this.#options = { retryMs: 100, maxRetryMs: 2000, scheduler: asyncScheduler, ...options };
    this.#retryMs = this.#options.retryMs;
    // Every failed attempt has a reason, but only the first one is emitted.
    this.health$ = this.#health.pipe(distinctUntilChanged((one, other) => one.status === other.status));
  }

  /** The session, if it is ready to use. */
  get session(): S | undefined {
    return this.#ready;
  }

  /** The session. Throws `driver/unavailable` with the reason if there is none. */
  present(): S {
    if (this.#ready) return this.#ready;
    const { value } = this.#health;
    throw new HubError('driver/unavailable', value.status === 'offline' ? value.reason : 'no connection');
  }

  /** Tries once to connect. If that fails, or the session is lost, it keeps trying until `close`. */
  async connect(): Promise<void> {
    try {
      const session = await this.#source.open();
      if (this.#isClosed) return session.close(CLOSED);
      this.#newest = session;
      void session.closed.then((reason) => this.#lose(reason));
      await this.#prepare(session);
    } catch (error) {
      this.#lose(toHubError(error).message);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#nextAttempt?.unsubscribe();
    try {
      this.#newest?.close(CLOSED);
    } finally {
      this.#lose(CLOSED);
    }
  }

  async #prepare(session: S): Promise<void> {
    try {
      await this.#source.takeUp(session);
    } catch (error) {
      return session.close(toHubError(error).message);
    }
    // During the preparation the session may have been lost, or the driver closed.
    if (this.#newest !== session) return;
    this.#ready = session;
    this.#retryMs = this.#options.retryMs;
    this.#health.next({ status: 'online' });
  }

  #lose(reason: string): void {
    this.#newest = this.#ready = undefined;
    this.#health.next({ status: 'offline', reason: this.#isClosed ? CLOSED : reason });
    if (this.#isClosed) return;
    const { scheduler, maxRetryMs } = this.#options;
    this.#nextAttempt = scheduler.schedule(() => void this.connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, maxRetryMs);
  }
}
