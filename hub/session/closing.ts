import type { HubError } from '../core/error.ts';
import { ALL_RIGHTS } from '../core/rights.ts';
import type { SessionContext } from './context.ts';
import type { EndedCredential } from './link.ts';
import type { SessionTable } from './session-table.ts';
import { type PendingWills, recordWill } from './wills.ts';

interface ClosingParts {
  readonly table: SessionTable;
  readonly wills: PendingWills;
  readonly context: SessionContext;
}

/** Closes the connections that a credential admitted, one per step; if it `isGone`, also ends their sessions. */
export function* endEachOn(
  { table, wills }: ClosingParts,
  { credentialId, reason, isGone }: EndedCredential,
): Iterable<void> {
  const admitted = Array.from(table, (entry) => ({ entry, owner: entry.owner })).filter(({ owner }) =>
    owner.credentialIds.includes(credentialId),
  );
  for (const { entry, owner } of admitted) {
    if (!table.isCurrent(entry) || entry.owner !== owner) continue; // The session ended meanwhile, or its client was admitted again.
    if (isGone || entry.session.isLive) entry.publishWill(ALL_RIGHTS);
    if (isGone) table.cutOff(entry, reason);
    else entry.session.link?.close(reason);
    yield;
  }
  if (isGone) yield* wills.publishAllOn(credentialId);
}

/** Closes every connection before the process ends, one per step. The next process publishes the wills of clients that do not come back. */
export function* closeEach({ table, context }: ClosingParts, reason: HubError): Iterable<void> {
  for (const entry of [...table]) {
    const { link } = entry.session;
    if (!link) continue;
    if (entry.will) recordWill(entry.state, entry.will, context);
    entry.will = undefined;
    entry.note();
    link.close(reason);
    yield;
  }
}

/** Closes every connection while the sessions stay, one per step. Wills wait for `willGraceSeconds`. */
export function* dismissEach({ table, wills }: ClosingParts, reason: HubError): Iterable<void> {
  for (const entry of [...table]) {
    const { link } = entry.session;
    if (!link) continue;
    wills.add(entry.state, entry.owner);
    entry.will = undefined;
    entry.note();
    link.close(reason);
    yield;
  }
  wills.resume();
}
