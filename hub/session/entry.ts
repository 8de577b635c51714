import type { Subscription as Timer } from 'rxjs';
import type { SessionOwner, Will } from './link.ts';
import type { SessionAccount } from './quotas.ts';
import type { Session } from './session.ts';
import type { SessionRecord, SessionState } from './session-journal.ts';

/** A session with its owner, its will and its timers. */
export interface Entry {
  readonly session: Session;
  readonly record: SessionRecord;
  readonly account: SessionAccount;
  owner: SessionOwner;
  expirySeconds: number;
  /** Set it by `setWill`, which accounts for its memory. */
  will: Will | undefined;
  /** When the client left, milliseconds of the hub's clock; `undefined` while it is connected. */
  leftAt: number | undefined;
  willTimer: Timer | undefined;
  expiryTimer: Timer | undefined;
}

export function setWill(entry: Entry, will: Will | undefined): void {
  entry.account.free(entry.will?.message.size ?? 0);
  entry.account.restore(will?.message.size ?? 0);
  entry.will = will;
}

/** What is kept of a session beside its contents. */
export function stateOf(entry: Entry): SessionState {
  const { session, expirySeconds, will, leftAt } = entry;
  const { name, accountId, credentialIds } = entry.owner;
  const { clientIdentifier } = session;
  return { clientIdentifier, owner: { name, accountId, credentialIds }, expirySeconds, will, leftAt };
}

/** Writes the session's present state to its record. */
export function note(entry: Entry): void {
  entry.record.update(stateOf(entry));
}

/** An owner's sessions in the order in which to end them: first the clients that left longest ago, then, of those connected, the newest. */
export function leastMissed(entries: Iterable<Entry>, owner: string): Entry[] {
  const owned = [...entries].filter((entry) => entry.owner.name === owner);
  const away = owned.filter(({ leftAt }) => leftAt !== undefined);
  const there = owned.filter(({ leftAt }) => leftAt === undefined);
  return [...away.sort((one, other) => (one.leftAt ?? 0) - (other.leftAt ?? 0)), ...there.reverse()];
}
