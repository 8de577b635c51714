import type { SchedulerLike } from 'rxjs';
import { HubError } from '../core/error.ts';
import type { Hub } from '../core/hub.ts';
import type { Publisher } from '../core/subscription.ts';
import { Absences } from './absences.ts';
import { type Entry, leastMissed, note, setWill, stateOf } from './entry.ts';
import {
  DEFAULT_SESSION_LIMITS,
  full,
  notYours,
  SessionCounters,
  type SessionLimits,
  takesTooMuch,
  willDenied,
} from './limits.ts';
import type { Link, Will } from './link.ts';
import { EVERYONE, isSomebodyElse, retainedOwner, type SessionOwner } from './link.ts';
import {
  ensureRoom,
  SessionAccount,
  type SessionAccounting,
  type Shared,
  Shares,
  sessionBytes,
} from './quotas.ts';
import { SearchQueue } from './replay.ts';
import { Session, type SessionContext, type SessionHoldings } from './session.ts';
import {
  NO_RECORD,
  NO_SESSION_JOURNAL,
  type SessionJournal,
  type SessionRecord,
  type SessionState,
  type StoredSession,
} from './session-journal.ts';
import { type PendingWill, PendingWills, partWill } from './wills.ts';

/** What a client asks for when it connects. */
export interface OpenOptions {
  readonly clientIdentifier: string;
  /** Ends an earlier session of this client first. [MQTT-3.1.2-4] */
  readonly cleanStart: boolean;
  /** How long the session is kept after the connection is gone, seconds; `NEVER_EXPIRES` for ever. */
  readonly expirySeconds: number;
  readonly will?: Will | undefined;
  /** Default: everyone, with every right. */
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
  /** Times wills, expiry, and long searches for retained messages. */
  readonly scheduler: SchedulerLike;
  readonly limits?: Partial<SessionLimits>;
  /** Keeps what must outlive the process. Default: keeps nothing. */
  readonly journal?: SessionJournal;
}

/** How a connection ended. */
export interface Ending {
  /** Whether to publish the will: unless the client said goodbye. [MQTT-3.1.2-8], [MQTT-3.14.4-3] */
  readonly publishWill: boolean;
  /** A new expiry that came with the goodbye, seconds. (MQTT 5, 3.14.2.2.2) */
  readonly expirySeconds?: number | undefined;
}

/** A credential that was revoked, or whose rights have changed. */
interface EndedCredential {
  readonly credentialId: string;
  /** False if the owner may come in again. */
  readonly isGone: boolean;
  /** Sent to the clients that are disconnected. */
  readonly reason: HubError;
}

/** The owner of a restored session, by the accounts of today. */
interface RestoredOwner {
  readonly owner: SessionOwner;
  /** Whether the credential that let them in was withdrawn since. */
  readonly isGone: boolean;
}

/** What a session is opened with. */
type Wanted = Pick<Entry, 'owner' | 'expirySeconds'>;

/** How much room is made at a time, as a fraction of the limit. */
const SPARE_ROOM = 0.01;

/** All sessions, by client identifier: opens them, keeps them while their clients are away, and ends them. */
export class Sessions {
  readonly counters = new SessionCounters();
  readonly limits: SessionLimits;
  readonly #hub: Hub;
  readonly #journal: SessionJournal;
  readonly #context: SessionContext;
  readonly #absences: Absences;
  readonly #wills: PendingWills;
  readonly #entries = new Map<string, Entry>();
  readonly #shares = new Shares();
  readonly #accounting: SessionAccounting;

