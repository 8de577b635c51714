import type { SchedulerLike } from 'rxjs';
import { HubError } from '../core/error.ts';
import type { Hub } from '../core/hub.ts';
import { Absences } from './absences.ts';
import { type Entry, leastMissed, note, setWill } from './entry.ts';
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
import { EVERYONE, isSomebodyElse, type SessionOwner } from './link.ts';
import {
  ensureRoom,
  SessionAccount,
  type SessionAccounting,
  type Shared,
  Shares,
  sessionBytes,
} from './quotas.ts';
import { SearchQueue } from './replay.ts';
import { Session } from './session.ts';
import {
  NO_RECORD,
  NO_SESSION_JOURNAL,
  type SessionJournal,
  type SessionRecord,
  type SessionState,
  type StoredSession,
} from './session-journal.ts';

/** What a client says of its session when it connects. */
export interface OpenOptions {
  readonly clientIdentifier: string;
  /** Ends an earlier session of this client first. [MQTT-3.1.2-4] */
  readonly cleanStart: boolean;
  /** How long the session is kept after the connection is gone, seconds; `NEVER_EXPIRES` for ever. */
  readonly expirySeconds: number;
  readonly will?: Will | undefined;
  /** Who it is that opens it. Default: everyone's, with every right. */
  readonly owner?: SessionOwner | undefined;
}

export interface OpenedSession {
  readonly session: Session;
  /** Whether it goes on from before. [MQTT-3.2.2-2] */
  readonly isPresent: boolean;
  /** The expiry that holds, the hub's limit applied, seconds. */
  readonly expirySeconds: number;
}

interface SessionsOptions {
  readonly hub: Hub;
  /** Times wills, expiry, and long searches for retained messages. */
  readonly scheduler: SchedulerLike;
  readonly limits?: Partial<SessionLimits>;
  /** Told of what must outlive the process. Default: nothing must. */
  readonly journal?: SessionJournal;
}

/** How a connection ended. */
export interface Ending {
  /** Whether the will is to be published: always, but where the client said goodbye. [MQTT-3.1.2-8], [MQTT-3.14.4-3] */
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

/** The owner of a session that was kept, as they are known now. */
interface RestoredOwner {
  readonly owner: SessionOwner;
  /** Whether what let them in has ended since. */
  readonly isGone: boolean;
}

/** What a session is opened with. */
type Wanted = Pick<Entry, 'owner' | 'expirySeconds'>;

/** Where what is to be known of a session is told: of itself, and of what it holds. */
interface Places {
  readonly record: SessionRecord;
  readonly contents: SessionRecord;
  readonly account: SessionAccount;
}

/** How much room is made at a time, as a part of what there is. */
const SPARE_ROOM = 0.01;

/** All sessions, by client identifier: opens them, keeps them while their clients are away, and ends them. */
export class Sessions {
  readonly counters = new SessionCounters();
  readonly limits: SessionLimits;
  readonly #hub: Hub;
  readonly #journal: SessionJournal;
  readonly #searches: SearchQueue;
  readonly #absences: Absences;
  readonly #entries = new Map<string, Entry>();
  readonly #shares = new Shares();
  readonly #accounting: SessionAccounting;

