import type { SchedulerLike, Subscription } from 'rxjs';
import type { Directory } from './directory.ts';

interface ExpiryWatchOptions {
  readonly directory: Directory;
  /** Its `now` is the time of day. */
  readonly scheduler: SchedulerLike;
}

/** How long at most until it is looked whether a token or login is over: the time of day may be set anew at any time. */
const STEP_MS = 5_000;

/**
 * Has a directory follow the time of day, in short steps as long as anything in it has an end: the time may leap there, or away from it and
 * back.
 */
export class ExpiryWatch {
  readonly #options: ExpiryWatchOptions;
  #next: Subscription | undefined;
  #isClosed = false;

  constructor(options: ExpiryWatchOptions) {
    this.#options = options;
  }

  /** To be called when the directory has other things in it. */
  arm(): void {
    this.#next?.unsubscribe();
    const { directory, scheduler } = this.#options;
    const { untilExpiryMs } = directory;
    // What was being read when this was closed must not keep the process waiting.
    if (untilExpiryMs === undefined || this.#isClosed) return;
    const look = () => {
      directory.followClock();
      this.arm();
    };
    this.#next = scheduler.schedule(look, Math.min(untilExpiryMs, STEP_MS));
  }

  close(): void {
    this.#isClosed = true;
    this.#next?.unsubscribe();
  }
}
