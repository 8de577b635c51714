import type { Entry } from './entry.ts';
import type { SessionRecord, Ticket } from './session-record.ts';

interface MovingOptions {
  readonly isKnown: () => boolean;
  readonly stay: () => void;
  readonly end: () => void;
}

/** A session, away, that another hub may have, or get. It still takes messages, but does not expire. */
export class MovingSession {
  readonly #entry: Entry;
  readonly #options: MovingOptions;

  constructor(entry: Entry, options: MovingOptions) {
    this.#entry = entry;
    this.#options = options;
  }

  /** Whether it has not ended meanwhile. */
  get isKnown(): boolean {
    return this.#options.isKnown();
  }

  /** The ticket of the message that became due last; 0 if none is due. */
  get lastTicket(): Ticket {
    return this.#entry.session.lastTicket;
  }

  /** Writes all of it to another record. */
  copyTo(record: SessionRecord): void {
    record.update(this.#entry.state);
    this.#entry.session.copyTo(record);
  }

  /** Writes its state, and the messages that became due after a ticket, to another record. */
  copyDueTo(record: SessionRecord, after: Ticket): void {
    record.update({ ...this.#entry.state, will: undefined });
    this.#entry.session.copyDueTo(record, after);
  }

  /** It is another hub's, with all that became due up to a ticket: ends it here, without its will. Shared messages that came later go to other members. */
  end(lastTicket: Ticket): void {
    if (!this.isKnown) return;
    this.#entry.session.dropDue(lastTicket);
    this.#options.end();
  }

  /** No other hub has it: it waits for its client again. */
  stay(): void {
    if (this.isKnown) this.#options.stay();
  }
}
