import type { Subscription } from '../../core/subscription.ts';
import type {
  Due,
  SessionRecord,
  SessionState,
  StoredDue,
  StoredSession,
  Ticket,
} from '../../session/session-journal.ts';
import { type HubTables, parseReceivedKey, receivedKey } from './hub-schema.ts';
import type { MessageShelf } from './message-shelf.ts';
import type { DueEntry, StoredSubscription } from './session-codec.ts';

/** What the records of all sessions share. */
export interface Records {
  readonly tables: HubTables;
  readonly shelf: MessageShelf;
  /** A number that was not given before: the name of a session or subscription, or a ticket. */
  readonly nextNumber: () => number;
}

/** The record of one session, in tables that it shares with all others. */
export class StoredRecord implements SessionRecord {
  readonly #number: number;
  readonly #records: Records;
  readonly #subscriptions = new Map<string, number>();

  constructor(number: number, records: Records) {
    this.#number = number;
    this.#records = records;
  }

  /** A subscription that is there already has this number. */
  know(filter: string, number: number): void {
    this.#subscriptions.set(filter, number);
  }

  update(state: SessionState): void {
    this.#records.tables.sessions.set(this.#number, state);
  }

  subscribe({ filter: { filter }, terms }: Subscription, isReplaying: boolean): void {
    const number = this.#subscriptions.get(filter) ?? this.#records.nextNumber();
    this.#subscriptions.set(filter, number);
    this.#records.tables.subscriptions.set(number, { session: this.#number, filter, terms, isReplaying });
  }

  unsubscribe(filter: string): void {
    const number = this.#subscriptions.get(filter);
    if (number === undefined) return;
    this.#subscriptions.delete(filter);
    this.#records.tables.subscriptions.delete(number);
  }

  enqueue({ message, terms, qos, retain }: Due, packetIdentifier: number): Ticket {
    const { tables, shelf, nextNumber } = this.#records;
    const ticket = nextNumber();
    const { identifiers, share } = terms;
    const number = shelf.take(message);
    const session = this.#number;
    tables.due.set(ticket, { session, message: number, qos, retain, identifiers, share, packetIdentifier });
    return ticket;
  }

  send(ticket: Ticket, packetIdentifier: number): void {
    this.#records.tables.sent.set(ticket, { packetIdentifier, isReleased: false });
  }

  release(ticket: Ticket): void {
    const { due, sent } = this.#records.tables;
    const packetIdentifier = (sent.get(ticket) ?? due.get(ticket))?.packetIdentifier;
    if (packetIdentifier !== undefined) sent.set(ticket, { packetIdentifier, isReleased: true });
  }

  finish(ticket: Ticket): void {
    const { tables, shelf } = this.#records;
    const entry = tables.due.get(ticket);
    if (!entry) return;
    tables.due.delete(ticket);
    tables.sent.delete(ticket);
    shelf.release(entry.message);
  }

  receive(packetIdentifier: number): void {
    this.#records.tables.received.set(receivedKey(this.#number, packetIdentifier), true);
  }

  forget(packetIdentifier: number): void {
    this.#records.tables.received.delete(receivedKey(this.#number, packetIdentifier));
  }

  end(): void {
    this.#records.tables.sessions.delete(this.#number);
  }
}

/** What is being gathered of a session. */
interface Gathered {
  readonly record: StoredRecord;
  readonly subscriptions: StoredSubscription[];
  readonly due: StoredDue[];
  readonly unreleased: number[];
}

/**
 * The sessions in the tables, each with what it holds, in order. What belongs to no session, or lacks its message, is done away with:
 * there is some where files were damaged.
 */
export function gatherSessions(records: Records): StoredSession[] {
  const { tables, shelf } = records;
  const gathered = new Map<number, Gathered>();
  for (const [number] of tables.sessions) {
    const record = new StoredRecord(number, records);
    gathered.set(number, { record, subscriptions: [], due: [], unreleased: [] });
  }
  gatherSubscriptions(tables, gathered);
  gatherDue(records, gathered);
  gatherReceived(tables, gathered);
  shelf.tidy();
  return [...tables.sessions].flatMap(([number, state]) => {
    const one = gathered.get(number);
    return one ? [{ ...one, state }] : [];
  });
}

function gatherSubscriptions({ subscriptions }: HubTables, gathered: ReadonlyMap<number, Gathered>): void {
  for (const [number, subscription] of [...subscriptions]) {
    const session = gathered.get(subscription.session);
    if (!session) {
      subscriptions.delete(number);
      continue;
    }
    session.record.know(subscription.filter, number);
    session.subscriptions.push(subscription);
  }
}

function gatherDue({ tables, shelf }: Records, gathered: ReadonlyMap<number, Gathered>): void {
  const inOrder = [...tables.due].sort(([one], [other]) => one - other);
  for (const [ticket, entry] of inOrder) {
    const session = gathered.get(entry.session);
    const due = toStoredDue(ticket, entry, { tables, shelf });
    if (!session || !due) {
      tables.due.delete(ticket);
      continue;
    }
    shelf.use(entry.message);
    session.due.push(due);
  }
  for (const [ticket] of [...tables.sent]) if (!tables.due.get(ticket)) tables.sent.delete(ticket);
}

function toStoredDue(
  ticket: number,
  { message: number, qos, retain, identifiers, share, packetIdentifier }: DueEntry,
  { tables, shelf }: Pick<Records, 'tables' | 'shelf'>,
): StoredDue | undefined {
  const message = shelf.get(number);
  const terms = {
    qos,
    noLocal: false,
    retainAsPublished: retain === 1,
    identifiers,
    ...(share !== undefined && { share }),
  };
  const sent = tables.sent.get(ticket) ?? { packetIdentifier, isReleased: false };
  return message && { ticket, message, qos, retain, terms, ...sent };
}

function gatherReceived({ received }: HubTables, gathered: ReadonlyMap<number, Gathered>): void {
  for (const [key] of [...received]) {
    const { session, packetIdentifier } = parseReceivedKey(key);
    const known = gathered.get(session);
    if (known) known.unreleased.push(packetIdentifier);
    else received.delete(key);
  }
}
