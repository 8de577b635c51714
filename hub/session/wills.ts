import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import { HubError } from '../core/error.ts';
import type { Hub } from '../core/hub.ts';
import type { Publisher } from '../core/subscription.ts';
import type { SessionCounters, SessionLimits } from './limits.ts';
import { isSomebodyElse, type SessionOwner, type Will } from './link.ts';
import { sessionBytes } from './quotas.ts';
import type { SessionRecord, SessionState } from './session-journal.ts';

/** The longest delay that a timer takes, milliseconds (2^31 − 1). */
export const MAX_TIMER_MS = 2_147_483_647;

/** How many pending wills are published in one turn of the event loop: after a power cut thousands may be due at once. */
const WILLS_PER_TURN = 100;

interface WillOptions {
  readonly hub: Hub;
  readonly counters: SessionCounters;
}

/** The publisher of a will. A `promised` will is published even if its owner has lost the right to since the connection began. */
interface Testator {
  readonly owner: Pick<SessionOwner, 'rights'>;
  readonly publisher?: Publisher | undefined;
  readonly isPromised?: boolean;
}

/**
 * Publishes a will; its expiry counts from now. If there is no room to retain it, those who listen get it all the same. Counts it as
 * dropped if its owner may not publish it, or it is not retained as it should be.
 */
export function publishWill(
  { message, expirySeconds }: Will,
  testator: Testator,
  options: WillOptions,
): void {
  const { hub, counters } = options;
  const { owner, publisher, isPromised = false } = testator;
  if (!isPromised && !owner.rights.mayPublish(message.topic)) {
    counters.drops.will++;
    return;
  }
  const expiresAt = expirySeconds === undefined ? message.expiresAt : hub.now() + expirySeconds * 1000;
  const due = expiresAt === message.expiresAt ? message : message.with({ expiresAt });
  try {
    hub.publish(due, publisher);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    counters.drops.will++;
    hub.publish(due.with({ retain: false }), publisher);
  }
}

/** What is kept of a will apart from its session. */
type WillState = SessionState & { readonly will: Will; readonly leftAt: number };

/**
 * Parts a will from its session: it becomes the will of a session that ends with its connection, of a client that leaves when the delay of
 * the will is over, or the session would have expired. [MQTT-3.1.3-9]
 */
export function partWill(state: SessionState, will: Will, now: number): WillState {
  const { leftAt = now, expirySeconds } = state;
  const delayMs = Math.min(will.delaySeconds, expirySeconds) * 1000;
  return { ...state, expirySeconds: 0, leftAt: leftAt + delayMs, will: { ...will, delaySeconds: 0 } };
}

/** The will of a client that was connected, or away, when the last process ended. */
export interface PendingWill {
  readonly clientIdentifier: string;
  readonly owner: SessionOwner;
  readonly will: Will;
  /** When its delay is over, milliseconds of the hub's clock. */
  readonly delayEndsAt: number;
  readonly record: SessionRecord;
}

interface PendingWillsOptions extends WillOptions {
  readonly scheduler: SchedulerLike;
  readonly limits: Pick<SessionLimits, 'willGraceSeconds'>;
  /** In whose name a will is published. */
  readonly publisherOf: (pending: PendingWill) => Publisher;
}

/**
 * Wills that were left over when the hub's process ended. They wait until the hub is up again, and then for their clients to come back
 * (MQTT 5, 3.1.2.5), so that a restart neither leaves a dead device `online` nor makes a living one flicker.
 */
export class PendingWills {
  readonly #options: PendingWillsOptions;
  readonly #wills = new Set<PendingWill>();
  /** By client and by topic; see `keysOf`. */
  readonly #index = new Map<string, Set<PendingWill>>();
  #readyAt: number | undefined;
  #timer: Timer | undefined;

  constructor(options: PendingWillsOptions) {
    this.#options = options;
  }

