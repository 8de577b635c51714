import type { Logger } from 'pino';
import { type Missed, moveMessage, recordMovedSessions } from '../session/moving-session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Store, StoredMessage, StoredSession, Ticket } from '../session/store.ts';
import { gatherSessions, Records } from '../storage/hub/stored-sessions.ts';
import type { HandOver } from './hand-over.ts';
import type { Leaving, Undelivered } from './move-tables.ts';
import { clientsOf } from './moving-options.ts';
import type { SessionOrder } from './session-order.ts';
import type { StateTables } from './state.ts';
import { notInLedger, publishedWills } from './undelivered-messages.ts';

export interface InheritanceOptions {
  /** This hub. */
  readonly hub: string;
  readonly store: Pick<Store, 'journal'>;
  /** Default: there is no ledger. */
  readonly order?: SessionOrder | undefined;
  readonly sessions: Pick<Sessions, 'has' | 'moves'>;
  readonly handOver: HandOver;
  /** Restores sessions that are already in the store. */
  readonly restore: (stored: readonly StoredSession[]) => void;
  /** Sends the messages that the dead hub had not delivered to others yet. */
  readonly redeliver: (undelivered: Undelivered) => void;
  readonly log: Logger;
}

/** Messages that are still queued for a session that is here. */
interface Remainder {
  readonly clientIdentifier: string;
  readonly due: readonly StoredMessage[];
}

/** `aheadMs`: how far the clock here is ahead, milliseconds. `missed`: ledger entries that were not yet applied to the dead hub's sessions. */
export interface InheritanceContext {
  readonly aheadMs: number;
  readonly missed: readonly Missed[];
}

/**
 * Takes over the state of a dead hub within one turn: its sessions, and those that it was moving. Hand-overs that had this hub as their other side end here.
 */
export function inherit(
  dead: StateTables,
  { aheadMs, missed }: InheritanceContext,
  options: InheritanceOptions,
): void {
  const { store, restore, sessions, redeliver } = options;
  const theirs = gatherSessions(new Records(dead));
  const taken = endReceivedSessions(dead, theirs, { ...options, aheadMs });
  const remainders = [...taken, ...endSentSessions(dead, options)];
  const moved = new Set(taken.map(({ clientIdentifier }) => clientIdentifier)); // With their wills.
  const wanted = theirs.filter(
    (session) => !moved.has(session.state.clientIdentifier) && isWanted(session, options),
  );
  const recorded = recordMovedSessions(wanted, store.journal, aheadMs);
  restore(recorded);
  sessions.moves.catchUp(clientsOf(wanted), missed);
  for (const { clientIdentifier, due } of remainders) sessions.moves.appendQueued(clientIdentifier, due);
  const left = { undelivered: dead.undelivered, missed, aheadMs };
  for (const will of publishedWills(left)) sessions.moves.dropWill(will);
  resumeHandOvers(dead, { wanted, recorded }, options);
  for (const one of notInLedger(left)) redeliver(one);
}

/**
 * Ends hand-overs of sessions that the dead hub was giving and that are here already. Returns the messages queued there since, which the ledger does not bring
 * here.
 */
function endReceivedSessions(
  { leaving }: StateTables,
  theirs: readonly StoredSession[],
  { handOver, order, aheadMs }: InheritanceOptions & { readonly aheadMs: number },
): readonly Remainder[] {
  return theirs.flatMap(({ state: { clientIdentifier, expirySeconds }, due }) => {
    const one = expirySeconds === 0 ? undefined : leaving.get(clientIdentifier);
    if (!one || !handOver.receiver.end(one.handOver)) return [];
    const later = due.filter(
      ({ ticket, terms }) => ticket > one.lastTicket && (!order || terms.share !== undefined),
    );
    const moved = later.map((each) => ({ ...each, message: moveMessage(each.message, aheadMs) }));
    return [{ clientIdentifier, due: moved }];
  });
}

/** Ends hand-overs of sessions that this hub was giving and that the dead hub had taken. These sessions come back. */
function endSentSessions({ arrived }: StateTables, { handOver }: InheritanceOptions): readonly Remainder[] {
  return [...arrived].flatMap(([id, one]) => {
    const remainder = handOver.sender.end(id);
    if (remainder.length === 0) handOver.receiver.resume(id, one);
    return remainder.map(({ due }) => ({ clientIdentifier: one.clientIdentifier, due }));
  });
}

/** Whether a session is taken: not if its client has one here. A will that is stored on its own is not a session, and is taken in any case. */
function isWanted({ state }: StoredSession, { sessions, log }: InheritanceOptions): boolean {
  const { clientIdentifier, expirySeconds } = state;
  if (expirySeconds === 0 || !sessions.has(clientIdentifier)) return true;
  log.debug({ client: clientIdentifier }, 'the session of this client is here already');
  return false;
}

interface Inherited {
  readonly wanted: readonly StoredSession[];
  readonly recorded: readonly StoredSession[];
}

/** Continues hand-overs of sessions that the dead hub was giving to others, which may have them already. */
function resumeHandOvers(
  { leaving }: StateTables,
  { wanted, recorded }: Inherited,
  { hub, handOver }: InheritanceOptions,
): void {
  for (const [index, { state, due }] of wanted.entries()) {
    const one = leaving.get(state.clientIdentifier);
    if (!one || state.expirySeconds === 0) continue;
    if (one.to === hub) handOver.receiver.refuse(one.handOver);
    else handOver.sender.resume(state.clientIdentifier, renumber(one, due, recorded[index]));
  }
}

function renumber(leaving: Leaving, before: readonly StoredMessage[], after?: StoredSession): Leaving {
  const count = before.filter(({ ticket }) => ticket <= leaving.lastTicket).length;
  const lastTicket: Ticket = after?.due[count - 1]?.ticket ?? 0;
  return { ...leaving, lastTicket };
}
