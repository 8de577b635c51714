import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import { HubError } from '../core/error.ts';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import { ALL_RIGHTS, type Rights } from '../core/rights.ts';
import type { Publisher } from '../core/subscription.ts';
import type { SessionContext } from './context.ts';
import { isSomebodyElse, type KeptOwner, type SessionOwner, type Will } from './link.ts';
import { sessionBytes } from './quotas.ts';
import type { SessionRecord, SessionState } from './store.ts';

/** The longest delay of a timer, milliseconds (2^31 − 1). */
const MAX_TIMER_MS = 2_147_483_647;

/** Calls back after a delay of any length, milliseconds. */
export function after(delayMs: number, scheduler: SchedulerLike, work: () => void): Timer {
  const stepMs = Math.min(delayMs, MAX_TIMER_MS);
  let leftMs = delayMs - stepMs;
  return scheduler.schedule(function () {
    if (leftMs <= 0) return work();
    const nextMs = Math.min(leftMs, MAX_TIMER_MS);
    leftMs -= nextMs;
    this.schedule(undefined, nextMs);
  }, stepMs);
}

/** Publishes a will, whose expiry counts from now. Counts it as dropped if these rights do not allow it, or there is no room to retain it. */
export function publishWill(
  { message, expirySeconds }: Will,
  rights: Rights,
  publisher: Publisher,
  { hub, counters }: SessionContext,
): void {
  if (!rights.mayPublish(message.topic)) {
    counters.drops.will++;
    return;
  }
  const expiresAt = expirySeconds === undefined ? message.expiresAt : hub.now() + expirySeconds * 1000;
  const expired = expiresAt === message.expiresAt ? message : message.with({ expiresAt });
  if (!publishWillMessage(expired, hub, publisher)) counters.drops.will++;
}

/** Publishes the message of a will, without retaining it if there is no room for that; returns whether it was published unchanged. */
export function publishWillMessage(message: Message, hub: Hub, publisher?: Publisher): boolean {
  if (isAccepted(() => hub.publishKept(message, publisher))) return true;
  if (message.retain) isAccepted(() => hub.publishKept(message.with({ retain: false }), publisher));
  return false;
}

/** Whether the hub accepts a message. A will that it refuses must not prevent other things from ending. */
function isAccepted(publish: () => void): boolean {
  try {
    publish();
    return true;
  } catch (error) {
    if (error instanceof HubError) return false;
    throw error;
  }
}

/** Records a will as a session of its own, which ends when the will's delay is over or its session would expire. [MQTT-3.1.3-9] */
export function recordWill(
  state: SessionState,
  will: Will,
  { journal, hub }: SessionContext,
): Pick<PendingWill, 'record' | 'delayEndsAt'> {
  const { leftAt = hub.now(), expirySeconds } = state;
  const delayEndsAt = leftAt + Math.min(will.delaySeconds, expirySeconds) * 1000;
  const record = journal.begin();
  record.update(willState(state, will, delayEndsAt));
  return { record, delayEndsAt };
}

/** A session that holds only a will, and ends when the will's delay is over. */
function willState(
  { clientIdentifier, owner }: Pick<SessionState, 'clientIdentifier' | 'owner'>,
  will: Will,
  delayEndsAt: number,
): SessionState {
  const { name, accountId, credentialIds } = owner;
  return {
    clientIdentifier,
    owner: { name, accountId, credentialIds },
    expirySeconds: 0,
    leftAt: delayEndsAt,
    will: { ...will, delaySeconds: 0 },
  };
}

/** The will of a client that was connected, or offline, when the last process, or another hub of the cluster, ended. */
export interface PendingWill {
  readonly clientIdentifier: string;
  readonly owner: SessionOwner;
  readonly will: Will;
  /** When its delay is over, milliseconds of the hub's clock. */
  readonly delayEndsAt: number;
  readonly record: SessionRecord;
  /** When this hub got it, milliseconds of the hub's clock. */
  readonly addedAt: number;
  /** The message that its topic retained then, if the will came from another hub while this one served. */
  readonly before?: { readonly retained: Message | undefined } | undefined;
}

/** How many pending wills are published in one turn of the event loop: after a power cut thousands may be due at once. */
const WILLS_PER_TURN = 100;

/** Wills that the last process left, until their clients reconnect: a restart leaves no dead device `online`, and makes no living one flicker. */
export class PendingWills {
  readonly #context: SessionContext;
  readonly #publisherOf: (pending: PendingWill) => Publisher;
  readonly #wills = new Set<PendingWill>();
  /** The pending wills by client and by topic; see `keysOf`. */
  readonly #index = new Map<string, Set<PendingWill>>();
  /** Clients whose sessions another hub may have, with their wills. */
  readonly #held = new Set<string>();
  /** Since when clients can connect, milliseconds of the hub's clock. */
  #readyAt = Number.POSITIVE_INFINITY;
  #timer: Timer | undefined;

  /** `publisherOf` returns the publisher in whose name a will is published. */
  constructor(context: SessionContext, publisherOf: (pending: PendingWill) => Publisher) {
    this.#context = context;
    this.#publisherOf = publisherOf;
  }