  add(pending: PendingWill): void {
    this.#wills.add(pending);
    this.#options.counters.sessionBytes += bytesOf(pending);
    for (const key of keysOf(pending)) {
      const known = this.#index.get(key);
      if (known) known.add(pending);
      else this.#index.set(key, new Set([pending]));
    }
  }

  /** Clients can connect from now on: those that do not within `willGraceSeconds` are gone, if the delay of their will is over too. */
  awaitReturns(): void {
    this.#readyAt ??= this.#options.hub.now();
    this.#publishDue();
  }

  /** A client has connected: its pending will no longer counts. */
  clientIsBack(clientIdentifier: string, owner: SessionOwner): void {
    this.#drop(clientKey(clientIdentifier), owner);
  }

  /** An owner speaks for a topic, by a message or another will: a pending will of theirs for it no longer counts. */
  topicIsTaken(topic: string, owner: SessionOwner): void {
    this.#drop(topicKey(topic), owner);
  }

  get isEmpty(): boolean {
    return this.#wills.size === 0;
  }

  /** Publishes the wills of those who were let in by a credential that has been withdrawn, as they were promised. */
  publishAllOn(credentialId: string): void {
    for (const pending of [...this.#wills]) {
      if (pending.owner.credentialIds.includes(credentialId)) this.publish(pending, true);
    }
  }

  /** Publishes wills before they are due, the oldest first, to make room for clients that are there; whether that frees as many bytes. */
  giveWay(bytes: number): boolean {
    let left = bytes;
    for (const pending of this.#wills) {
      if (left <= 0) break;
      left -= bytesOf(pending);
      this.publish(pending);
    }
    return left <= 0;
  }

  publish(pending: PendingWill, isPromised = false): void {
    const { owner, will } = pending;
    this.#remove(pending);
    const publisher = this.#options.publisherOf(pending);
    publishWill(will, { owner, publisher, isPromised }, this.#options);
  }

  /** Publishes nothing any more. What is pending stays kept for the next process. */
  close(): void {
    this.#timer?.unsubscribe();
  }

  #drop(key: string, owner: SessionOwner): void {
    for (const pending of this.#index.get(key) ?? []) {
      if (!isSomebodyElse(pending.owner, owner)) this.#remove(pending);
    }
  }

  #remove(pending: PendingWill): void {
    pending.record.end();
    if (!this.#wills.delete(pending)) return;
    this.#options.counters.sessionBytes -= bytesOf(pending);
    for (const key of keysOf(pending)) {
      const known = this.#index.get(key);
      known?.delete(pending);
      if (known?.size === 0) this.#index.delete(key);
    }
  }

  #publishDue(): void {
    const now = this.#options.hub.now();
    const due = [...this.#wills].filter((pending) => this.#dueAt(pending) <= now);
    for (const pending of due.slice(0, WILLS_PER_TURN)) this.publish(pending);
    this.#sleep(now);
  }

  #sleep(now: number): void {
    let next = Number.POSITIVE_INFINITY;
    for (const pending of this.#wills) next = Math.min(next, this.#dueAt(pending));
    if (next === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.min(MAX_TIMER_MS, Math.max(0, next - now));
    this.#timer?.unsubscribe();
    this.#timer = this.#options.scheduler.schedule(() => this.#publishDue(), delayMs);
  }

  #dueAt({ delayEndsAt }: PendingWill): number {
    const { willGraceSeconds } = this.#options.limits;
    const graceEndsAt = (this.#readyAt ?? Number.POSITIVE_INFINITY) + willGraceSeconds * 1000;
    return Math.max(graceEndsAt, delayEndsAt);
  }
}

function bytesOf({ clientIdentifier, will }: PendingWill): number {
  return sessionBytes(clientIdentifier) + will.message.size;
}

function clientKey(clientIdentifier: string): string {
  return `client ${clientIdentifier}`;
}

function topicKey(topic: string): string {
  return `topic ${topic}`;
}

function keysOf({ clientIdentifier, will }: PendingWill): readonly string[] {
  return [clientKey(clientIdentifier), topicKey(will.message.topic)];
}
