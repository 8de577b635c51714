import type { Logger } from 'pino';
import { type Missed, moveMessage, recordAnew } from '../session/moving-session.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Store, StoredDue, StoredSession, Ticket } from '../session/store.ts';
import { gatherSessions, Records } from '../storage/hub/stored-sessions.ts';
import type { HandOver } from './hand-over.ts';
import type { Leaving, Owed } from './move-tables.ts';
import { clientsOf } from './moving-options.ts';
import { saidWills, unpaid } from './owed-messages.ts';
import type { SessionOrder } from './session-order.ts';
import type { StateTables } from './state.ts';

export interface InheritanceOptions {
  /** This hub. */
  readonly hub: string;
  readonly store: Pick<Store, 'journal'>;
  /** Default: there is no ledger. */
  readonly order?: SessionOrder | undefined;
  readonly sessions: Pick<Sessions, 'has' | 'appendDue' | 'catchUp' | 'dropWill'>;
  readonly handOver: HandOver;
  /** Restores sessions that are already in the store. */
  readonly restore: (stored: readonly StoredSession[]) => void;
  /** Sends the messages that the dead hub owed to others. */
  readonly pay: (owed: Owed) => void;
  readonly log: Logger;
}

/** Messages that are still queued for a session that is here. */
interface Remainder {
  readonly clientIdentifier: string;
  readonly due: readonly StoredDue[];
}

/** `aheadMs`: how far the clock here is ahead, milliseconds. `missed`: ledger entries that were not yet applied to the dead hub's sessions. */
export interface Circumstances {
  readonly aheadMs: number;
  readonly missed: readonly Missed[];
}

/**
 * Takes over the state of a dead hub within one turn: its sessions, and what it was moving. Hand-overs that had this hub as their other side end here.
 */
export function inherit(
  dead: StateTables,
  { aheadMs, missed }: Circumstances,
  options: InheritanceOptions,
): void {
  const { store, restore, sessions, pay } = options;
  const theirs = gatherSessions(new Records(dead));
  const taken = endTakings(dead, theirs, { ...options, aheadMs });
  const remainders = [...taken, ...endGivings(dead, options)];
  const moved = new Set(taken.map(({ clientIdentifier }) => clientIdentifier)); // With their wills.
  const wanted = theirs.filter(
    (session) => !moved.has(session.state.clientIdentifier) && isWanted(session, options),
  );
  const anew = recordAnew(wanted, store.journal, aheadMs);
  restore(anew);
  sessions.catchUp(clientsOf(wanted), missed);
  for (const { clientIdentifier, due } of remainders) sessions.appendDue(clientIdentifier, due);
  const left = { owed: dead.owed, missed, aheadMs };
  for (const will of saidWills(left)) sessions.dropWill(will);
  resumeGivings(dead, { wanted, anew }, options);
  for (const owed of unpaid(left)) pay(owed);
}

/** For sessions that the dead hub was giving and that are here already: messages queued there since, which the ledger does not bring here. */
function endTakings(
  { leaving }: StateTables,
  theirs: readonly StoredSession[],
  { handOver, order, aheadMs }: InheritanceOptions & { readonly aheadMs: number },
): readonly Remainder[] {
  return theirs.flatMap(({ state: { clientIdentifier, expirySeconds }, due }) => {
    const one = expirySeconds === 0 ? undefined : leaving.get(clientIdentifier);
    if (!one || !handOver.taking.end(one.handOver)) return [];
    const later = due.filter(
      ({ ticket, terms }) => ticket > one.lastTicket && (!order || terms.share !== undefined),
    );
    const moved = later.map((each) => ({ ...each, message: moveMessage(each.message, aheadMs) }));
    return [{ clientIdentifier, due: moved }];
  });
}

/** Sessions that this hub was giving and that the dead hub had taken: they come back. */
function endGivings({ arrived }: StateTables, { handOver }: InheritanceOptions): readonly Remainder[] {
  return [...arrived].flatMap(([id, one]) => {
    const remainder = handOver.giving.end(id);
    if (remainder.length === 0) handOver.taking.resume(id, one);
    return remainder.map(({ due }) => ({ clientIdentifier: one.clientIdentifier, due }));
  });
}

/** A client has one session; a will that is stored on its own is not a session. */
function isWanted({ state }: StoredSession, { sessions, log }: InheritanceOptions): boolean {
  const { clientIdentifier, expirySeconds } = state;
  if (expirySeconds === 0 || !sessions.has(clientIdentifier)) return true;
  log.debug({ client: clientIdentifier }, 'the session of this client is here already');
  return false;
}

interface Inherited {
  readonly wanted: readonly StoredSession[];
  readonly anew: readonly StoredSession[];
}

/** Sessions that the dead hub was giving to others, which may have them. */
function resumeGivings(
  { leaving }: StateTables,
  { wanted, anew }: Inherited,
  { hub, handOver }: InheritanceOptions,
): void {
  for (const [index, { state, due }] of wanted.entries()) {
    const one = leaving.get(state.clientIdentifier);
    if (!one || state.expirySeconds === 0) continue;
    if (one.to === hub) handOver.taking.refuse(one.handOver);
    else handOver.giving.resume(state.clientIdentifier, renumber(one, due, anew[index]));
  }
}

function renumber(leaving: Leaving, before: readonly StoredDue[], after?: StoredSession): Leaving {
  const count = before.filter(({ ticket }) => ticket <= leaving.lastTicket).length;
  const lastTicket: Ticket = after?.due[count - 1]?.ticket ?? 0;
  return { ...leaving, lastTicket };
}
