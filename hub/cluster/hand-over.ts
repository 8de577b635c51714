import { firstValueFrom, Subject, takeUntil, timer } from 'rxjs';
import { HandOverReceiver } from './hand-over-receiver.ts';
import { HandOverSender } from './hand-over-sender.ts';
import type { HandOverOptions } from './moving-options.ts';

/** How long to wait before failed work is tried again, milliseconds: twice as long each time, from the first to the second. */
const RETRY_MS = 250;
const LONGEST_RETRY_MS = 8_000;

/**
 * Moves sessions to the hub that has claimed their client, and takes those that this hub has claimed. A session is at exactly one hub, whichever hub dies: the
 * giver notes in its log that the session may be gone, the taker notes that it has arrived, and only then does the giver end it. In between, the giver asks.
 */
export class HandOver {
  readonly sender: HandOverSender;
  readonly receiver: HandOverReceiver;
  readonly #options: HandOverOptions;
  readonly #closed$ = new Subject<undefined>();
  #isClosed = false;

  constructor(options: HandOverOptions) {
    this.#options = options;
    const parts = { ...options, inBackground: (work: () => Promise<void>) => void this.#untilDone(work) };
    this.sender = new HandOverSender(parts);
    this.receiver = new HandOverReceiver(parts);
  }

  /** Continues the hand-overs in the log. Call it once the sessions are restored. */
  resume(): void {
    const { leaving, arrived } = this.#options.moves;
    for (const [clientIdentifier, one] of [...leaving]) this.sender.resume(clientIdentifier, one);
    for (const [handOver, one] of [...arrived]) this.receiver.resume(handOver, one);
  }

  close(): void {
    this.#isClosed = true;
    this.#closed$.next(undefined);
    this.sender.close();
    this.receiver.close();
  }

  /** Repeats work until it is done. Otherwise a session would stay between two hubs, and no hub could give it to its client. */
  async #untilDone(work: () => Promise<void>): Promise<void> {
    const { log, scheduler } = this.#options;
    for (let waitMs = RETRY_MS; !this.#isClosed; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS)) {
      try {
        return await work();
      } catch (err) {
        if (this.#isClosed) return;
        if (waitMs === RETRY_MS) log.warn({ err }, 'a session on its way between two hubs has to wait');
      }
      const waited$ = timer(waitMs, scheduler).pipe(takeUntil(this.#closed$));
      await firstValueFrom(waited$, { defaultValue: 0 });
    }
  }
}
