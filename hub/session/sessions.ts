import type { SchedulerLike } from 'rxjs';
import { HubError, quote } from '../core/error.ts';
import type { Hub } from '../core/hub.ts';
import { ALL_RIGHTS } from '../core/rights.ts';
import type { Publisher } from '../core/subscription.ts';
import { closeEach, dismissEach, endEachOn } from './closing.ts';
import { type SessionContext, SessionCounters } from './context.ts';
import { type Entry, ensureOwner } from './entry.ts';
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from './limits.ts';
import {
  type EndedCredential,
  EVERYONE,
  isSomebodyElse,
  type KeptOwner,
  type Link,
  retainedOwner,
  type SessionOwner,
  type Will,
} from './link.ts';
import { SearchQueue } from './search-queue.ts';
import type { Session } from './session.ts';
import { SessionMoves } from './session-moves.ts';
import { SessionTable } from './session-table.ts';
import { NO_SESSION_JOURNAL, type SessionJournal, type SessionState, type StoredSession } from './store.ts';
import { type PendingWill, PendingWills } from './wills.ts';

/** A client's request when it connects. */
export interface OpenOptions {
  readonly clientIdentifier: string;
  /** Ends the client's earlier session first. [MQTT-3.1.2-4] */
  readonly cleanStart: boolean;
  /** How long the session outlives its connection, seconds; `NEVER_EXPIRES` for ever. */
  readonly expirySeconds: number;
  readonly will?: Will | undefined;
  /** The owner of the session. Default: everyone, with every right. */
  readonly owner?: SessionOwner | undefined;
}

export interface OpenedSession {
  readonly session: Session;
  /** Whether it is the session that the client had before. [MQTT-3.2.2-2] */
  readonly isPresent: boolean;
  /** The expiry after the hub's own limit, seconds. */
  readonly expirySeconds: number;
}

interface SessionsOptions {
  readonly hub: Hub;
  readonly scheduler: SchedulerLike;
  readonly limits?: Partial<SessionLimits>;
  /** Stores everything that must outlive the process. Default: nothing is stored. */
  readonly journal?: SessionJournal;
  /** Works on many sessions, one per step. Default: at once. */
  readonly inSteps?: InSteps;
}

type InSteps = (steps: Iterable<unknown>) => Promise<void>;

const atOnce: InSteps = async (steps) => {
  for (const _ of steps);
};

/** A session as administrators see it. */
export interface SessionSummary {
  readonly session: Session;
  /** The name of its owner. */
  readonly owner: string;
  /** `NEVER_EXPIRES` for ever. */
  readonly expirySeconds: number;
  /** When its client left, milliseconds of the hub's clock; `undefined` while it is connected. */
  readonly leftAt: number | undefined;
  readonly hasWill: boolean;
}

/** A session whose client is not connected. */
export interface AwaySession {
  readonly clientIdentifier: string;
  readonly owner: KeptOwner;
  /** Milliseconds of the hub's clock. */
  readonly leftAt: number;
}

/** How a connection ended. */
export interface Ending {
  /** Whether to publish the will: yes, unless the client disconnected properly. [MQTT-3.1.2-8], [MQTT-3.14.4-3] */
  readonly publishWill: boolean;
  /** A new expiry from the client's DISCONNECT, seconds. (MQTT 5, 3.14.2.2.2) */
  readonly expirySeconds?: number | undefined;
}

/** All sessions: opens them, keeps them while their clients are away, and ends them. */
export class Sessions {
  readonly counters = new SessionCounters();
  readonly limits: SessionLimits;
  /** The operations by which other hubs of a cluster move sessions to and from this one. */
  readonly moves: SessionMoves;
  readonly #context: SessionContext;
  readonly #wills: PendingWills;
  readonly #table: SessionTable;
  readonly #inSteps: InSteps;
  /** The reason why no sessions are opened any more; `undefined` while they are opened. */
  #closedFor: HubError | undefined;

