import { VirtualTimeScheduler } from 'rxjs';
import { Hub } from '../core/hub.ts';
import { untilSafe } from '../core/ports.ts';
import { ALL_RIGHTS } from '../core/rights.ts';
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from '../session/limits.ts';
import { moveMessage, recordMovedSessions } from '../session/moving-session.ts';
import { Sessions } from '../session/sessions.ts';
import type { Store, StoredSession } from '../session/store.ts';
import type { Gathered } from './gathering.ts';
import { clientsOf } from './moving-options.ts';
import { redeliver } from './undelivered-messages.ts';

/** Limits that drop nothing that a cluster has kept. The hub that opens the store has limits of its own. */
const NO_LIMITS = Object.fromEntries(
  Object.keys(DEFAULT_SESSION_LIMITS).map((name) => [name, Number.MAX_SAFE_INTEGER]),
) as SessionLimits;

export interface SingleHubCounts {
  readonly sessions: number;
  readonly retained: number;
}

/** Writes the state of a cluster to the empty store of a hub that will run alone. Resolves once it is safe. Rejects with `store/unavailable`. */
export async function writeSingleHub(
  store: Store,
  { retained, hubs, remainders }: Gathered,
): Promise<SingleHubCounts> {
  const { journal, now } = store;
  // The clock stands still: no session expires and no will is due before a hub serves.
  const hub = new Hub({ now, journal });
  const sessions = new Sessions({ hub, scheduler: new VirtualTimeScheduler(), journal, limits: NO_LIMITS });
  for (const message of retained) if (!message.isExpiredAt(now())) journal.retain(message);
  const known = new Set<string>();
  const kept = hubs.map(({ sessions: theirs, aheadMs, missed, published }) => {
    const anew = recordMovedSessions(withoutKnown(theirs, known), journal, aheadMs);
    sessions.restore(anew, ({ owner }) => ({ owner: { ...owner, rights: ALL_RIGHTS }, isGone: false }));
    for (const will of published) sessions.moves.dropWill(will);
    return { clients: clientsOf(anew), missed };
  });
  // Only now, as a shared message may be for a session of another hub.
  for (const { clients, missed } of kept) sessions.moves.catchUp(clients, missed);
  for (const { clientIdentifier, due, aheadMs } of remainders)
    sessions.moves.appendQueued(
      clientIdentifier,
      due.map((one) => ({ ...one, message: moveMessage(one.message, aheadMs) })),
    );
  for (const { undelivered } of hubs) for (const one of undelivered) redeliver(one, hub);
  await untilSafe(journal);
  return { sessions: known.size, retained: retained.length };
}

/** A client has one session; a will that is stored on its own is not a session. */
function withoutKnown(sessions: readonly StoredSession[], known: Set<string>): readonly StoredSession[] {
  return sessions.filter(({ state: { clientIdentifier, expirySeconds } }) => {
    if (expirySeconds === 0) return true;
    if (known.has(clientIdentifier)) return false;
    known.add(clientIdentifier);
    return true;
  });
}
