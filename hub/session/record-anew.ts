import { parseTopicFilter } from '../core/filter.ts';
import type { Message } from '../core/message.ts';
import type { SessionJournal, SessionState, StoredSession } from './session-record.ts';

/**
 * Writes sessions of another hub to new records; returns them as they are there. `aheadMs`: how far this hub's clock is ahead of the other's, by which all
 * times are moved, milliseconds. A message that is due to several of them stays one.
 */
export function recordAnew(
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

/** The same message by the clock of this hub. */
export function moveMessage(message: Message, aheadMs: number): Message {
  const { expiresAt } = message;
  return expiresAt === undefined ? message : message.with({ expiresAt: expiresAt + aheadMs });
}
