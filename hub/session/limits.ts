/** What sessions may hold. Every limit is finite; the README's table lists them. */
export interface SessionLimits {
  /** Subscriptions of one client. */
  readonly subscriptions: number;
  /** Filters that a client may name at a time: each takes some microseconds, and nobody else gets a turn meanwhile. */
  readonly filtersAtOnce: number;
  /** The most `+` in one filter. */
  readonly wildcardLevels: number;
  /** Levels from the third `+` of a filter on, of all filters together, a level that several share once: what they add to a match. */
  readonly wildcardNodes: number;
  /** Messages of QoS 1 and 2 that one client has been sent and has not acknowledged, 1–65535. */
  readonly inFlight: number;
  /** Messages of QoS 2 that one client has published and not released, 1–65535. */
  readonly unreleased: number;
  /** Messages that wait for one client that is away or slow. */
  readonly queuedMessages: number;
  /** Memory that they take, bytes. */
  readonly queuedBytes: number;
  /** Memory of the messages that wait for all clients together, or are in flight to them, bytes. */
  readonly totalQueuedBytes: number;
  /** Memory of one session beside messages, bytes: its identifier, its will, its subscriptions. */
  readonly sessionBytes: number;
  /** The same of all sessions together, bytes. */
  readonly totalSessionBytes: number;
  /** A client is slow while more bytes than this wait for the network to take them. */
  readonly bufferedBytes: number;
  /** Sessions kept, connected or not. */
  readonly sessions: number;
  /** How long a session may outlive its connection, seconds. */
  readonly sessionExpirySeconds: number;
  /** How long a client may take to come back after a restart of the hub before its will is published, seconds. */
  readonly willGraceSeconds: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  // Home Assistant with 5,000 entities: it subscribes to a state and an availability for each, once for each topic.
  subscriptions: 10_000,
  // Home Assistant names 500.
  filtersAtOnce: 1_000,
  wildcardLevels: 8,
  // A match that visited 20,000 took 5 ms on average, on a busy machine of two cores.
  wildcardNodes: 10_000,
  inFlight: 100,
  // MQTT 3.1.1 has no receive maximum, and its clients send bursts. Each identifier takes one bit.
  unreleased: 65_535,
  queuedMessages: 1_000,
  queuedBytes: 8 * 2 ** 20,
  totalQueuedBytes: 128 * 2 ** 20,
  sessionBytes: 8 * 2 ** 20,
  totalSessionBytes: 128 * 2 ** 20,
  // More than the longest payload, so that no single message makes a client slow.
  bufferedBytes: 3 * 2 ** 20,
  sessions: 10_000,
  sessionExpirySeconds: 7 * 24 * 3600,
  // Clients wait up to 30 s between two attempts to connect.
  willGraceSeconds: 60,
};

/** The expiry of a session that never expires by itself, seconds; the hub's own limit still holds. (MQTT 5, 3.1.2.11.2) */
export const NEVER_EXPIRES = 0xffff_ffff;
