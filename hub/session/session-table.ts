import { HubError } from '../core/error.ts';
import type { SessionContext } from './context.ts';
import { Entry, leastMissed } from './entry.ts';
import type { SessionOwner, Will } from './link.ts';
import { Shares, sessionBytes } from './quotas.ts';
import { NO_RECORD, type StoredSession } from './store.ts';

/** How much room is made at a time, as a fraction of the limit. */
const SPARE_ROOM = 0.01;

interface NewSession {
  readonly clientIdentifier: string;
  readonly owner: SessionOwner;
  readonly expirySeconds: number;
  readonly will?: Will | undefined;
}

/** All sessions by client identifier, within the limits. Owners with the most sessions give up some to make room for others. */
export class SessionTable {
  readonly #context: SessionContext;
  readonly #entries = new Map<string, Entry>();
  readonly #shares: Shares;

  /** `giveWay` frees this many bytes of what ended sessions have left behind; returns whether that was possible. */
  constructor(context: SessionContext, giveWay: (bytes: number) => boolean) {
    this.#context = context;
    this.#shares = new Shares(context.limits, context.counters, (owner, bytes) => {
      return this.#makeRoom('bytes', owner, bytes) || giveWay(bytes);
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  get(clientIdentifier: string): Entry | undefined {
    return this.#entries.get(clientIdentifier);
  }

  /** Iterates over all sessions; they may change meanwhile. */
  [Symbol.iterator](): IterableIterator<Entry> {
    return this.#entries.values();
  }

  /** Whether this is the present session of its client. */
  isCurrent(entry: Entry): boolean {
    return this.#entries.get(entry.session.clientIdentifier) === entry;
  }

  /** Makes room for an owner's bytes. Throws `limit/exceeded`, which names what has no room. */
  ensureRoom(bytes: number, what: string, owner: string): void {
    this.#shares.ensureRoom(bytes, what, { owner, used: 0 });
  }

  /** Adds a session. Throws `limit/exceeded`. */
  create({ clientIdentifier, owner, expirySeconds, will }: NewSession): Entry {
    const { journal, limits } = this.#context;
    if (this.#entries.size >= limits.sessions && !this.#makeRoom('sessions', owner.name, 1)) {
      throw new HubError(
        'limit/exceeded',
        `the hub has all its ${limits.sessions} sessions; try again later`,
      );
    }
    this.ensureRoom(sessionBytes(clientIdentifier), 'another session', owner.name);
    const isKept = expirySeconds > 0;
    const record = isKept || will ? journal.begin() : NO_RECORD;
    const wanted = { clientIdentifier, owner, expirySeconds, record, contents: isKept ? record : NO_RECORD };
    const entry = new Entry(this.#context, this.#shares, wanted);
    this.#entries.set(clientIdentifier, entry);
    return entry;
  }

  /** Adds a stored session, even if there is no room. Its client is offline. */
  restore(stored: StoredSession, owner: SessionOwner): Entry {
    const { record, state } = stored;
    const { clientIdentifier, expirySeconds } = state;
    const wanted = { clientIdentifier, expirySeconds, owner, record, contents: record };
    const entry = new Entry(this.#context, this.#shares, wanted);
    // A session that ended with the process may have left its client's identifier to another.
    if (expirySeconds > 0) this.#entries.set(clientIdentifier, entry);
    entry.leftAt = state.leftAt ?? this.#context.hub.now();
    entry.session.restore(stored);
    return entry;
  }

  /** Makes a session wait for its client to reconnect, or ends it if it does not outlive its connection. */
  awaitReturn(entry: Entry): void {
    if (entry.expirySeconds === 0) this.end(entry);
    else entry.beginAbsence(() => this.end(entry));
  }

  /** Closes the session's connection, if it has one, and ends it. */
  cutOff(entry: Entry, reason: HubError): void {
    entry.session.link?.close(reason);
    if (this.isCurrent(entry)) this.end(entry); // The end of the connection may have ended it.
  }

  end(entry: Entry): void {
    if (this.isCurrent(entry)) this.#entries.delete(entry.session.clientIdentifier);
    entry.end();
  }

  /** Ends sessions of the owner with the most, if that is more than `owner` would have; a few extra, as each search takes time. */
  #makeRoom(what: 'sessions' | 'bytes', owner: string, needed: number): boolean {
    const greedy = this.#shares.greedierThan(owner, what, needed);
    if (!greedy) return false;
    const { limits, counters } = this.#context;
    const why = 'your sessions take most of the room for sessions, and others need some of it';
    const limit = what === 'sessions' ? limits.sessions : limits.totalSessionBytes;
    const aim = greedy[what] - Math.max(needed, Math.floor(limit * SPARE_ROOM));
    for (const entry of leastMissed(this, greedy.owner)) {
      if (greedy[what] <= aim) break;
      counters.evicted++;
      this.cutOff(entry, new HubError('limit/exceeded', why));
    }
    return true;
  }
}
