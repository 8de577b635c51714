import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import { type Entry, ensureOwner } from './entry.ts';
import type { KeptOwner } from './link.ts';
import { catchUp, type Missed, MovingSession } from './moving-session.ts';
import type { SessionTable } from './session-table.ts';
import type { QueuedMessage } from './store.ts';
import type { PendingWills } from './wills.ts';

export interface SurrenderOptions {
  readonly clientIdentifier: string;
  readonly cleanStart: boolean;
  readonly owner: KeptOwner;
}

interface SessionMovesOptions {
  readonly hub: Hub;
  readonly table: SessionTable;
  readonly wills: PendingWills;
  /** Closes the connection of a session, if it has one, because its client has connected elsewhere. */
  readonly takeOver: (entry: Entry) => void;
}

/** Moves sessions between this hub and others. */
export class SessionMoves {
  readonly #hub: Hub;
  readonly #table: SessionTable;
  readonly #wills: PendingWills;
  readonly #takeOver: (entry: Entry) => void;

  constructor({ hub, table, wills, takeOver }: SessionMovesOptions) {
    this.#hub = hub;
    this.#table = table;
    this.#wills = wills;
    this.#takeOver = takeOver;
  }

  /**
   * Hands over a client's session, since the client has connected to another hub: closes its connection as `Sessions.open` does, and ends the session for a clean
   * start. Returns the remaining session, ready to move; `undefined` if there is none. Throws `session/not-yours`.
   */
  surrender({ clientIdentifier, cleanStart, owner }: SurrenderOptions): MovingSession | undefined {
    const known = this.#table.get(clientIdentifier);
    if (known) ensureOwner(known, owner);
    this.#wills.clientIsBack(clientIdentifier, owner);
    if (known) this.#takeOver(known);
    const kept = this.#table.get(clientIdentifier);
    if (kept && cleanStart) this.#table.end(kept);
    return kept && !cleanStart ? this.#hold(kept) : undefined;
  }

  /** Holds a client's session offline until it is known whether another hub has it; `undefined` if there is none. */
  hold(clientIdentifier: string): MovingSession | undefined {
    const entry = this.#table.get(clientIdentifier);
    return entry && this.#hold(entry);
  }

  /** Delivers missed messages to the sessions of some clients. */
  catchUp(clientIdentifiers: readonly string[], missed: readonly Missed[]): void {
    const sessions = clientIdentifiers.flatMap((id) => this.#table.get(id)?.session ?? []);
    const hub = this.#hub;
    catchUp(sessions, missed, {
      now: hub.now,
      onLeftOver: (share, message) => hub.redeliver(share, message, 'any'),
    });
  }

  /** Adds messages that were queued for a client's session at another hub while the session moved here. */
  appendQueued(clientIdentifier: string, due: readonly QueuedMessage[]): void {
    this.#table.get(clientIdentifier)?.session.append(due);
  }

  /** Takes note that an earlier process received this packet identifier of QoS 2 from a client. It is not published again until the client releases it. */
  recall(clientIdentifier: string, packetIdentifier: number): void {
    this.#table.get(clientIdentifier)?.session.recall(packetIdentifier);
  }

  /** Drops a will that came to this process with a session, as an earlier process has published it. */
  dropWill(message: Message): void {
    this.#wills.drop(message);
  }

  #hold(entry: Entry): MovingSession {
    const { clientIdentifier } = entry.session;
    const isKnown = () => this.#table.isCurrent(entry);
    entry.endAbsence();
    this.#wills.hold(clientIdentifier);
    return new MovingSession(entry, {
      isKnown,
      wills: () => this.#wills.statesOf(clientIdentifier),
      stay: () => {
        this.#wills.letGo(clientIdentifier);
        if (isKnown()) this.#table.awaitReturn(entry);
      },
      end: () => {
        if (isKnown()) this.#endMoved(entry);
        this.#wills.letGo(clientIdentifier);
      },
    });
  }

  #endMoved(entry: Entry): void {
    entry.will = undefined;
    this.#wills.clientIsBack(entry.session.clientIdentifier, entry.owner);
    this.#table.end(entry);
  }
}
