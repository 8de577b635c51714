import type { Message } from '../core/message.ts';
import { type Codec, INTEGER, type Tables, TEXT } from '../storage/engine/table.ts';
import { MESSAGE } from '../storage/hub/codecs.ts';

/** A session that another hub has claimed, and may already have. */
export interface Leaving {
  readonly handOver: string;
  /** The hub that has claimed it. */
  readonly to: string;
  /** The ticket of the last queued message that was sent with the session. */
  readonly lastTicket: number;
}

/** A session that has arrived from another hub, which may not know that yet. */
export interface Arrived {
  readonly clientIdentifier: string;
  readonly from: string;
}

/** A will, or a message of a shared subscription that is being passed to another member; it may not be in the ledger yet. */
export interface Undelivered {
  /** The whole filter, `$share/…`; `NO_SHARE` if it is not for one member only. */
  readonly share: string;
  readonly message: Message;
}

/** Stands for no shared subscription, as no filter is empty. An earlier version that takes over such a message drops it. */
export const NO_SHARE = '';

const LEAVING: Codec<Leaving> = {
  write(writer, { handOver, to, lastTicket }) {
    writer.text(handOver);
    writer.text(to);
    writer.integer(lastTicket);
  },
  read: (reader) => ({ handOver: reader.text(), to: reader.text(), lastTicket: reader.integer() }),
};

const ARRIVED: Codec<Arrived> = {
  write(writer, { clientIdentifier, from }) {
    writer.text(clientIdentifier);
    writer.text(from);
  },
  read: (reader) => ({ clientIdentifier: reader.text(), from: reader.text() }),
};

const UNDELIVERED: Codec<Undelivered> = {
  write(writer, { share, message }) {
    writer.text(share);
    MESSAGE.write(writer, message);
  },
  read: (reader) => ({ share: reader.text(), message: MESSAGE.read(reader) }),
};

/** The records about moving sessions in a hub's log. The table numbers are far from those of a store's tables. */
export const MOVE_TABLES = {
  /** Sessions that another hub has claimed, by client identifier. */
  leaving: { number: 100, key: TEXT, value: LEAVING },
  /** Sessions that have arrived from another hub, by hand-over. */
  arrived: { number: 101, key: TEXT, value: ARRIVED },
  /** For each other hub, the epoch up to which its state is included in this one. */
  adopted: { number: 102, key: TEXT, value: INTEGER },
  /** Undelivered messages by number; their entries in the ledger have the same number. Hubs of earlier versions refuse a log with such messages. */
  undelivered: { number: 103, key: INTEGER, value: UNDELIVERED },
};

export type MoveTables = Tables<typeof MOVE_TABLES>;
