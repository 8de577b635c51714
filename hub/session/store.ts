import { createClock } from '../clock.ts';
import type { HubError } from '../core/error.ts';
import type { Message } from '../core/message.ts';
import { type Journal, NO_JOURNAL, type Peers } from '../core/ports.ts';
import type { Subscription, Terms } from '../core/subscription.ts';
import type { KeptOwner, RetainFlag, Will } from './link.ts';

/** A session's own data, without its subscriptions and messages. */
export interface SessionState {
  readonly clientIdentifier: string;
  readonly owner: KeptOwner;
  readonly expirySeconds: number;
  readonly will: Will | undefined;
  /** When its client left, milliseconds of the hub's clock; `undefined` while it is connected. */
  readonly leftAt: number | undefined;
}

/** A message of QoS 1 or 2 that is queued for a client. */
export interface QueuedMessage {
  readonly message: Message;
  readonly terms: Terms;
  readonly qos: 1 | 2;
  readonly retain: RetainFlag;
}

/** The number of a message in a session's record; 0 if it is not kept. */
export type Ticket = number;

/** Records everything of one session that must outlive the process. Like `Journal`, its calls take no time and never fail. */
export interface SessionRecord {
  update(state: SessionState): void;
  /** A subscription has begun, or changed; `isReplaying` while retained messages are still to be sent to it. */
  subscribe(subscription: Pick<Subscription, 'filter' | 'terms'>, isReplaying: boolean): void;
  unsubscribe(filter: string): void;
  /** A message was queued. A packet identifier other than 0 means that it was sent at once. */
  enqueue(due: QueuedMessage, packetIdentifier: number): Ticket;
  /** A queued message was sent. */
  send(ticket: Ticket, packetIdentifier: number): void;
  /** The client has received a message: the first half of QoS 2 is over. */
  release(ticket: Ticket): void;
  /** A message is no longer queued. */
  finish(ticket: Ticket): void;
  /** The client has published at QoS 2 with this packet identifier. */
  receive(packetIdentifier: number): void;
  /** The packet identifier may be reused. */
  forget(packetIdentifier: number): void;
  /** The session has ended. Everything that it held was ended before, one by one. */
  end(): void;
}

/** Keeps the records of sessions. */
export interface SessionJournal {
  begin(): SessionRecord;
}

const ignore = () => undefined;

/** The record of a session that ends with its connection, or with the process. */
export const NO_RECORD: SessionRecord = {
  update: ignore,
  subscribe: ignore,
  unsubscribe: ignore,
  enqueue: () => 0,
  send: ignore,
  release: ignore,
  finish: ignore,
  receive: ignore,
  forget: ignore,
  end: ignore,
};

export const NO_SESSION_JOURNAL: SessionJournal = { begin: () => NO_RECORD };

/** A session as it was when the last process ended. */
export interface StoredSession {
  readonly record: SessionRecord;
  readonly state: SessionState;
  readonly subscriptions: readonly { filter: string; terms: Terms; isReplaying: boolean }[];
  /** The messages, in the order in which they were queued. */
  readonly due: readonly StoredMessage[];
  /** Packet identifiers of QoS 2 that the client has published and not yet released. */
  readonly unreleased: readonly number[];
}

export interface StoredMessage extends QueuedMessage {
  readonly ticket: Ticket;
  /** The packet identifier; 0 if the message was not sent yet. */
  readonly packetIdentifier: number;
  readonly isReleased: boolean;
}

/** Keeps the state that outlives a hub: the next hub finds everything that the journal recorded. `test/contracts/store.ts` tests every implementation. */
export interface Store {
  readonly journal: Journal & SessionJournal;
  /** The hub's clock, milliseconds. It never goes back, and continues from where the last hub's clock ended. */
  readonly now: () => number;
  /** The messages that were retained when the store was opened. */
  readonly retained: readonly Message[];
  /** The sessions that existed when the store was opened. */
  readonly sessions: readonly StoredSession[];
  /** The other hubs, if this one is not alone. */
  readonly peers?: Peers;
  /** The present fault: nothing can be kept, or will soon no longer be. */
  failure(): HubError | undefined;
  /** Keeps everything recorded so far, and ignores the rest. Rejects with `store/unavailable`. Further calls return the same promise. */
  close(): Promise<void>;
}

/** A store that keeps nothing for the next hub. `now`: the hub's clock, milliseconds; default: one that begins at the time of day. */
export function createEphemeralStore(now: () => number = createClock()): Store {
  return {
    journal: { ...NO_JOURNAL, ...NO_SESSION_JOURNAL },
    now,
    retained: [],
    sessions: [],
    failure: () => undefined,
    close: async () => undefined,
  };
}