  constructor(options: SessionsOptions) {
    const { hub, scheduler, limits: given = {}, journal = NO_SESSION_JOURNAL } = options;
    this.#inSteps = options.inSteps ?? atOnce;
    const limits = { ...DEFAULT_SESSION_LIMITS, ...given };
    this.limits = limits;
    this.#context = {
      hub,
      scheduler,
      limits,
      counters: this.counters,
      journal,
      searches: new SearchQueue(scheduler, hub.now),
      onPublished: (topic, clientIdentifier) => {
        const entry = this.#wills.isEmpty ? undefined : this.#table.get(clientIdentifier);
        if (entry) this.#wills.topicIsTaken(topic, entry.owner);
      },
    };
    this.#wills = new PendingWills(this.#context, (will) => this.#publisherOf(will));
    this.#table = new SessionTable(this.#context, (bytes) => this.#wills.giveWay(bytes));
    const takeOver = (entry: Entry) => this.#takeOver(entry);
    this.moves = new SessionMoves({ hub, table: this.#table, wills: this.#wills, takeOver });
  }

  get #parts() {
    return { table: this.#table, wills: this.#wills, context: this.#context };
  }

  /** The number of sessions, connected or not. */
  get size(): number {
    return this.#table.size;
  }

  get connectedCount(): number {
    return [...this.#table].filter(({ session }) => session.isLive).length;
  }

  has(clientIdentifier: string): boolean {
    return this.#table.get(clientIdentifier) !== undefined;
  }

  /**
   * Opens a client's session: the existing one, or a new one. If the client still has a connection, closes it with `session/taken-over`
   * [MQTT-3.1.4-3]. The caller greets the client and then attaches its link. Throws `limit/exceeded`; `session/not-yours` if the session
   * belongs to another account; `auth/denied` if the client may not publish its will; the reason of `closeAll` after that.
   */
  open(options: OpenOptions): OpenedSession {
    if (this.#closedFor) throw this.#closedFor;
    const { clientIdentifier, cleanStart, will, owner = EVERYONE } = options;
    const expirySeconds = Math.min(options.expirySeconds, this.limits.sessionExpirySeconds);
    const known = this.#table.get(clientIdentifier);
    if (known) ensureOwner(known, owner);
    if (will) this.#ensureWill(will, owner);
    if (known) this.#takeOver(known);
    const kept = this.#table.get(clientIdentifier); // The session may have ended with its connection.
    if (kept && cleanStart) this.#table.end(kept);
    const isPresent = kept !== undefined && !cleanStart;
    const entry = isPresent ? kept : this.#table.create({ clientIdentifier, owner, expirySeconds, will });
    entry.endAbsence();
    entry.account.moveTo(owner.name);
    // [MQTT-3.1.3-9]: the client is back in time, so its earlier will is dropped.
    Object.assign(entry, { will, owner, expirySeconds, leftAt: undefined });
    entry.session.rights = owner.rights;
    entry.note();
    this.#wills.clientIsBack(clientIdentifier, owner);
    if (will) this.#wills.topicIsTaken(will.message.topic, owner);
    return { session: entry.session, isPresent, expirySeconds };
  }

  /** Closes a client's connection with a reason; the session stays. Returns whether the client was connected. */
  disconnect(clientIdentifier: string, reason: HubError): boolean {
    const link = this.#table.get(clientIdentifier)?.session.link;
    link?.close(reason);
    return link !== undefined;
  }

  /** Ends a session, connected or not, and publishes its will. Returns whether there was one. */
  end(clientIdentifier: string, reason: HubError): boolean {
    const entry = this.#table.get(clientIdentifier);
    if (entry) this.#table.cutOff(entry, reason);
    return entry !== undefined;
  }

  find(clientIdentifier: string): Session | undefined {
    return this.#table.get(clientIdentifier)?.session;
  }

  /** Iterates over all sessions; they may change meanwhile. */
  *list(): Iterable<SessionSummary> {
    for (const { session, owner, expirySeconds, leftAt, will } of this.#table)
      yield { session, owner: owner.name, expirySeconds, leftAt, hasWill: will !== undefined };
  }

  /** The offline sessions, with the times when their clients left, milliseconds of the hub's clock. */
  *away(): Iterable<AwaySession> {
    for (const { state, leftAt } of this.#table)
      if (leftAt !== undefined)
        yield { clientIdentifier: state.clientIdentifier, owner: state.owner, leftAt };
  }

  /** Takes note that a session's connection has ended. Does nothing if the session already has another one: the end of the old one may be noticed late. */
  leave(session: Session, link: Link, { publishWill, expirySeconds }: Ending): void {
    const entry = this.#table.get(session.clientIdentifier);
    if (entry?.session !== session || session.link !== link) return;
    session.detach();
    if (!publishWill) entry.will = undefined;
    const { sessionExpirySeconds } = this.limits;
    if (expirySeconds !== undefined) entry.expirySeconds = Math.min(expirySeconds, sessionExpirySeconds);
    entry.leftAt = this.#context.hub.now();
    this.#table.awaitReturn(entry);
  }

  /** Closes the connections that a credential admitted; if it `isGone`, also ends their sessions. Wills are published whatever the rights are now. */
  endAllOn(ended: EndedCredential): Promise<void> {
    return this.#inSteps(endEachOn(this.#parts, ended));
  }

  /**
   * Closes every connection before the process ends, and opens no more sessions. Wills are kept: the next process publishes those of clients
   * that do not come back.
   */
  closeAll(reason: HubError): Promise<void> {
    this.#closedFor = reason;
    return this.#inSteps(closeEach(this.#parts, reason));
  }

  /**
   * Opens no more sessions, and closes every connection, one per step, while the sessions stay. Wills wait for `willGraceSeconds`: until then their clients may
   * connect to another hub.
   */
  *dismiss(reason: HubError): Iterable<void> {
    this.#closedFor = reason;
    yield* dismissEach(this.#parts, reason);
  }

  /**
   * Restores sessions, all of them offline, at the start or from another hub. Wills wait for `awaitReturns`; owners whose credential `isGone` are
   * treated as in `endAllOn`.
   */
  restore(
    stored: Iterable<StoredSession>,
    ownerOf: (state: SessionState) => { owner: SessionOwner; isGone: boolean },
  ): void {
    const restored = Array.from(stored, (one) => {
      const { owner, isGone } = ownerOf(one.state);
      return { entry: this.#table.restore(one, owner), pending: this.#wills.add(one.state, owner), isGone };
    });
    // Only now are all sessions there to receive the wills of others.
    for (const { entry, pending, isGone } of restored) {
      if (pending && isGone) this.#wills.publish(pending, ALL_RIGHTS);
      if (isGone) this.#table.end(entry);
      else this.#table.awaitReturn(entry);
    }
    this.#wills.resume();
  }

  /** Call it once clients can connect: publishes the restored wills of clients that do not come back within `willGraceSeconds`. */
  awaitReturns(): void {
    this.#wills.awaitReturns();
  }

  /** Ends all timers and sessions. */
  dispose(): void {
    this.#wills.close();
    for (const entry of [...this.#table]) {
      entry.will = undefined;
      this.#table.end(entry);
    }
  }

  #ensureWill({ message: { topic, size } }: Will, { name, rights }: SessionOwner): void {
    if (rights.mayPublish(topic)) this.#table.ensureRoom(size, 'the will', name);
    else throw new HubError('auth/denied', `your will may not be published to ${quote(topic)}`);
  }

  /** The client's present session, unless the identifier now belongs to another account. */
  #publisherOf({ clientIdentifier, owner }: PendingWill): Publisher {
    const entry = this.#table.get(clientIdentifier);
    if (entry && !isSomebodyElse(entry.owner, owner)) return entry.session;
    return { owner: retainedOwner(owner.name, clientIdentifier) };
  }

  #takeOver(entry: Entry): void {
    const { link } = entry.session;
    if (!link) return;
    this.leave(entry.session, link, { publishWill: true });
    const message = `client ${JSON.stringify(entry.session.clientIdentifier)} has connected again elsewhere`;
    link.close(new HubError('session/taken-over', message));
  }
}
