/** The limits of sessions. Every limit is finite; docs/limits.md lists them. */
export const DEFAULT_SESSION_LIMITS = {
  /** Subscriptions of one client. Home Assistant with 5,000 entities subscribes to a state and an availability for each, once for each topic. */
  subscriptions: 10_000,
  /** The most filters that a client may name at once: each takes some microseconds, and no other client gets a turn meanwhile. Home Assistant names 500. */
  filtersAtOnce: 1_000,
  /** The most `+` in one filter. */
  wildcardLevels: 8,
  /** Levels from the third `+` of a filter on, of all filters together: what they add to a match. A match that visited 20,000 took 5 ms. */
  wildcardNodes: 10_000,
  /** Messages of QoS 1 and 2 that one client has been sent and has not acknowledged, 1–65535. */
  inFlight: 100,
  /** Messages of QoS 2 that one client has published and not released, 1–65535. MQTT 3.1.1 has no receive maximum, and its clients send bursts. */
  unreleased: 65_535,
  /** Messages that are queued for one client that is offline or slow. */
  queuedMessages: 1_000,
  /** The memory of these messages, bytes. */
  queuedBytes: 8 * 2 ** 20,
  /** The memory of the messages that are queued for all clients or in flight to them, bytes. */
  totalQueuedBytes: 128 * 2 ** 20,
  /** The memory of one session without messages, bytes: its identifier, its will, its subscriptions. */
  sessionBytes: 8 * 2 ** 20,
  /** The memory of all sessions together without messages, bytes. */
  totalSessionBytes: 128 * 2 ** 20,
  /** A client is slow while more bytes than this wait for the network. More than the longest payload: no single message makes a client slow. */
  bufferedBytes: 3 * 2 ** 20,
  /** Sessions kept, connected or not. */
  sessions: 10_000,
  /** How long a session may outlive its connection, seconds. */
  sessionExpirySeconds: 7 * 24 * 3600,
  /** How long clients may take to reconnect after a restart before their wills are published, seconds. They wait up to 30 s between attempts. */
  willGraceSeconds: 60,
};

export type SessionLimits = Readonly<typeof DEFAULT_SESSION_LIMITS>;

/** The expiry of a session that never expires by itself, seconds; the hub's own limit still holds. (MQTT 5, 3.1.2.11.2) */
export const NEVER_EXPIRES = 0xffff_ffff;
