import type { SchedulerLike } from 'rxjs';
import type { Hub } from '../core/hub.ts';
import type { SessionLimits } from './limits.ts';
import type { SearchQueue } from './search-queue.ts';
import type { SessionJournal } from './store.ts';

/** Shared by all sessions of a hub. */
export interface SessionContext {
  readonly hub: Hub;
  /** The scheduler of wills, expiry, and long searches for retained messages. */
  readonly scheduler: SchedulerLike;
  readonly limits: SessionLimits;
  readonly counters: SessionCounters;
  readonly journal: SessionJournal;
  readonly searches: SearchQueue;
  /** Called after each message that a client has published. */
  readonly onPublished: (topic: string, clientIdentifier: string) => void;
}

/** Totals of all sessions since the start, for metrics and `$SYS`. */
export class SessionCounters {
  /** Messages handed to links. */
  sent = 0;
  /** Messages that did not reach a client, by the reason. */
  readonly drops = {
    /** Messages of QoS 0 to a client that reads too slowly. */
    slow: 0,
    /** Messages that the client's queue had no room for. */
    queueFull: 0,
    /** Messages that are longer than the client accepts. */
    tooLarge: 0,
    /** Messages that the client is no longer allowed to read. */
    denied: 0,
    /** Wills that their owners may no longer publish, or that cannot be retained for lack of room. */
    will: 0,
  };
  /** Sessions that were ended to make room for others' sessions. */
  evicted = 0;
  /** Messages that had expired when their turn came. */
  expired = 0;
  /** Memory of the messages that wait in queues now, bytes. */
  queuedBytes = 0;
  /** Memory of the messages in flight now, bytes. */
  inFlightBytes = 0;
  /** Memory of sessions without messages, and of pending wills, bytes. */
  sessionBytes = 0;
  /** Messages now waiting in queues. */
  queuedMessages = 0;

  get dropped(): number {
    return Object.values(this.drops).reduce((sum, count) => sum + count);
  }
}
