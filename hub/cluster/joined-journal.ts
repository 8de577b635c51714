import type { HubError } from '../core/error.ts';
import type { Journal, Progress } from '../core/ports.ts';
import type { SessionJournal, SessionRecord } from '../session/store.ts';
import type { ClusterPeers } from './cluster-peers.ts';
import type { ClusterStore } from './cluster-store.ts';

/** The position of each journal. */
type Positions = readonly number[];

/**
 * Combines the progress of several journals. A position is safe once each journal is safe up to the position that it had at that time. The combined position
 * goes up by one each time one of the journals is found further than before.
 */
export class JoinedProgress implements Progress {
  readonly #parts: readonly Progress[];
  #last: Positions;
  /** The positions that may not be safe yet; the first has the number `#first`. */
  #marks: Positions[] = [];
  #first = 1;

  constructor(parts: readonly Progress[]) {
    this.#parts = parts;
    this.#last = parts.map(({ position }) => position);
    this.#marks.push(this.#last);
  }

  get position(): number {
    const last = this.#last;
    const parts = this.#parts;
    for (let index = 0; index < parts.length; index++)
      if (parts[index]?.position !== last[index]) return this.#advance();
    return this.#first + this.#marks.length - 1;
  }

  isSafe(position: number): boolean {
    this.#drop();
    const mark = this.#markOf(position);
    return mark === undefined || this.#isSafe(mark);
  }

  whenSafe(position: number, then: (failure?: HubError) => void): void {
    const mark = this.#markOf(position);
    if (mark) this.#await(mark, 0, then);
    else then();
  }

  #advance(): number {
    this.#drop();
    this.#last = this.#parts.map(({ position }) => position);
    this.#marks.push(this.#last);
    return this.#first + this.#marks.length - 1;
  }

  /** Forgets positions that are safe. */
  #drop(): void {
    let count = 0;
    for (let mark = this.#marks[0]; mark && this.#isSafe(mark); mark = this.#marks[count]) count++;
    if (count === 0) return;
    this.#marks = this.#marks.slice(count);
    this.#first += count;
  }

  /** Returns the positions of the journals; `undefined` if the position is safe. */
  #markOf(position: number): Positions | undefined {
    return position < this.#first ? undefined : this.#marks[position - this.#first];
  }

  #isSafe(mark: Positions): boolean {
    return this.#parts.every((part, index) => part.isSafe(mark[index] ?? 0));
  }

  #await(mark: Positions, index: number, then: (failure?: HubError) => void): void {
    const part = this.#parts[index];
    if (!part) then();
    else
      part.whenSafe(mark[index] ?? 0, (failure) => {
        if (failure) then(failure);
        else this.#await(mark, index + 1, then);
      });
  }
}

/** The journal of a hub in a cluster. Retained messages are in the ledger, so the log of this hub need not keep them. */
export class JoinedJournal extends JoinedProgress implements Journal, SessionJournal {
  readonly #kept: ClusterStore['journal'];
  readonly #ledger: ClusterPeers['ledger'];

  constructor(kept: ClusterStore['journal'], { ledger, interest }: ClusterPeers) {
    super([kept, ledger.writer, interest]);
    this.#kept = kept;
    this.#ledger = ledger;
  }

  /** Waits while a frame is being applied: the log of this hub must not get only half of the frame's effect. */
  commit(): void {
    if (!this.#ledger.isApplying) this.#kept.commit();
    this.#ledger.writer.commit();
  }

  /** A client need not wait until its queued messages have come back from the ledger, as they are in the log of this hub. */
  get ofSessions(): Progress {
    return this.#kept;
  }

  retain(): void {}

  forget(): void {}

  begin(): SessionRecord {
    return this.#kept.begin();
  }
}
