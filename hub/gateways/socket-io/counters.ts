/** What is counted of Socket.IO, since the start. */
export class SocketIoCounters {
  /** Handshakes and events that were refused: malformed, unknown, or not allowed. */
  refused = 0;
  /** Messages that clients have published. */
  received = 0;
  /** Messages that were sent, once for each client. */
  sent = 0;
}
