import type { Logger } from 'pino';
import type { Message } from '../core/message.ts';
import type { Missed } from '../session/moving-session.ts';
import type { StoredMessage, StoredSession } from '../session/store.ts';
import { gatherSessions, Records } from '../storage/hub/stored-sessions.ts';
import type { Engine } from './engine.ts';
import { type HubCell, readHubCell } from './hub-cell.ts';
import { readBase } from './ledger-base.ts';
import type { EntryClock } from './ledger-frame.ts';
import { LEDGER_LOG } from './log-names.ts';
import { replayLog } from './log-replay.ts';
import type { Undelivered } from './move-tables.ts';
import { type PlacedMessage, toMissed } from './recent-entries.ts';
import { type RetainedState, replayRetained } from './retained-replay.ts';
import { HubState, type StateTables } from './state.ts';
import { notInLedger, publishedWills } from './undelivered-messages.ts';

export interface GatheringOptions {
  readonly engine: Engine;
  /** The hubs that were ever in the cluster. */
  readonly hubs: readonly string[];
  /** The clock of the caller. */
  readonly clock: EntryClock;
  readonly log: Logger;
}

/** Sessions that one hub had. */
export interface HubSessions {
  readonly sessions: readonly StoredSession[];
  /** How far the caller's clock is ahead of that hub's, milliseconds. */
  readonly aheadMs: number;
  /** Messages in the ledger that are not applied to these sessions yet. */
  readonly missed: readonly Missed[];
  /** Wills of these sessions that are already in the ledger. */
  readonly published: readonly Message[];
  /** Messages that the hub had not delivered to others yet, by the caller's clock. */
  readonly undelivered: readonly Undelivered[];
}

/** Messages queued for a session after it had left for another hub. */
export interface Remainder {
  readonly clientIdentifier: string;
  readonly due: readonly StoredMessage[];
  readonly aheadMs: number;
}

/** Everything that a cluster keeps for clients. */
export interface Gathered {
  readonly retained: readonly Message[];
  readonly hubs: readonly HubSessions[];
  readonly remainders: readonly Remainder[];
}

/** Gathers the state that the hubs of a cluster have left, while none of them runs. Rejects with `store/damaged`, `store/unavailable` and `UnansweredError`. */
export async function gatherCluster(options: GatheringOptions): Promise<Gathered> {
  const { state, placed } = await readLedger(options);
  const found = await findHubs(options);
  for (const { tables } of found) addRetained(state, tables);
  const parts = found.map((one) => separate(one, found, options));
  return {
    retained: [...state.messages.values()],
    hubs: parts.map(({ hub, tables, aheadMs, sessions }) => {
      const missed = missedBy(hub, tables, placed);
      const left = { undelivered: tables.undelivered, missed, aheadMs };
      return { sessions, aheadMs, missed, published: publishedWills(left), undelivered: notInLedger(left) };
    }),
    remainders: parts.flatMap(({ remainders }) => remainders),
  };
}

interface ReadLedger {
  readonly state: RetainedState;
  /** The messages in the ledger after the base. */
  readonly placed: readonly PlacedMessage[];
}

async function readLedger({ engine, clock, log }: GatheringOptions): Promise<ReadLedger> {
  const { state } = await readBase(engine, clock);
  const ledger = await engine.log(LEDGER_LOG);
  const { last } = await ledger.range();
  if (last < state.position)
    log.warn('the ledger of the cluster is gone: what was published last is missing');
  const placed: PlacedMessage[] = [];
  await replayRetained(state, ledger, { to: last, clock, onMessage: (message) => placed.push(message) });
  return { state, placed };
}

interface FoundHub {
  readonly hub: string;
  readonly cell: HubCell;
  readonly tables: StateTables;
}

/** The hubs whose state is not completely at others. */
async function findHubs({ engine, hubs }: GatheringOptions): Promise<readonly FoundHub[]> {
  const found: FoundHub[] = [];
  for (const hub of hubs) {
    const cell = await readHubCell(engine, hub);
    if (!cell || cell.isEmpty === true) continue;
    const log = await engine.log(hub);
    const { first, last } = await log.range();
    if (last < first) continue; // The hub never served.
    const { target } = await replayLog(log, () => new HubState());
    found.push({ hub, cell, tables: target.tables });
  }
  return found.filter(({ hub, cell }) => !isAdopted(hub, cell, found));
}

/** Whether another hub has taken all of a hub's state, and was killed before it could record that in the hub's cell. */
function isAdopted(hub: string, { adopter, epoch }: HubCell, found: readonly FoundHub[]): boolean {
  return adopter !== undefined && found.some(({ tables }) => (tables.adopted.get(hub) ?? 0) >= epoch);
}

/** The retained messages of a hub that was alone and has not sent them to the others yet. */
function addRetained({ messages }: RetainedState, { retained }: StateTables): void {
  for (const [topic, message] of retained) if (!messages.has(topic)) messages.set(topic, message);
}

interface Part extends Pick<FoundHub, 'hub' | 'tables'> {
  readonly aheadMs: number;
  readonly sessions: readonly StoredSession[];
  readonly remainders: readonly Remainder[];
}

/** The sessions of a hub that are still its own; for those that have arrived at another hub, only the rest of their queued messages. */
function separate(one: FoundHub, all: readonly FoundHub[], { clock }: GatheringOptions): Part {
  const { hub, tables } = one;
  const aheadMs = aheadOf(tables, clock);
  const hasArrived = (handOver: string) =>
    all.some((other) => other !== one && other.tables.arrived.get(handOver) !== undefined);
  const sessions: StoredSession[] = [];
  const remainders: Remainder[] = [];
  for (const session of gatherSessions(new Records(tables))) {
    const { clientIdentifier } = session.state;
    const leaving = tables.leaving.get(clientIdentifier);
    if (!leaving || !hasArrived(leaving.handOver)) sessions.push(session);
    else {
      // The rest reached the other hub through the ledger too.
      const isLeft = ({ ticket, terms }: StoredMessage) =>
        ticket > leaving.lastTicket && terms.share !== undefined;
      remainders.push({ clientIdentifier, due: session.due.filter(isLeft), aheadMs });
    }
  }
  return { hub, tables, aheadMs, sessions, remainders };
}

/** How far the caller's clock is ahead of a hub's. Since its last mark, the hub's clock has advanced with the time of day. */
function aheadOf({ clock: marks }: StateTables, { now, timeOfDay }: EntryClock): number {
  const mark = marks.get(0);
  if (!mark) return 0;
  return now() - (mark.hubMs + Math.max(0, timeOfDay() - mark.wallMs));
}

function missedBy(hub: string, { ledger }: StateTables, placed: readonly PlacedMessage[]): readonly Missed[] {
  const position = ledger.get(0)?.position ?? 0;
  return placed.filter(({ sequence }) => sequence > position).map((one) => toMissed(one, hub));
}
