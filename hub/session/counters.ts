/** Why a message did not reach a client that it was for. */
export interface Drops {
  /** At QoS 0, and the client takes them too slowly. */
  slow: number;
  /** Too many wait for the client. */
  queueFull: number;
  /** Longer than the client takes. */
  tooLarge: number;
  /** The client may not read it any more. */
  denied: number;
  /** A will that could not be published. */
  will: number;
}

/** What has happened in all sessions since the start, for metrics and `$SYS`. */
export class SessionCounters {
  /** Messages handed to links. */
  sent = 0;
  readonly drops: Drops = { slow: 0, queueFull: 0, tooLarge: 0, denied: 0, will: 0 };
  /** Sessions that were ended to make room for those of others. */
  evicted = 0;
  /** Messages past their expiry when their turn came. */
  expired = 0;
  /** What the messages that wait in queues take in memory, bytes. */
  queuedBytes = 0;
  /** What the messages in flight take in memory, bytes. */
  inFlightBytes = 0;
  /** What sessions take beside messages, bytes. */
  sessionBytes = 0;
  /** Messages now waiting in queues. */
  queuedMessages = 0;

  /** Messages dropped, for whatever reason. */
  get dropped(): number {
    const { slow, queueFull, tooLarge, denied, will } = this.drops;
    return slow + queueFull + tooLarge + denied + will;
  }
}
