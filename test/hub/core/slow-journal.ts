import type { HubError } from '../../../hub/core/error.ts';
import type { Journal } from '../../../hub/core/ports.ts';
import { NO_RECORD, type SessionJournal, type SessionRecord } from '../../../hub/session/store.ts';

/** A journal on a disk that takes as long as the test wants: nothing is safe before `makeSafe`. It counts its calls, and keeps nothing. */
export class SlowJournal implements Journal, SessionJournal {
  position = 0;
  #safe = 0;
  #waiting: { position: number; then: (failure?: HubError) => void }[] = [];
  readonly #record: SessionRecord;

  constructor() {
    const tell = () => void this.position++;
    const due = () => ++this.position;
    const told = {
      update: tell,
      subscribe: tell,
      unsubscribe: tell,
      enqueue: due,
      send: tell,
      release: tell,
    };
    this.#record = { ...NO_RECORD, ...told, finish: tell, receive: tell, forget: tell, end: tell };
  }

  isSafe(position: number): boolean {
    return position <= this.#safe;
  }

  whenSafe(position: number, then: (failure?: HubError) => void): void {
    if (this.isSafe(position)) then();
    else this.#waiting.push({ position, then });
  }

  /** Makes everything safe that is recorded by now. */
  makeSafe(): void {
    this.#safe = this.position;
    for (const { then } of this.#waiting.splice(0)) then();
  }

  commit(): void {
    // From here on, the content is on its way to the slow disk.
  }

  retain(): void {
    this.position++;
  }

  forget(): void {
    this.position++;
  }

  begin(): SessionRecord {
    return this.#record;
  }
}
