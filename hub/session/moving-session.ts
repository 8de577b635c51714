import { parseTopicFilter } from '../core/filter.ts';
import { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import type { Entry } from './entry.ts';
import type { Session } from './session.ts';
import type { SessionJournal, SessionState, StoredSession, Ticket } from './store.ts';

interface MovingOptions {
  readonly isKnown: () => boolean;
  /** The client's waiting wills. Each is held by a session of its own, besides the client's session. */
  readonly wills: () => readonly SessionState[];
  /** If the session has ended, `stay` and `end` affect only what is still here of it, such as waiting wills. */
  readonly stay: () => void;
  readonly end: () => void;
}

/** An offline session that another hub may have, or get. It still receives messages, but does not expire. */
export class MovingSession {
  readonly #entry: Entry;
  readonly #options: MovingOptions;

  constructor(entry: Entry, options: MovingOptions) {
    this.#entry = entry;
    this.#options = options;
  }

  /** Whether the session still exists. */
  get isKnown(): boolean {
    return this.#options.isKnown();
  }

  /** The ticket of the last queued message; 0 if none is queued. */
  get lastTicket(): Ticket {
    return this.#entry.session.lastTicket;
  }

  /** Writes all of it to another journal, including the client's waiting wills. */
  copyTo(journal: SessionJournal): void {
    const record = journal.begin();
    record.update(this.#entry.state);
    this.#entry.session.copyTo(record);
    for (const state of this.#options.wills()) journal.begin().update(state);
  }

  /** Writes its state, and the messages queued after a ticket, to another journal. */
  copyQueuedTo(journal: SessionJournal, after: Ticket): void {
    const record = journal.begin();
    record.update({ ...this.#entry.state, will: undefined });
    this.#entry.session.copyQueuedTo(record, after);
  }

  /** Ends the session here, without its will, as another hub has it with all messages queued up to a ticket. Later shared messages go to other members. */
  end(lastTicket: Ticket): void {
    if (this.isKnown) this.#entry.session.dropQueued(lastTicket);
    this.#options.end();
  }

  /** Keeps the session here, as no other hub has it. It waits for its client again. */
  stay(): void {
    this.#options.stay();
  }
}

/**
 * Writes sessions of another hub to new records; returns them as they are there. `aheadMs`: how far this hub's clock is ahead of the other's, by which all
 * times are moved, milliseconds. A message that is queued for several of them stays one message.
 */
export function recordMovedSessions(
  stored: readonly StoredSession[],
  journal: SessionJournal,
  aheadMs: number,
): StoredSession[] {
  const moved = new Map<Message, Message>();
  const move = (message: Message): Message => {
    const known = moved.get(message) ?? moveMessage(message, aheadMs);
    moved.set(message, known);
    return known;
  };
  return stored.map((session) => recordOne(session, journal, { aheadMs, move }));
}

interface Move {
  readonly aheadMs: number;
  readonly move: (message: Message) => Message;
}

function recordOne(stored: StoredSession, journal: SessionJournal, { aheadMs, move }: Move): StoredSession {
  const { subscriptions, unreleased } = stored;
  const record = journal.begin();
  const state = moveState(stored.state, aheadMs);
  record.update(state);
  for (const { filter, terms, isReplaying } of subscriptions)
    record.subscribe({ filter: parseTopicFilter(filter), terms }, isReplaying);
  const due = stored.due.map((one) => {
    const moved = { ...one, message: move(one.message) };
    const ticket = record.enqueue(moved, one.packetIdentifier);
    if (one.isReleased) record.release(ticket);
    return { ...moved, ticket };
  });
  for (const packetIdentifier of unreleased) record.receive(packetIdentifier);
  return { record, state, subscriptions, due, unreleased };
}

function moveState(state: SessionState, aheadMs: number): SessionState {
  return { ...state, leftAt: state.leftAt === undefined ? undefined : state.leftAt + aheadMs };
}

/** Returns a message with its expiry by the clock of this hub. */
export function moveMessage(message: Message, aheadMs: number): Message {
  const { expiresAt } = message;
  return expiresAt === undefined ? message : message.with({ expiresAt: expiresAt + aheadMs });
}

/** A message that was not yet applied to sessions, as their hub would have delivered it. */
export interface Missed {
  readonly message: Message;
  /** Whether the message is for members of shared subscriptions only, as others already have it. */
  readonly isForSharesOnly?: boolean;
  /** The shared subscriptions (`$share/…`) whose member at that hub gets it. */
  readonly shares: readonly string[];
  /** The number under which that hub kept it for a member elsewhere, if it did. */
  readonly undelivered?: number | undefined;
  /** The client that published it there at QoS 2. */
  readonly receipt?: { readonly clientIdentifier: string; readonly packetIdentifier: number } | undefined;
}

export interface CatchUpOptions {
  readonly now: () => number;
  /** Receives a shared message if none of the sessions is a member of its subscription any more. */
  readonly onLeftOver: (share: string, message: Message) => void;
}

/** Delivers to some sessions the messages that they have missed. */
export function catchUp(
  sessions: readonly Session[],
  missed: readonly Missed[],
  { now, onLeftOver }: CatchUpOptions,
): void {
  const [plain, shared] = [new Hub({ now }), new Hub({ now })];
  for (const session of sessions)
    for (const { filter, terms } of session.subscriptions)
      (filter.group === undefined ? plain : shared).subscribe(session, filter, terms);
  const byClient = new Map(sessions.map((session) => [session.clientIdentifier, session]));
  for (const { message, isForSharesOnly = false, shares, receipt } of missed) {
    if (receipt) byClient.get(receipt.clientIdentifier)?.recall(receipt.packetIdentifier);
    if (message.isExpiredAt(now())) continue;
    if (!isForSharesOnly) plain.publish(message);
    for (const share of shares) if (!shared.redeliver(share, message, 'any')) onLeftOver(share, message);
  }
}
