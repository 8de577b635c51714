import { type Codec, INTEGER, type Tables, TEXT } from '../engine/table.ts';
import { copyTables, type Schema } from '../engine/upgrade-path.ts';
import {
  CLOCK_MARK,
  MESSAGE,
  MESSAGE_OF_TOPIC,
  PRESENCE,
  QUEUED,
  SENT,
  SESSION_STATE,
  SESSION_STATE_1,
  SUBSCRIPTION,
} from './codecs.ts';

/** A packet identifier of QoS 2 that a session's client has published and not yet released, as `<session>/<packet identifier>`. */
export type ReceivedKey = `${number}/${number}`;

export function parseReceivedKey(key: ReceivedKey): { session: number; packetIdentifier: number } {
  const [session, packetIdentifier] = key.split('/');
  return { session: Number(session), packetIdentifier: Number(packetIdentifier) };
}

export const RECEIVED_KEY: Codec<ReceivedKey> = {
  write(writer, key) {
    const { session, packetIdentifier } = parseReceivedKey(key);
    writer.integer(session);
    writer.integer(packetIdentifier);
  },
  read: (reader) => `${reader.integer()}/${reader.integer()}`,
};

const tables = {
  /** Retained messages by topic. */
  retained: { number: 1, key: TEXT, value: MESSAGE_OF_TOPIC },
  /** Sessions by number. */
  sessions: { number: 2, key: INTEGER, value: SESSION_STATE },
  /** By numbers that are used once. */
  subscriptions: { number: 3, key: INTEGER, value: SUBSCRIPTION },
  /** By numbers that are used once. Each message is stored once, however many sessions it is queued for. */
  messages: { number: 4, key: INTEGER, value: MESSAGE },
  /** Queued messages by ticket. A message with a lower ticket was queued earlier. */
  due: { number: 5, key: INTEGER, value: QUEUED },
  /** The progress of queued messages, by ticket. */
  sent: { number: 6, key: INTEGER, value: SENT },
  received: { number: 7, key: RECEIVED_KEY, value: PRESENCE },
  /** The clock's mark: one entry, with key 0. */
  clock: { number: 8, key: INTEGER, value: CLOCK_MARK },
};

export type HubTables = Tables<typeof tables>;

/** Format 2 had numbers as keys of received packet identifiers: the session times 65,536 plus the packet identifier. */
const tables2 = { ...tables, received: { ...tables.received, key: INTEGER } };

/** To change the format, increase the version and add the present one to `earlier`. test/hub/storage/golden has files of every version. */
export const HUB_SCHEMA: Schema<typeof tables> = {
  version: 3,
  tables,
  earlier: [
    {
      version: 1,
      tables: { ...tables2, sessions: { ...tables.sessions, value: SESSION_STATE_1 } },
      upgrade: copyTables,
    },
    {
      version: 2,
      tables: tables2,
      upgrade: ({ received, ...same }, after) => {
        copyTables(same, after);
        for (const [key] of received ?? [])
          after.received?.set(`${Math.floor(Number(key) / 65_536)}/${Number(key) % 65_536}`, true);
      },
    },
  ],
};
