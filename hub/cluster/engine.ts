import type { Observable, Subscription } from 'rxjs';
import { HubError } from '../core/error.ts';

/** The cluster has not answered in time. The operation may have happened, or may still happen. */
export class UnansweredError extends HubError {
  constructor(message: string, options?: ErrorOptions) {
    super('store/unavailable', message, options);
  }
}

/**
 * What hubs of a cluster share: ordered logs, cells that are changed by compare and set, casts, which may be lost, and questions. Names of logs, cells
 * and channels are made of letters, digits and hyphens. Whatever has no answer in time rejects with
 * `UnansweredError`. `test/contracts/engine.ts` tests every implementation.
 */
export interface Engine {
  /** The longest entry of a log, bytes. */
  readonly maxEntryBytes: number;
  /** Whether the others can be reached; the present state first. Completes when the engine is closed. */
  readonly reachable$: Observable<boolean>;
  /** A log by its name. It is made if there is none. */
  log(name: string): Promise<SharedLog>;
  /** What a cell holds; `undefined` if it was never set. */
  cell(key: string): Promise<CellValue | undefined>;
  /** Sets a cell if it still has this revision, 0 for a new one. Resolves to whether it had. */
  setCell(key: string, text: string, revision: number): Promise<boolean>;
  /**
   * Tells all who listen to the channel, at most once. What one process casts, to whichever channels, is heard in order while the connections hold. A cast has at
   * most `maxEntryBytes`.
   */
  cast(channel: string, bytes: Uint8Array): void;
  heard$(channel: string): Observable<Uint8Array>;
  /** Asks whoever answers on the channel; channels of casts are others. Rejects with `UnansweredError` after `withinMs`, and at once if nobody is there. */
  ask(channel: string, bytes: Uint8Array, withinMs: number): Promise<Uint8Array>;
  /** Answers questions until the subscription ends. If the handler rejects, the one who asked gets no answer. */
  answer(channel: string, handler: (bytes: Uint8Array) => Promise<Uint8Array>): Subscription;
  /** The names of processes that have ended their connection and have not made another, as soon as the servers know it; never emits without the right to hear it. */
  readonly gone$: Observable<string>;
  close(): Promise<void>;
}

/** The next entry of a log that is followed was trimmed. */
export function trimmed(sequence: number): HubError {
  return new HubError('store/unavailable', `entry ${sequence} of a log was trimmed before it was read`);
}

export interface CellValue {
  readonly text: string;
  readonly revision: number;
}

export interface LogEntry {
  /** Its place in the log: 1 for the first, and one more for each that follows. */
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** What has become of an entry. `refused`: the last one was not the one that it should follow. `full`: there is no room. */
export type Appended =
  | { readonly kind: 'appended'; readonly sequence: number }
  | { readonly kind: 'refused' }
  | { readonly kind: 'full'; readonly reason: string };

/** A log in which all hubs see the same entries in the same order. */
export interface SharedLog {
  /** Appends behind the entry with the sequence `after`, or, without it, behind whichever is the last. */
  append(bytes: Uint8Array, after?: number): Promise<Appended>;
  /** The same behind whichever is the last, without an answer, which costs less: the entry may be lost, as casts may. */
  post(bytes: Uint8Array): void;
  /** The entry with this sequence; `undefined` if there is none. It misses none whose append was answered before. */
  read(sequence: number): Promise<LogEntry | undefined>;
  /** The sequences of the first and the last entry. In an empty log, the last is the one before the first. */
  range(): Promise<{ readonly first: number; readonly last: number }>;
  /** The entries from `first` to `last`, in order, without those that are trimmed meanwhile. */
  entries(first: number, last: number): AsyncIterable<LogEntry>;
  /**
   * The entries from `first` on, in order, as they are appended, through all losses of connection. Errors with `store/unavailable` if the next
   * one was trimmed.
   */
  follow$(first: number): Observable<LogEntry>;
  /** Whether the servers say that there is no such log any more. */
  isGone(): Promise<boolean>;
  /** Removes the entries before this sequence. */
  trim(first: number): Promise<void>;
}
