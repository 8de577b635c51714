import { logIsGone } from './cluster-health.ts';
import type { ClusterStore } from './cluster-store.ts';
import type { Engine, SharedLog } from './engine.ts';
import { readBase } from './ledger-base.ts';
import type { EntryClock } from './ledger-frame.ts';
import { registerPosition } from './ledger-positions.ts';
import type { PlacedMessage } from './recent-entries.ts';
import { type RetainedState, replayRetained } from './retained-replay.ts';

/** The ledger, and its readers. */
export interface LedgerAccess {
  readonly engine: Engine;
  readonly log: SharedLog;
  readonly clock: EntryClock;
}

/** The retained messages as of the last change of the hub's sessions. From there on the ledger is kept for this hub. */
export async function readStart(
  { engine, log, clock }: LedgerAccess,
  hub: string,
  { epoch, ledgerPlace }: Pick<ClusterStore, 'epoch' | 'ledgerPlace'>,
): Promise<RetainedState> {
  for (;;) {
    const { state, cell } = await readBase(engine, clock);
    // If a base is ahead of this hub, another hub has had all sessions of this one.
    const position = Math.max(ledgerPlace?.position ?? 0, state.position);
    if ((await log.range()).last < position) throw logIsGone('the ledger');
    await registerPosition(engine, { hub, epoch, position });
    const again = await readBase(engine, clock);
    if (again.cell?.revision !== cell?.revision) continue;
    await replayRetained(state, log, { to: position, clock });
    return state;
  }
}

/** Reads messages of the ledger again: those after `after`, up to `until`. */
export async function readAgain(
  { engine, log, clock }: LedgerAccess,
  { after, until }: { readonly after: number; readonly until: number },
): Promise<PlacedMessage[]> {
  const { state } = await readBase(engine, clock);
  const placed: PlacedMessage[] = [];
  await replayRetained(state, log, {
    to: until,
    clock,
    onMessage: (message) => message.sequence > after && placed.push(message),
  });
  return placed;
}