  /** Takes over the will of a stored session, if there is one: it has a record of its own from now on. */
  add(state: SessionState, owner: SessionOwner): PendingWill | undefined {
    const { clientIdentifier, will } = state;
    if (!will) return undefined;
    const { hub } = this.#context;
    const addedAt = hub.now();
    const before = this.#readyAt <= addedAt ? { retained: hub.retained.get(will.message.topic) } : undefined;
    const record = recordWill(state, will, this.#context);
    const pending = { clientIdentifier, owner, will, addedAt, before, ...record };
    this.#wills.add(pending);
    this.#context.counters.sessionBytes += bytesOf(pending);
    for (const key of keysOf(pending)) this.#index.set(key, (this.#index.get(key) ?? new Set()).add(pending));
    return pending;
  }

  /** Clients can connect from now on: a client that does not within `willGraceSeconds` is gone, once the delay of its will is over too. */
  awaitReturns(): void {
    this.#readyAt = Math.min(this.#readyAt, this.#context.hub.now());
    this.#publishDue();
  }

  /** Schedules wills that were added after `awaitReturns`. */
  resume(): void {
    if (this.#readyAt !== Number.POSITIVE_INFINITY) this.#publishDue();
  }

  /** Drops the pending will of a client that has connected. */
  clientIsBack(clientIdentifier: string, owner: KeptOwner): void {
    this.#drop(clientKey(clientIdentifier), owner);
  }

  /** Publishes no will of a client until `letGo`: another hub may have its session, and publish the will. */
  hold(clientIdentifier: string): void {
    this.#held.add(clientIdentifier);
  }

  letGo(clientIdentifier: string): void {
    if (this.#held.delete(clientIdentifier)) this.resume();
  }

  /** Drops a will that was already published with this message. If several wills are the same, drops only one of them. */
  drop(message: Message): void {
    const sameTopic = this.#index.get(topicKey(message.topic)) ?? [];
    const published = [...sameTopic].find(({ will }) => isSame(will.message, message));
    if (published) this.#remove(published);
  }

  /** The wills of a client, as sessions of their own. */
  statesOf(clientIdentifier: string): readonly SessionState[] {
    const pending = this.#index.get(clientKey(clientIdentifier)) ?? [];
    return Array.from(pending, (one) => willState(one, one.will, one.delayEndsAt));
  }

  /** Drops an owner's pending will for a topic, as the owner has published to the topic or set another will for it. */
  topicIsTaken(topic: string, owner: SessionOwner): void {
    this.#drop(topicKey(topic), owner);
  }

  get isEmpty(): boolean {
    return this.#wills.size === 0;
  }

  /** Publishes the wills of clients that a revoked credential had admitted, as promised, one per step. */
  *publishAllOn(credentialId: string): Iterable<void> {
    for (const pending of this.#wills) {
      if (!pending.owner.credentialIds.includes(credentialId)) continue;
      this.publish(pending, ALL_RIGHTS);
      yield;
    }
  }

  /** Publishes wills before their time, the oldest first, to make room for connected clients; returns whether that frees as many bytes. */
  giveWay(bytes: number): boolean {
    let left = bytes;
    for (const pending of this.#wills) {
      if (left <= 0) break;
      left -= bytesOf(pending);
      this.publish(pending);
    }
    return left <= 0;
  }

  /** Publishes a will now, by its owner's rights unless others are given. */
  publish(pending: PendingWill, rights: Rights = pending.owner.rights): void {
    this.#remove(pending);
    publishWill(pending.will, rights, this.#publisherOf(pending), this.#context);
  }

  /** Stops all timers. Pending wills stay recorded for the next process. */
  close(): void {
    this.#timer?.unsubscribe();
  }

  #drop(key: string, owner: KeptOwner): void {
    for (const pending of this.#index.get(key) ?? []) {
      if (!isSomebodyElse(pending.owner, owner)) this.#remove(pending);
    }
  }

  #remove(pending: PendingWill): void {
    pending.record.end();
    if (!this.#wills.delete(pending)) return;
    this.#context.counters.sessionBytes -= bytesOf(pending);
    for (const key of keysOf(pending)) {
      const known = this.#index.get(key);
      known?.delete(pending);
      if (known?.size === 0) this.#index.delete(key);
    }
  }

  #publishDue(): void {
    const { hub, scheduler } = this.#context;
    const now = hub.now();
    const waiting = [...this.#wills].filter(({ clientIdentifier }) => !this.#held.has(clientIdentifier));
    const expired = waiting.filter((pending) => this.#dueAt(pending) <= now);
    for (const pending of expired.slice(0, WILLS_PER_TURN)) {
      if (this.#isTakenElsewhere(pending)) this.#remove(pending);
      else this.publish(pending);
    }
    let next = Number.POSITIVE_INFINITY;
    for (const pending of waiting) if (this.#wills.has(pending)) next = Math.min(next, this.#dueAt(pending));
    if (next === Number.POSITIVE_INFINITY) return;
    this.#timer?.unsubscribe();
    this.#timer = after(Math.max(0, next - now), scheduler, () => this.#publishDue());
  }

  /** A device without a name of its own reconnects to any hub as another client: what it publishes there counts as with `topicIsTaken`. */
  #isTakenElsewhere({ before, will: { message } }: PendingWill): boolean {
    const { retained } = this.#context.hub;
    return before !== undefined && message.retain && retained.get(message.topic) !== before.retained;
  }

  #dueAt({ addedAt, delayEndsAt }: PendingWill): number {
    const graceMs = this.#context.limits.willGraceSeconds * 1000;
    return Math.max(Math.max(this.#readyAt, addedAt) + graceMs, delayEndsAt);
  }
}

function isSame(one: Message, other: Message): boolean {
  return one.topic === other.topic && one.qos === other.qos && areSame(one.bytes, other.bytes);
}

function areSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

function bytesOf({ clientIdentifier, will }: PendingWill): number {
  return sessionBytes(clientIdentifier) + will.message.size;
}

const clientKey = (clientIdentifier: string) => `client ${clientIdentifier}`;
const topicKey = (topic: string) => `topic ${topic}`;

function keysOf({ clientIdentifier, will }: PendingWill): readonly string[] {
  return [clientKey(clientIdentifier), topicKey(will.message.topic)];
}