  constructor({ hub, scheduler, limits = {}, journal = NO_SESSION_JOURNAL }: SessionsOptions) {
    this.#hub = hub;
    this.#journal = journal;
    this.#searches = new SearchQueue(scheduler, hub.now);
    const { counters } = this;
    this.#absences = new Absences({ hub, scheduler, counters, onExpired: (entry) => this.#end(entry) });
    this.limits = { ...DEFAULT_SESSION_LIMITS, ...limits };
    this.#accounting = {
      limits: this.limits,
      counters: this.counters,
      shares: this.#shares,
      makeRoom: (owner, bytes) => this.#makeRoom('bytes', owner, bytes),
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
   * Opens a client's session: the one that it has, or a new one. A connection that it still has is closed with `session/taken-over`
   * [MQTT-3.1.4-3]. The caller greets the client and then attaches its link. Throws `limit/exceeded`, and `auth/denied` where the session
   * is somebody else's, or the will is not theirs to publish.
   */
  open(options: OpenOptions): OpenedSession {
    const { clientIdentifier, cleanStart, expirySeconds, will, owner = EVERYONE } = options;
    const known = this.#entries.get(clientIdentifier);
    if (known && isSomebodyElse(known.owner, owner)) throw notYours(clientIdentifier);
    if (will && !owner.rights.mayPublish(will.message.topic)) throw willDenied(will);
    if (will) ensureRoom(will.message.size, 'the will', owner.name, this.#accounting);
    if (known) this.#takeOver(known);
    const kept = this.#entries.get(clientIdentifier); // Unless it has ended with its connection.
    if (kept && cleanStart) this.#end(kept);
    const isPresent = kept !== undefined && !cleanStart;
    const wanted = { expirySeconds: Math.min(expirySeconds, this.limits.sessionExpirySeconds), owner };
    const entry = isPresent ? kept : this.#create(clientIdentifier, wanted, will);
    this.#absences.over(entry);
    entry.account.moveTo(owner.name);
    setWill(entry, will); // [MQTT-3.1.3-9]: back in time, so the one before is not said.
    Object.assign(entry, wanted, { leftAt: undefined });
    entry.session.rights = owner.rights;
    note(entry);
    return { session: entry.session, isPresent, expirySeconds: entry.expirySeconds };
  }

  /**
   * The connection that a session was attached to has ended. Does nothing where another has taken its place: the same session may have
   * gone on with a new connection long before the end of the old one is noticed.
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
   * A credential was revoked or has changed: closes the connections that it admitted and, if it is gone, ends their sessions too. Their wills are
   * published with the rights of their admission, so that no device seems online for ever.
   */
  endAllOn({ credentialId, reason, isGone }: EndedCredential): void {
    for (const entry of [...this.#entries.values()]) {
      if (!entry.owner.credentialIds.includes(credentialId)) continue;
      if (isGone || entry.session.isLive) this.#absences.publishWill(entry, 'promised');
      entry.session.link?.close(reason);
      if (isGone && this.#entries.get(entry.session.clientIdentifier) === entry) this.#end(entry);
    }
  }

  /** Closes every connection with a reason. Their wills stay unsaid, as the clients are told; those of clients that were gone already are kept. */
  closeAll(reason: HubError): void {
    for (const entry of [...this.#entries.values()]) {
      const { link } = entry.session;
      if (!link) continue;
      setWill(entry, undefined);
      note(entry);
      link.close(reason);
    }
  }

  /**
   * Takes up again the sessions that there were when the process ended. Their clients count as gone since they left or, where they were
   * connected, since now: wills are published as if the connections had just been lost. [MQTT-3.1.2-8] Sessions of owners that are gone end
   * as `endAllOn` ends them.
   */
  restore(stored: Iterable<StoredSession>, ownerOf: (state: SessionState) => RestoredOwner): void {
    const restored = [...stored].map((one) => {
      const { owner, isGone } = ownerOf(one.state);
      return { entry: this.#restore(one, owner), isGone };
    });
    // Only now, when all are there to hear the wills of the others.
    for (const { entry, isGone } of restored) {
      entry.leftAt ??= this.#hub.now();
      if (isGone) this.#absences.publishWill(entry, 'promised');
      if (isGone || entry.expirySeconds === 0) this.#end(entry);
      else this.#absences.begin(entry);
    }
  }

  /** Ends all that runs: timers, sessions. */
  dispose(): void {
    for (const entry of [...this.#entries.values()]) {
      setWill(entry, undefined);
      this.#end(entry);
    }
  }

  #create(clientIdentifier: string, wanted: Wanted, will: Will | undefined): Entry {
    const { name } = wanted.owner;
    const { sessions } = this.limits;
    if (this.#entries.size >= sessions && !this.#makeRoom('sessions', name, 1)) throw full(sessions);
    const account = this.#openAccount(clientIdentifier, name);
    const isKept = wanted.expirySeconds > 0;
    const record = isKept || will ? this.#journal.begin() : NO_RECORD;
    return this.#add(clientIdentifier, wanted, { record, contents: isKept ? record : NO_RECORD, account });
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
   * Ends sessions of the owner who has most, if that is more than the one who needs room would have then: first those that have been away
   * for longest. A few more than it takes, so that the next one need not search again. Whether there is room.
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

  #add(clientIdentifier: string, wanted: Wanted, { record, contents, account }: Places): Entry {
    const context = {
      hub: this.#hub,
      limits: this.limits,
      counters: this.counters,
      searches: this.#searches,
    };
    const session = new Session(clientIdentifier, context, { record: contents, account });
    session.rights = wanted.owner.rights;
    const later = { will: undefined, leftAt: undefined, willTimer: undefined, expiryTimer: undefined };
    const entry: Entry = { session, record, account, ...wanted, ...later };
    this.#entries.set(clientIdentifier, entry);
    return entry;
  }

  #restore(stored: StoredSession, owner: SessionOwner): Entry {
    const { record, state } = stored;
    const { clientIdentifier, expirySeconds, will } = state;
    const account = new SessionAccount(owner.name, this.#accounting);
    account.restore(sessionBytes(clientIdentifier));
    const entry = this.#add(
      clientIdentifier,
      { owner, expirySeconds },
      { record, contents: record, account },
    );
    setWill(entry, will);
    entry.leftAt = state.leftAt;
    entry.session.restore(stored);
    return entry;
  }

  #takeOver(entry: Entry): void {
    const { link } = entry.session;
    if (!link) return;
    this.leave(entry.session, link, { publishWill: true });
    const message = `client ${JSON.stringify(entry.session.clientIdentifier)} has connected anew elsewhere`;
    link.close(new HubError('session/taken-over', message));
  }

  /** [MQTT-3.1.2-10]: a will that is still waiting is published with the session's end. */
  #end(entry: Entry): void {
    this.#absences.over(entry);
    this.#entries.delete(entry.session.clientIdentifier);
    this.#absences.publishWill(entry);
    entry.session.end();
    entry.record.end();
    entry.account.close();
  }
}
