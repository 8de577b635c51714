import { HandOverReceiver } from './hand-over-receiver.ts';
import { HandOverSender } from './hand-over-sender.ts';
import type { HandOverOptions } from './moving-options.ts';

/**
 * Moves sessions to the hub that has claimed their client, and takes those that this hub has claimed. A session is at exactly one hub, whichever hub dies: the
 * giver notes in its log that the session may be gone, the taker notes that it has arrived, and only then does the giver end it. In between, the giver asks.
 */
export class HandOver {
  readonly sender: HandOverSender;
  readonly receiver: HandOverReceiver;
  readonly #options: HandOverOptions;
  #isClosed = false;

  constructor(options: HandOverOptions) {
    this.#options = options;
    const parts = { ...options, inBackground: (work: Promise<void>) => this.#inBackground(work) };
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
    this.sender.close();
    this.receiver.close();
  }

  #inBackground(work: Promise<void>): void {
    work.catch((err: unknown) => {
      if (!this.#isClosed)
        this.#options.log.warn({ err }, 'a session on its way between two hubs has to wait');
    });
  }
}