  constructor({ hub, scheduler, limits = {}, journal = NO_SESSION_JOURNAL }: SessionsOptions) {
    this.#hub = hub;
    this.#journal = journal;
    this.limits = { ...DEFAULT_SESSION_LIMITS, ...limits };
    const { counters } = this;
    this.#context = {
      hub,
      limits: this.limits,
      counters,
      searches: new SearchQueue(scheduler, hub.now),
      onPublished: (topic, session) => this.#noticePublished(topic, session),
    };
    this.#absences = new Absences({ hub, scheduler, counters, onExpired: (entry) => this.#end(entry) });
    this.#wills = new PendingWills({
      hub,
      scheduler,
      counters,
      limits: this.limits,
      publisherOf: (will) => this.#publisherOf(will),
    });
    this.#accounting = {
      limits: this.limits,
      counters,
      shares: this.#shares,
      makeRoom: (owner, bytes) => this.#makeRoom('bytes', owner, bytes) || this.#wills.giveWay(bytes),
    };
  }

  /** How many sessions there are, connected or not. */
  get size(): number {
    return this.#entries.size;
  }

  /** How many of them have a connection now. */
  get connectedCount(): number {
    let count = 0;
    for (const { session } of this.#entries.values()) if (session.isLive) count++;
    return count;
  }

  has(clientIdentifier: string): boolean {
    return this.#entries.has(clientIdentifier);
  }

  /**
   * Opens a client's session: the one it has, or a new one. Closes a connection that the client still has with `session/taken-over`
   * [MQTT-3.1.4-3]. The caller greets the client and then attaches its link. Throws `limit/exceeded`; `session/not-yours` if the session
   * belongs to another account; `auth/denied` if the client may not publish its will.
   */
  open(options: OpenOptions): OpenedSession {
    const { clientIdentifier, cleanStart, expirySeconds, will, owner = EVERYONE } = options;
    const known = this.#entries.get(clientIdentifier);
    if (known && isSomebodyElse(known.owner, owner)) throw notYours(clientIdentifier);
    if (will) this.#ensureWill(will, owner);
    if (known) this.#takeOver(known);
    const kept = this.#entries.get(clientIdentifier); // It may have ended with its connection.
    if (kept && cleanStart) this.#end(kept);
    const isPresent = kept !== undefined && !cleanStart;
    const wanted = { expirySeconds: Math.min(expirySeconds, this.limits.sessionExpirySeconds), owner };
    const entry = isPresent ? kept : this.#create(clientIdentifier, wanted, will);
    this.#absences.over(entry);
    entry.account.moveTo(owner.name);
    setWill(entry, will); // [MQTT-3.1.3-9]: the client is back in time, so its earlier will is dropped.
    Object.assign(entry, wanted, { leftAt: undefined });
    entry.session.rights = owner.rights;
    note(entry);
    this.#dropPendingWills(entry);
    return { session: entry.session, isPresent, expirySeconds: entry.expirySeconds };
  }

  /**
   * A session's connection has ended. Does nothing if the session has another connection by now: the end of the old one may be noticed
   * long after the client has come back.
   */
  leave(session: Session, link: Link, { publishWill, expirySeconds }: Ending): void {
    const entry = this.#entries.get(session.clientIdentifier);
    if (entry?.session !== session || session.link !== link) return;
    session.detach();
    if (!publishWill) setWill(entry, undefined);
    if (expirySeconds !== undefined)
      entry.expirySeconds = Math.min(expirySeconds, this.limits.sessionExpirySeconds);
    entry.leftAt = this.#hub.now();
    if (entry.expirySeconds === 0) this.#end(entry);
    else this.#absences.begin(entry);
  }

  /**
   * A credential was changed, or withdrawn (`isGone`): closes the connections that it let in with the reason; if it is gone, also ends
   * their sessions. Their wills are published whatever their owners' rights are now, so that a device that is cut off does not stay `online`.
   */
  endAllOn({ credentialId, reason, isGone }: EndedCredential): void {
    for (const entry of [...this.#entries.values()]) {
      if (!entry.owner.credentialIds.includes(credentialId)) continue;
      if (isGone || entry.session.isLive) this.#absences.publishWill(entry, true);
      entry.session.link?.close(reason);
      if (isGone && this.#entries.get(entry.session.clientIdentifier) === entry) this.#end(entry);
    }
    if (isGone) this.#wills.publishAllOn(credentialId);
  }

  /**
   * Closes every connection with a reason, before the process ends. The clients' wills are not published but kept: the next process
   * publishes them if their clients do not come back to it.
   */
  closeAll(reason: HubError): void {
    for (const entry of [...this.#entries.values()]) {
      const { link } = entry.session;
      if (!link) continue;
      if (entry.will) this.#recordWill(stateOf(entry), entry.will);
      setWill(entry, undefined);
      note(entry);
      link.close(reason);
    }
  }

  /**
   * Restores the sessions that the last process kept. Clients that were connected count as away from now on. Wills wait for `awaitReturns`,
   * but those of owners that are gone are published, and their sessions ended, as `endAllOn` does.
   */
  restore(stored: Iterable<StoredSession>, ownerOf: (state: SessionState) => RestoredOwner): void {
    const restored = [...stored].map((one) => {
      const { owner, isGone } = ownerOf(one.state);
      return { entry: this.#restore(one, owner), pending: this.#restoreWill(one.state, owner), isGone };
    });
    // Only now, when all sessions are there to receive the wills of others.
    for (const { entry, pending, isGone } of restored) {
      if (pending && isGone) this.#wills.publish(pending, true);
      if (isGone || entry.expirySeconds === 0) this.#end(entry);
      else this.#absences.begin(entry);
    }
  }

  /** Call it once clients can connect: publishes the restored wills of those that do not come back within `willGraceSeconds`. */
  awaitReturns(): void {
    this.#wills.awaitReturns();
  }

  /** Ends all timers and sessions. */
  dispose(): void {
    this.#wills.close();
    for (const entry of [...this.#entries.values()]) {
      setWill(entry, undefined);
      this.#end(entry);
    }
  }

  #ensureWill(will: Will, { name, rights }: SessionOwner): void {
    const { topic, size } = will.message;
    if (!rights.mayPublish(topic)) throw willDenied(will);
    ensureRoom(size, 'the will', name, this.#accounting);
  }

  /** The client's present session, unless the identifier is another account's now. */
  #publisherOf({ clientIdentifier, owner }: PendingWill): Publisher {
    const entry = this.#entries.get(clientIdentifier);
    if (entry && !isSomebodyElse(entry.owner, owner)) return entry.session;
    return { owner: retainedOwner(owner, clientIdentifier) };
  }

  #dropPendingWills({ session, owner, will }: Entry): void {
    this.#wills.clientIsBack(session.clientIdentifier, owner);
    if (will) this.#wills.topicIsTaken(will.message.topic, owner);
  }

  #create(clientIdentifier: string, wanted: Wanted, will: Will | undefined): Entry {
    const { name } = wanted.owner;
    const { sessions } = this.limits;
    if (this.#entries.size >= sessions && !this.#makeRoom('sessions', name, 1)) throw full(sessions);
    const account = this.#openAccount(clientIdentifier, name);
    const isKept = wanted.expirySeconds > 0;
    const record = isKept || will ? this.#journal.begin() : NO_RECORD;
    const entry = this.#createEntry(clientIdentifier, wanted, record, {
      record: isKept ? record : NO_RECORD,
      account,
    });
    this.#entries.set(clientIdentifier, entry);
    return entry;
  }

  #openAccount(clientIdentifier: string, owner: string): SessionAccount {
    const account = new SessionAccount(owner, this.#accounting);
    try {
      account.take(sessionBytes(clientIdentifier), 'another session');
      return account;
    } catch (error) {
      account.close();
      throw error;
    }
  }

  /**
   * Ends sessions of the owner who has most, if that is more than the one who needs room would then have: first those that have been away
   * longest. Ends a few more than needed, so that not every new session has to search. Returns whether there is room.
   */
  #makeRoom(what: Shared, owner: string, needed: number): boolean {
    const greedy = this.#shares.greedierThan(owner, what, needed);
    if (!greedy) return false;
    const limit = what === 'sessions' ? this.limits.sessions : this.limits.totalSessionBytes;
    const aim = greedy[what] - Math.max(needed, Math.floor(limit * SPARE_ROOM));
    for (const entry of leastMissed(this.#entries.values(), greedy.owner)) {
      if (greedy[what] <= aim) break;
      this.#evict(entry);
    }
    return true;
  }

  #evict(entry: Entry): void {
    this.counters.evicted++;
    entry.session.link?.close(takesTooMuch());
    if (this.#entries.get(entry.session.clientIdentifier) === entry) this.#end(entry);
  }

  #createEntry(
    clientIdentifier: string,
    wanted: Wanted,
    record: SessionRecord,
    holdings: SessionHoldings,
  ): Entry {
    const session = new Session(clientIdentifier, this.#context, holdings);
    session.rights = wanted.owner.rights;
    const later = { will: undefined, leftAt: undefined, willTimer: undefined, expiryTimer: undefined };
    return { session, record, account: holdings.account, ...wanted, ...later };
  }

  #restore(stored: StoredSession, owner: SessionOwner): Entry {
    const { record, state } = stored;
    const { clientIdentifier, expirySeconds } = state;
    const account = new SessionAccount(owner.name, this.#accounting);
    account.restore(sessionBytes(clientIdentifier));
    const entry = this.#createEntry(clientIdentifier, { owner, expirySeconds }, record, { record, account });
    // One that ended with the process may have left its client's identifier to another.
    if (expirySeconds > 0) this.#entries.set(clientIdentifier, entry);
    entry.leftAt = state.leftAt ?? this.#hub.now();
    entry.session.restore(stored);
    return entry;
  }

  /** A will that was kept with a session has a record of its own from now on. */
  #restoreWill(state: SessionState, owner: SessionOwner): PendingWill | undefined {
    const { clientIdentifier, will } = state;
    if (!will) return undefined;
    const { record, delayEndsAt } = this.#recordWill(state, will);
    const pending = { clientIdentifier, owner, will, delayEndsAt, record };
    this.#wills.add(pending);
    return pending;
  }

  #recordWill(state: SessionState, will: Will): Pick<PendingWill, 'record' | 'delayEndsAt'> {
    const record = this.#journal.begin();
    const parted = partWill(state, will, this.#hub.now());
    record.update(parted);
    return { record, delayEndsAt: parted.leftAt };
  }

  #noticePublished(topic: string, session: Session): void {
    if (this.#wills.isEmpty) return;
    const entry = this.#entries.get(session.clientIdentifier);
    if (entry) this.#wills.topicIsTaken(topic, entry.owner);
  }

  #takeOver(entry: Entry): void {
    const { link } = entry.session;
    if (!link) return;
    this.leave(entry.session, link, { publishWill: true });
    const message = `client ${JSON.stringify(entry.session.clientIdentifier)} has connected again elsewhere`;
    link.close(new HubError('session/taken-over', message));
  }

  /** A will whose delay is not over is published with the session's end. [MQTT-3.1.2-10] */
  #end(entry: Entry): void {
    this.#absences.over(entry);
    const { clientIdentifier } = entry.session;
    if (this.#entries.get(clientIdentifier) === entry) this.#entries.delete(clientIdentifier);
    this.#absences.publishWill(entry);
    entry.session.end();
    entry.record.end();
    entry.account.close();
  }
}
