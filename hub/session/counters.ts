/** What has happened in all sessions since the start, for metrics and `$SYS`. */
export class SessionCounters {
  /** Messages handed to links. */
  sent = 0;
  /** Messages dropped because a client was slow or away too long, or could not take their size; wills that nobody could be told. */
  dropped = 0;
  /** Messages past their expiry when their turn came. */
  expired = 0;
  /** What the messages that wait in queues take in memory, bytes. */
  queuedBytes = 0;
  /** Messages now waiting in queues. */
  queuedMessages = 0;
}
