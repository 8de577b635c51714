/** What one session may hold. Every limit is finite; the README's table names the option that sets each. */
export interface SessionLimits {
  /** Subscriptions of one client. */
  readonly subscriptions: number;
  /** Messages of QoS 1 and 2 on their way to a client and not yet acknowledged, 1–65535. */
  readonly inFlight: number;
  /** Messages of QoS 2 from a client that it has not yet released, 1–65535. */
  readonly unreleased: number;
  /** Messages waiting for a client that is away or slow. */
  readonly queuedMessages: number;
  /** What they take in memory, bytes. */
  readonly queuedBytes: number;
  /** What the messages that wait for all clients together, or are in flight to them, take in memory, bytes. */
  readonly totalQueuedBytes: number;
  /** What a session takes beside messages, bytes: its identifier, its will, its subscriptions. */
  readonly sessionBytes: number;
  /** What all sessions together take beside messages, bytes. */
  readonly totalSessionBytes: number;
  /** Bytes handed to a connection and not yet taken by the network, past which a client counts as slow. */
  readonly bufferedBytes: number;
  /** Sessions kept, connected or not. */
  readonly sessions: number;
  /** How long a session may outlive its connection, seconds. */
  readonly sessionExpirySeconds: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  subscriptions: 1_000,
  inFlight: 100,
  // MQTT 3.1.1 knows no receive maximum, and its clients send bursts. Each takes a bit.
  unreleased: 65_535,
  queuedMessages: 1_000,
  queuedBytes: 8 * 2 ** 20,
  totalQueuedBytes: 256 * 2 ** 20,
  sessionBytes: 4 * 2 ** 20,
  totalSessionBytes: 256 * 2 ** 20,
  // More than the longest payload, so that no single message makes a client count as slow.
  bufferedBytes: 3 * 2 ** 20,
  sessions: 10_000,
  sessionExpirySeconds: 7 * 24 * 3600,
};
