import type { Observable, Subscription } from 'rxjs';
import { HubError } from '../core/error.ts';

/** The cluster has not answered in time. The operation may have happened, or may still happen. */
export class UnansweredError extends HubError {
  constructor(message: string, options?: ErrorOptions) {
    super('store/unavailable', message, options);
  }
}

/**
 * The services that hubs of a cluster share: ordered logs, cells that are changed by compare-and-set, casts, which may be lost, and questions. Names of logs, cells
 * and channels consist of letters, digits and hyphens. Operations without an answer in time reject with
 * `UnansweredError`. `test/contracts/engine.ts` tests every implementation.
 */
export interface Engine {
  /** The maximum length of a log entry, bytes. */
  readonly maxEntryBytes: number;
  /** Whether the other processes can be reached; the present state first. Completes when the engine is closed. */
  readonly reachable$: Observable<boolean>;
  /** The log with this name. It is created if it does not exist. */
  log(name: string): Promise<SharedLog>;
  /** The content of a cell; `undefined` if it was never set. */
  cell(key: string): Promise<CellValue | undefined>;
  /** Sets a cell if it still has this revision, 0 for a new one. Resolves to whether it did. */
  setCell(key: string, text: string, revision: number): Promise<boolean>;
  /**
   * Sends to all listeners of the channel, at most once. The casts of one process, on any channels, arrive in order while the connections hold. A cast has at
   * most `maxEntryBytes`.
   */
  cast(channel: string, bytes: Uint8Array): void;
  received$(channel: string): Observable<Uint8Array>;
  /**
   * Asks the process that answers on the channel. Channels of questions are separate from channels of casts. Rejects with `UnansweredError` after `withinMs`, and at
   * once if no process is there.
   */
  ask(channel: string, bytes: Uint8Array, withinMs: number): Promise<Uint8Array>;
  /** Answers questions until the subscription ends. If the handler rejects, the caller gets no answer. */
  answer(channel: string, handler: (bytes: Uint8Array) => Promise<Uint8Array>): Subscription;
  /** The names of processes that have closed their connection and made no other, as soon as the servers know; never emits without the permission to see that. */
  readonly gone$: Observable<string>;
  close(): Promise<void>;
}

/** The next entry of a followed log was trimmed. */
export function trimmed(sequence: number): HubError {
  return new HubError('store/unavailable', `entry ${sequence} of a log was trimmed before it was read`);
}

export interface CellValue {
  readonly text: string;
  readonly revision: number;
}

export interface LogEntry {
  /** The entry's place in the log: 1 for the first entry, and one more for each further entry. */
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** The result of an append. `refused`: the last entry was not the expected one. `full`: there is no room. */
export type Appended =
  | { readonly kind: 'appended'; readonly sequence: number }
  | { readonly kind: 'refused' }
  | { readonly kind: 'full'; readonly reason: string };

/** A log in which all hubs see the same entries in the same order. */
export interface SharedLog {
  /** Appends an entry directly after the one with the sequence `after`; without `after`, at the end. */
  append(bytes: Uint8Array, after?: number): Promise<Appended>;
  /** Appends an entry at the end without waiting for an answer, which is cheaper. The entry may be lost, as casts may. */
  post(bytes: Uint8Array): void;
  /** The entry with this sequence; `undefined` if there is none. Every entry whose append was answered before the call is found. */
  read(sequence: number): Promise<LogEntry | undefined>;
  /** The sequences of the first and the last entry. In an empty log, the last is the one before the first. */
  range(): Promise<{ readonly first: number; readonly last: number }>;
  /** The entries from `first` to `last`, in order, except those that are trimmed meanwhile. */
  entries(first: number, last: number): AsyncIterable<LogEntry>;
  /**
   * The entries from `first` on, in order, as they are appended, across all losses of connection. Errors with `store/unavailable` if the next
   * one was trimmed.
   */
  follow$(first: number): Observable<LogEntry>;
  /** Whether the servers report that the log no longer exists. */
  isGone(): Promise<boolean>;
  /** Removes the entries before this sequence. */
  trim(first: number): Promise<void>;
}
