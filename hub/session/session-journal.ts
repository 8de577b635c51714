import type { Message } from '../core/message.ts';
import type { Subscription, Terms } from '../core/subscription.ts';
import type { RetainFlag, SessionOwner, Will } from './link.ts';

/** What there is to know of a session beside what it holds. */
export interface SessionState {
  readonly clientIdentifier: string;
  /** Whose it is, and what lets them in. */
  readonly owner: Omit<SessionOwner, 'rights'>;
  readonly expirySeconds: number;
  readonly will: Will | undefined;
  /** Since when its client is away, milliseconds of the hub's clock; `undefined` while it is connected. */
  readonly leftAt: number | undefined;
}

/** A message of QoS 1 or 2 that a session owes its client. */
export interface Due {
  readonly message: Message;
  readonly terms: Terms;
  readonly qos: 1 | 2;
  readonly retain: RetainFlag;
}

/** Names a message in a session's record; 0 where it is not kept. */
export type Ticket = number;

/** The record of one session: told of everything that must outlive the process. As `Journal` for the rest. */
export interface SessionRecord {
  update(state: SessionState): void;
  /** A subscription has begun, or changed; `isReplaying` while retained messages are still due to it. */
  subscribe(subscription: Subscription, isReplaying: boolean): void;
  unsubscribe(filter: string): void;
  /** A message is due, and was sent at once where it has a packet identifier other than 0. */
  enqueue(due: Due, packetIdentifier: number): Ticket;
  /** A message that was due is sent. */
  send(ticket: Ticket, packetIdentifier: number): void;
  /** The client has received it: the first half of QoS 2 is over. */
  release(ticket: Ticket): void;
  /** It is due no more. */
  finish(ticket: Ticket): void;
  /** The client has published at QoS 2 with this packet identifier. */
  receive(packetIdentifier: number): void;
  /** The packet identifier may be used anew. */
  forget(packetIdentifier: number): void;
  /** The session is over. What it held has been told to be so, one by one. */
  end(): void;
}

/** Where the records of sessions are. */
export interface SessionJournal {
  /** Begins the record of a new session. */
  begin(): SessionRecord;
}

/** The record of a session that ends with its connection, or with the process. */
export const NO_RECORD: SessionRecord = {
  update: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  enqueue: () => 0,
  send: () => undefined,
  release: () => undefined,
  finish: () => undefined,
  receive: () => undefined,
  forget: () => undefined,
  end: () => undefined,
};

export const NO_SESSION_JOURNAL: SessionJournal = { begin: () => NO_RECORD };

/** A session as it was when the process ended. */
export interface StoredSession {
  readonly record: SessionRecord;
  readonly state: SessionState;
  readonly subscriptions: readonly { filter: string; terms: Terms; isReplaying: boolean }[];
  /** In the order in which they became due. */
  readonly due: readonly StoredDue[];
  /** Packet identifiers of QoS 2 that the client has published and not yet released. */
  readonly unreleased: readonly number[];
}

export interface StoredDue extends Due {
  readonly ticket: Ticket;
  /** 0 where it was not sent yet. */
  readonly packetIdentifier: number;
  readonly isReleased: boolean;
}
