import { INTEGER, type Tables, TEXT } from '../engine/table.ts';
import { copyTables, type Schema } from '../engine/upgrade-path.ts';
import { MESSAGE, MESSAGE_OF_TOPIC } from './message-codec.ts';
import {
  CLOCK_MARK,
  DUE,
  PRESENCE,
  SENT,
  SESSION_STATE,
  SESSION_STATE_1,
  SUBSCRIPTION,
} from './session-codec.ts';

const tables = {
  /** By topic. */
  retained: { number: 1, key: TEXT, value: MESSAGE_OF_TOPIC },
  /** By numbers that are given once. */
  sessions: { number: 2, key: INTEGER, value: SESSION_STATE },
  /** By numbers that are given once. */
  subscriptions: { number: 3, key: INTEGER, value: SUBSCRIPTION },
  /** By numbers that are given once. Each is there once, however many sessions it is due to. */
  messages: { number: 4, key: INTEGER, value: MESSAGE },
  /** By ticket: the lower, the earlier. */
  due: { number: 5, key: INTEGER, value: DUE },
  /** By ticket. */
  sent: { number: 6, key: INTEGER, value: SENT },
  /** By `receivedKey`: packet identifiers of QoS 2 that clients have published and not yet released. */
  received: { number: 7, key: INTEGER, value: PRESENCE },
  /** One, under 0. */
  clock: { number: 8, key: INTEGER, value: CLOCK_MARK },
};

export type HubTables = Tables<typeof tables>;

/**
 * What a hub keeps. Whoever changes what is written raises the version, and adds the one before it to `earlier` with the way from there:
 * its tables as they were, and what makes the new ones of them.
 */
export const HUB_SCHEMA: Schema<typeof tables> = {
  version: 2,
  tables,
  earlier: [
    {
      version: 1,
      tables: { ...tables, sessions: { ...tables.sessions, value: SESSION_STATE_1 } },
      upgrade: copyTables,
    },
  ],
};

const PACKET_IDENTIFIERS = 65_536;

/** A session's packet identifier as a key. */
export function receivedKey(session: number, packetIdentifier: number): number {
  return session * PACKET_IDENTIFIERS + packetIdentifier;
}

/** What `receivedKey` was made of. */
export function parseReceivedKey(key: number): { session: number; packetIdentifier: number } {
  return { session: Math.floor(key / PACKET_IDENTIFIERS), packetIdentifier: key % PACKET_IDENTIFIERS };
}
