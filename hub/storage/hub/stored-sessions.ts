import type { Message } from '../../core/message.ts';
import type { Subscription } from '../../core/subscription.ts';
import type {
  QueuedMessage,
  SessionRecord,
  SessionState,
  StoredMessage,
  StoredSession,
  Ticket,
} from '../../session/store.ts';
import type { Table } from '../engine/table.ts';
import type { QueuedEntry, StoredSubscription } from './codecs.ts';
import { type HubTables, parseReceivedKey } from './hub-schema.ts';

/** Shared by the records of all sessions: the tables, and the next unused numbers. */
export class Records {
  readonly tables: HubTables;
  readonly shelf: MessageShelf;
  readonly nextSession: () => number;
  /** The next numbers for subscriptions and for queued messages. */
  readonly nextEntry: () => number;

  constructor(tables: HubTables) {
    this.tables = tables;
    this.shelf = new MessageShelf(tables.messages);
    this.nextSession = createCounter(tables.sessions);
    this.nextEntry = createCounter(tables.subscriptions, tables.due);
  }
}

/** Continues from the highest key of some tables. */
function createCounter(...tables: readonly Iterable<readonly [number, unknown]>[]): () => number {
  let last = 0;
  for (const table of tables) for (const [number] of table) last = Math.max(last, number);
  return () => ++last;
}

/** The record of one session, in tables that it shares with all others. */
export class StoredRecord implements SessionRecord {
  readonly #number: number;
  readonly #records: Records;
  readonly #subscriptions = new Map<string, number>();

  /** `number`: the session's number, if it is already in the tables. */
  constructor(records: Records, number = records.nextSession()) {
    this.#number = number;
    this.#records = records;
  }

  /** Takes over a subscription that is already in the tables under this number. */
  know(filter: string, number: number): void {
    this.#subscriptions.set(filter, number);
  }

  update(state: SessionState): void {
    this.#records.tables.sessions.set(this.#number, state);
  }

  subscribe(
    { filter: { filter }, terms }: Pick<Subscription, 'filter' | 'terms'>,
    isReplaying: boolean,
  ): void {
    const number = this.#subscriptions.get(filter) ?? this.#records.nextEntry();
    this.#subscriptions.set(filter, number);
    this.#records.tables.subscriptions.set(number, { session: this.#number, filter, terms, isReplaying });
  }

  unsubscribe(filter: string): void {
    const number = this.#subscriptions.get(filter);
    if (number === undefined) return;
    this.#subscriptions.delete(filter);
    this.#records.tables.subscriptions.delete(number);
  }

  enqueue({ message, terms, qos, retain }: QueuedMessage, packetIdentifier: number): Ticket {
    const { tables, shelf, nextEntry } = this.#records;
    const ticket = nextEntry();
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
    this.#records.tables.received.set(`${this.#number}/${packetIdentifier}`, true);
  }

  forget(packetIdentifier: number): void {
    this.#records.tables.received.delete(`${this.#number}/${packetIdentifier}`);
  }

  end(): void {
    this.#records.tables.sessions.delete(this.#number);
  }
}

interface Gathered extends StoredSession {
  readonly record: StoredRecord;
  readonly subscriptions: StoredSubscription[];
  readonly due: StoredMessage[];
  readonly unreleased: number[];
}

/** The sessions in the tables, each with its entries, in order. Removes entries without a session or a message, which damage may leave. */
export function gatherSessions(records: Records): StoredSession[] {
  const sessions = new Map<number, Gathered>();
  for (const [number, state] of records.tables.sessions) {
    const record = new StoredRecord(records, number);
    sessions.set(number, { record, state, subscriptions: [], due: [], unreleased: [] });
  }
  gatherSubscriptions(records.tables, sessions);
  gatherDue(records, sessions);
  gatherReceived(records.tables, sessions);
  records.shelf.tidy();
  return [...sessions.values()];
}

function gatherSubscriptions({ subscriptions }: HubTables, sessions: ReadonlyMap<number, Gathered>): void {
  for (const [number, subscription] of [...subscriptions]) {
    const session = sessions.get(subscription.session);
    session?.record.know(subscription.filter, number);
    session?.subscriptions.push(subscription);
    if (!session) subscriptions.delete(number);
  }
}

function gatherDue({ tables, shelf }: Records, sessions: ReadonlyMap<number, Gathered>): void {
  const inOrder = [...tables.due].sort(([one], [other]) => one - other);
  for (const [ticket, entry] of inOrder) {
    const session = sessions.get(entry.session);
    const message = shelf.get(entry.message);
    if (session && message) {
      shelf.use(entry.message);
      const sent = tables.sent.get(ticket) ?? { packetIdentifier: entry.packetIdentifier, isReleased: false };
      session.due.push({ ticket, message, ...toQueued(entry), ...sent });
    } else tables.due.delete(ticket);
  }
  for (const [ticket] of [...tables.sent]) if (!tables.due.get(ticket)) tables.sent.delete(ticket);
}

function toQueued({ qos, retain, identifiers, share }: QueuedEntry): Omit<QueuedMessage, 'message'> {
  const isRetained = retain === 1;
  const terms = {
    qos,
    noLocal: false,
    retainAsPublished: isRetained,
    identifiers,
    ...(share !== undefined && { share }),
  };
  return { qos, retain, terms };
}

function gatherReceived({ received }: HubTables, sessions: ReadonlyMap<number, Gathered>): void {
  for (const [key] of [...received]) {
    const { session, packetIdentifier } = parseReceivedKey(key);
    const known = sessions.get(session);
    if (known) known.unreleased.push(packetIdentifier);
    else received.delete(key);
  }
}

/** Messages that are queued for sessions. Each is stored once, as long as it is queued for at least one session. */
class MessageShelf {
  readonly #table: Table<number, Message>;
  readonly #numbers = new Map<Message, number>();
  readonly #uses = new Map<number, number>();
  #lastNumber = 0;

  constructor(table: Table<number, Message>) {
    this.#table = table;
    for (const [number, message] of table) {
      this.#numbers.set(message, number);
      this.#uses.set(number, 0);
      this.#lastNumber = Math.max(this.#lastNumber, number);
    }
  }

  get(number: number): Message | undefined {
    return this.#table.get(number);
  }

  /** Stores a message for one more session; returns the number of the message. */
  take(message: Message): number {
    const number = this.#numbers.get(message) ?? this.#add(message);
    this.use(number);
    return number;
  }

  use(number: number): void {
    this.#uses.set(number, (this.#uses.get(number) ?? 0) + 1);
  }

  /** Takes note that a message is queued for one session less. */
  release(number: number): void {
    const uses = (this.#uses.get(number) ?? 0) - 1;
    if (uses > 0) this.#uses.set(number, uses);
    else this.#remove(number);
  }

  /** Removes messages that are queued for no session. */
  tidy(): void {
    for (const [number, uses] of [...this.#uses]) if (uses === 0) this.#remove(number);
  }

  #add(message: Message): number {
    const number = ++this.#lastNumber;
    this.#numbers.set(message, number);
    this.#table.set(number, message);
    return number;
  }

  #remove(number: number): void {
    const message = this.#table.get(number);
    if (message) this.#numbers.delete(message);
    this.#uses.delete(number);
    this.#table.delete(number);
  }
}
