import type { Subscription } from '../core/subscription.ts';
import type { Due, SessionRecord, SessionState, Ticket } from '../session/session-journal.ts';
import { type HubTables, receivedKey } from './hub-schema.ts';
import type { MessageShelf } from './message-shelf.ts';

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
