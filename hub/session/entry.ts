import type { Subscription as Timer } from 'rxjs';
import { HubError, quote } from '../core/error.ts';
import type { Rights } from '../core/rights.ts';
import type { SessionContext } from './context.ts';
import { NEVER_EXPIRES } from './limits.ts';
import { isSomebodyElse, type KeptOwner, type SessionOwner, type Will } from './link.ts';
import { SessionAccount, type Shares, sessionBytes } from './quotas.ts';
import { Session } from './session.ts';
import type { SessionRecord, SessionState } from './store.ts';
import { after, publishWill } from './wills.ts';

interface EntryOptions {
  readonly clientIdentifier: string;
  readonly owner: SessionOwner;
  readonly expirySeconds: number;
  /** Keeps the state of the entry. */
  readonly record: SessionRecord;
  /** Records the session's content: `NO_RECORD` if it ends with its connection. */
  readonly contents: SessionRecord;
}

/** Shared by all sessions whose clients were never offline. Always empty. */
const NONE: Timer[] = [];

/** A session with its owner and its will. Once its client is offline, it publishes the will when the will's delay is over. */
export class Entry {
  readonly session: Session;
  readonly account: SessionAccount;
  owner: SessionOwner;
  expirySeconds: number;
  /** When the client left, milliseconds of the hub's clock; `undefined` while it is connected. */
  leftAt: number | undefined;
  #will: Will | undefined;
  #timers = NONE;
  readonly #record: SessionRecord;
  readonly #context: SessionContext;

  constructor(context: SessionContext, shares: Shares, options: EntryOptions) {
    const { clientIdentifier, owner, expirySeconds, record, contents } = options;
    this.account = new SessionAccount(owner.name, shares, sessionBytes(clientIdentifier));
    this.session = new Session(clientIdentifier, context, this.account, contents);
    this.session.rights = owner.rights;
    this.owner = owner;
    this.expirySeconds = expirySeconds;
    this.#record = record;
    this.#context = context;
  }

  get will(): Will | undefined {
    return this.#will;
  }

  /** Sets the will. Its memory counts in the session's account. */
  set will(will: Will | undefined) {
    this.account.count((will?.message.size ?? 0) - (this.#will?.message.size ?? 0));
    this.#will = will;
  }

  /** The parts of a stored session without its contents. */
  get state(): SessionState {
    const { expirySeconds, will, leftAt } = this;
    const { name, accountId, credentialIds } = this.owner;
    const { clientIdentifier } = this.session;
    return { clientIdentifier, owner: { name, accountId, credentialIds }, expirySeconds, will, leftAt };
  }

  note(): void {
    this.#record.update(this.state);
  }

  /** Waits for the client to reconnect: the will for its delay or until the session ends, the session for its expiry. */
  beginAbsence(onExpired: () => void): void {
    const { hub, scheduler } = this.#context;
    const now = hub.now();
    const awayMs = now - (this.leftAt ?? now);
    const wait = (seconds: number, work: () => void) => {
      this.#timers = [...this.#timers, after(Math.max(0, seconds * 1000 - awayMs), scheduler, work)];
    };
    const { delaySeconds = 0 } = this.will ?? {};
    if (delaySeconds * 1000 <= awayMs) this.publishWill();
    if (this.will) {
      wait(delaySeconds, () => {
        this.publishWill();
        this.note();
      });
    }
    if (this.expirySeconds !== NEVER_EXPIRES) wait(this.expirySeconds, onExpired);
    this.note();
  }

  endAbsence(): void {
    const timers = this.#timers;
    this.#timers = NONE;
    for (const timer of timers) timer.unsubscribe();
  }

  /** Publishes the will, if there is one, by the owner's rights unless others are given. */
  publishWill(rights: Rights = this.owner.rights): void {
    const { will, session } = this;
    this.will = undefined;
    if (will) publishWill(will, rights, session, this.#context);
  }

  /** A will whose delay is not over is published when the session ends. [MQTT-3.1.2-10] */
  end(): void {
    this.endAbsence();
    this.publishWill();
    this.session.end();
    this.#record.end();
    this.account.close();
  }
}

/** Throws `session/not-yours` if a session belongs to somebody else. */
export function ensureOwner({ session, owner }: Entry, other: KeptOwner): void {
  if (!isSomebodyElse(owner, other)) return;
  const message = `the client identifier ${quote(session.clientIdentifier)} belongs to somebody else; choose another`;
  throw new HubError('session/not-yours', message);
}

/** An owner's sessions in the order in which to end them: first the clients that left longest ago, then, of those connected, the newest. */
export function leastMissed(entries: Iterable<Entry>, owner: string): Entry[] {
  const owned = [...entries].filter((entry) => entry.owner.name === owner);
  const away = owned.filter(({ leftAt }) => leftAt !== undefined);
  const connected = owned.filter(({ leftAt }) => leftAt === undefined);
  return [...away.sort((one, other) => (one.leftAt ?? 0) - (other.leftAt ?? 0)), ...connected.reverse()];
}
