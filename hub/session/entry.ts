import type { Subscription as Timer } from 'rxjs';
import type { SessionOwner, Will } from './link.ts';
import type { SessionAccount } from './quotas.ts';
import type { Session } from './session.ts';
import type { SessionRecord } from './session-journal.ts';

/** A session, and what there is to know of it beside what it holds. */
export interface Entry {
  readonly session: Session;
  readonly record: SessionRecord;
  readonly account: SessionAccount;
  owner: SessionOwner;
  expirySeconds: number;
  /** To be set by `setWill`. */
  will: Will | undefined;
  /** Since when the client is away, milliseconds of the hub's clock. */
  leftAt: number | undefined;
  willTimer: Timer | undefined;
  expiryTimer: Timer | undefined;
}

export function setWill(entry: Entry, will: Will | undefined): void {
  entry.account.free(entry.will?.message.size ?? 0);
  entry.account.restore(will?.message.size ?? 0);
  entry.will = will;
}

/** Has the session's record say what there is to know of it now. */
export function note({
  session,
  record,
  owner: { name, accountId, credentialIds },
  expirySeconds,
  will,
  leftAt,
}: Entry): void {
  const { clientIdentifier } = session;
  record.update({ clientIdentifier, owner: { name, accountId, credentialIds }, expirySeconds, will, leftAt });
}

/** An owner's sessions, those first that are missed least: of clients that left long ago; and of those that are there, the newest. */
export function leastMissed(entries: Iterable<Entry>, owner: string): Entry[] {
  const owned = [...entries].filter((entry) => entry.owner.name === owner);
  const away = owned.filter(({ leftAt }) => leftAt !== undefined);
  const there = owned.filter(({ leftAt }) => leftAt === undefined);
  return [...away.sort((one, other) => (one.leftAt ?? 0) - (other.leftAt ?? 0)), ...there.reverse()];
}
