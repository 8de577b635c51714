import { HubError, quote } from '../core/error.ts';
import { parseTopicFilter, type TopicFilter } from '../core/filter.ts';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import { type DeliveryFlags, OWN, RETAIN, RETAINED } from '../core/message.ts';
import { ALL_RIGHTS, denied, type Rights } from '../core/rights.ts';
import type { Publisher, Subscriber, Subscription, Terms } from '../core/subscription.ts';
import { IdentifierSet } from './identifier-set.ts';
import type { SessionCounters, SessionLimits } from './limits.ts';
import { type Link, type RetainFlag, retainedOwner } from './link.ts';
import { Outbox } from './outbox.ts';
import { QueueAccount, type SessionAccount } from './quotas.ts';
import { Replay, type Retained, type Search, type SearchQueue, SLICE_STEPS } from './replay.ts';
import type { SessionRecord, StoredSession } from './session-journal.ts';
import { Latest } from './waiting.ts';

/** What all sessions share. */
export interface SessionContext {
  readonly hub: Hub;
  readonly limits: SessionLimits;
  readonly counters: SessionCounters;
  readonly searches: SearchQueue;
  /** Called after each message that a session has published. */
  readonly onPublished: (topic: string, session: Session) => void;
}

/** Where a session's contents are recorded, and accounted for. */
export interface SessionHoldings {
  readonly record: SessionRecord;
  readonly account: SessionAccount;
}

/**
 * What the hub knows of one client: its subscriptions, and the messages on their way in either direction. It outlives the connection if
 * the client wants that. Every gateway uses it; the connection is a `Link` that comes and goes.
 */
export class Session implements Subscriber {
  readonly clientIdentifier: string;
  /** What the client may do now; asked before each message is published or delivered. */
  rights: Rights = ALL_RIGHTS;
  readonly #outbox: Outbox;
  readonly #context: SessionContext;
  readonly #record: SessionRecord;
  readonly #account: SessionAccount;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #latest: Latest;
  /** Packet identifiers of QoS 2 that the client has published and not yet released. [MQTT-4.3.3-10] */
  readonly #unreleased = new IdentifierSet();
  /** Retained messages still to be sent; taken from the hub as the client has room. */
  readonly #replays: Replay[] = [];
  #link: Link | undefined;
  #isReplaying = false;
  #isEnded = false;

  constructor(clientIdentifier: string, context: SessionContext, { record, account }: SessionHoldings) {
    const { hub, limits, counters } = context;
    const queued = new QueueAccount(limits, counters, account);
    this.clientIdentifier = clientIdentifier;
    this.#context = context;
    this.#record = record;
    this.#account = account;
    this.#latest = new Latest(queued);
    const mayRead = (topic: string) => this.rights.mayRead(topic);
    this.#outbox = new Outbox({ limits, counters, account: queued, record, mayRead, now: hub.now });
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** Whose room its retained messages take. */
  get owner(): string {
    return retainedOwner({ name: this.#account.owner }, this.clientIdentifier);
  }

  get isLive(): boolean {
    return this.#link !== undefined;
  }

  /** How many packet identifiers of QoS 2 the client has published and not yet released. */
  get unreleasedCount(): number {
    return this.#unreleased.size;
  }

  get subscriptions(): Iterable<Subscription> {
    return this.#subscriptions.values();
  }

  /** Restores what the last process kept. Nothing of it is recorded again, or refused. */
  restore({ subscriptions, due, unreleased }: StoredSession): void {
    const replayed: Subscription[] = [];
    for (const { filter, terms, isReplaying } of subscriptions) {
      const subscription = this.#context.hub.subscribe(this, parseTopicFilter(filter), terms);
      this.#account.restoreFilter(subscription.filter);
      this.#subscriptions.set(filter, subscription);
      if (isReplaying) replayed.push(subscription);
    }
    this.#outbox.restore(due);
    for (const packetIdentifier of unreleased) this.#unreleased.add(packetIdentifier);
    if (replayed.length > 0) this.replay(replayed);
  }

  /** Attaches a connection, and sends over it what was waiting. */
  attach(link: Link): void {
    this.#link = link;
    this.#outbox.attach(link);
    this.#pumpReplays();
  }

  /**
   * Detaches the connection. Drops what waited at QoS 0, but keeps the retained messages that a subscription is still to be sent.
   * Messages of shared subscriptions go to other members, if there are any.
   */
  detach(): void {
    this.#link = undefined;
    this.#context.searches.delete(this.#searchOn);
    this.#outbox.detach();
    this.#latest.clear();
    for (const replay of this.#replays) replay.forgetBegin();
    this.#handOverShared('live');
  }

  /** Call it when the network has taken what the link held back. */
  resume(): void {
    this.#sendLatest();
    this.#pump();
  }

  /**
   * Begins a subscription; it replaces one with the same filter. [MQTT-3.8.4-3]
   * Throws `auth/denied`, `limit/exceeded` or `session/closed`.
   */
  subscribe(filter: TopicFilter, terms: Terms): { subscription: Subscription; isNew: boolean } {
    this.#ensureOpen();
    if (!this.rights.maySubscribe(filter.path)) throw denied('read', filter.filter);
    const known = this.#subscriptions.get(filter.filter);
    const { hub, limits } = this.#context;
    if (!known && this.#subscriptions.size >= limits.subscriptions) {
      throw new HubError(
        'limit/exceeded',
        `no room for ${quote(filter.filter)}: a client may have ${limits.subscriptions} subscriptions`,
      );
    }
    if (known) hub.unsubscribe(known);
    else this.#account.takeFilter(filter, hub);
    const subscription = hub.subscribe(this, filter, terms);
    this.#subscriptions.set(filter.filter, subscription);
    this.#record.subscribe(subscription, false);
    return { subscription, isNew: !known };
  }

  /** Ends a subscription; returns whether there was one. */
  unsubscribe(filter: string): boolean {
    const subscription = this.#subscriptions.get(filter);
    if (!subscription) return false;
    this.#subscriptions.delete(filter);
    this.#account.freeFilter(subscription.filter);
    this.#context.hub.unsubscribe(subscription);
    this.#record.unsubscribe(filter);
    return true;
  }

  /** Publishes in the client's name; returns how many subscribers matched. Throws `auth/denied`, and `limit/exceeded` as the hub does. */
  publish(message: Message): number {
    if (!this.rights.mayPublish(message.topic)) throw denied('publish to', message.topic);
    const receivers = this.#context.hub.publish(message, this);
    this.#context.onPublished(message.topic, this);
    return receivers;
  }

  /**
   * Publishes at QoS 2, unless the client has published with this packet identifier and not released it. [MQTT-4.3.3-10]
   * Throws as `publish`, and `limit/unreleased` if too many are not released.
   */
  publishOnce(packetIdentifier: number, message: Message): number {
    if (this.#unreleased.has(packetIdentifier)) return 0;
    const { unreleased } = this.#context.limits;
    if (this.#unreleased.size >= unreleased) {
      const excess = `packet identifier ${packetIdentifier} is one too many: at most ${unreleased} may wait for PUBREL`;
      throw new HubError('limit/unreleased', excess);
    }
    const receivers = this.publish(message);
    this.#unreleased.add(packetIdentifier);
    this.#record.receive(packetIdentifier);
    return receivers;
  }

  /** Whether the client has published with this packet identifier at QoS 2 and not released it. */
  isUnreleased(packetIdentifier: number): boolean {
    return this.#unreleased.has(packetIdentifier);
  }

  /** PUBREL: the packet identifier may be used again. Returns whether it was known. */
  release(packetIdentifier: number): boolean {
    const isKnown = this.#unreleased.delete(packetIdentifier);
    if (isKnown) this.#record.forget(packetIdentifier);
    return isKnown;
  }

  deliver(message: Message, terms: Terms, publisher?: Publisher): boolean {
    if (this.#isEnded) return false; // The message may have been on its way here.
    if (!this.rights.mayRead(message.topic)) return false;
    const qos = message.qos < terms.qos ? message.qos : terms.qos; // [MQTT-3.8.4-8]
    if (qos === 0) return this.#deliverAtMostOnce(message, terms, publisher);
    return this.#outbox.push(message, terms, qos, retainFlag(message, terms));
  }

  /**
   * Sends what was retained when subscriptions began, with the retain flag set, as fast as the client takes it [MQTT-3.3.1-8], and goes on
   * over the next connection if this one ends. One replay after another; calls `begin` before the first message.
   * Throws `limit/exceeded` if too many wait for a client that does not read.
   */
  replay(subscriptions: readonly Subscription[], begin?: () => void): void {
    const { hub, limits } = this.#context;
    if (this.#replays.length >= limits.subscriptions) {
      throw new HubError(
        'limit/exceeded',
        `${this.#replays.length} subscriptions wait for retained messages already`,
      );
    }
    const isCurrent = (subscription: Subscription) =>
      this.#subscriptions.get(subscription.filter.filter) === subscription;
    const replay = new Replay({ hub, subscriptions, isCurrent, begin });
    this.#replays.push(replay);
    this.#pumpReplays();
    if (this.#replays.includes(replay)) this.#noteReplay(replay, true);
  }

  /** PUBACK. This and the next three return whether the packet identifier was known; they throw `protocol/violation` if its QoS is another. */
  acknowledge(packetIdentifier: number): boolean {
    return this.#pumpAfter(this.#outbox.acknowledge(packetIdentifier));
  }

  /** PUBREC. */
  receive(packetIdentifier: number): boolean {
    return this.#outbox.receive(packetIdentifier);
  }

  /** PUBREC with an error. */
  refuse(packetIdentifier: number): boolean {
    return this.#pumpAfter(this.#outbox.refuse(packetIdentifier));
  }

  /** PUBCOMP. */
  complete(packetIdentifier: number): boolean {
    return this.#pumpAfter(this.#outbox.complete(packetIdentifier));
  }

  /** Ends all that the session holds. Nothing reaches it from now on. */
  end(): void {
    this.#isEnded = true;
    for (const filter of [...this.#subscriptions.keys()]) this.unsubscribe(filter);
    this.#handOverShared('any');
    this.#outbox.clear();
    this.#latest.clear();
    for (const packetIdentifier of this.#unreleased) this.#record.forget(packetIdentifier);
    this.#unreleased.clear();
    this.#replays.length = 0;
    this.#context.searches.delete(this.#searchOn);
  }

  #ensureOpen(): void {
    if (!this.#isEnded) return;
    throw new HubError('session/closed', `the session of ${quote(this.clientIdentifier)} has ended`);
  }

  #deliverAtMostOnce(message: Message, terms: Terms, publisher: Publisher | undefined): boolean {
    if (!this.#link) return false;
    const flags = liveFlags(message, terms, publisher === this ? OWN : 0);
    if (!this.#isSlow && this.#latest.size === 0) return this.#send(this.#link, message, terms, flags);
    const isKept = this.#latest.keep({ message, terms, flags });
    if (!isKept) this.#context.counters.drops.slow++;
    return isKept;
  }

  get #isSlow(): boolean {
    return (this.#link?.bufferedBytes ?? 0) > this.#context.limits.bufferedBytes;
  }

  #send(link: Link, message: Message, terms: Terms, flags: DeliveryFlags): boolean {
    const { counters } = this.#context;
    const isSent = link.send(message, terms, flags);
    if (isSent) counters.sent++;
    else counters.drops.tooLarge++;
    return isSent;
  }

  #sendLatest(): void {
    while (this.#link && !this.#isSlow) {
      const kept = this.#latest.shift();
      if (!kept) return;
      if (kept.message.isExpiredAt(this.#context.hub.now())) this.#context.counters.expired++;
      else this.#send(this.#link, kept.message, kept.terms, kept.flags);
    }
  }

  #pumpAfter(isKnown: boolean): boolean {
    if (isKnown) this.#pump();
    return isKnown;
  }

  #pump(): void {
    this.#outbox.pump();
    this.#pumpReplays();
  }

  /** Retained messages go out only while nothing else waits, so that a newer message never comes before an older one of its topic. */
  #pumpReplays(): void {
    if (this.#isReplaying) return; // The client has answered within the call: the loop that is under way goes on.
    const { searches } = this.#context;
    if (searches.has(this.#searchOn)) return; // It goes on by itself.
    if (this.#searchOn()) searches.add(this.#searchOn);
  }

  /** Takes a slice of steps, sending what they find; whether to go on later. */
  readonly #searchOn: Search = () => {
    this.#isReplaying = true;
    try {
      for (let left = SLICE_STEPS; left > 0; left--) if (!this.#takeReplayStep()) return false;
      return true;
    } finally {
      this.#isReplaying = false;
    }
  };

  /** Sends one, or finds nothing at this step. False if it cannot go on before the client has caught up. */
  #takeReplayStep(): boolean {
    const link = this.#link;
    const replay = this.#replays[0];
    if (!replay || !link || this.#isSlow || this.#outbox.waitingCount > 0) return false;
    const { done, value: retained } = replay.next();
    if (done) this.#forget(replay);
    if (retained && this.rights.mayRead(retained.message.topic)) this.#sendRetained(link, retained);
    return true;
  }

  /** Records that a replay is under way, or over. At QoS 0 nothing is owed to a client that leaves. */
  #noteReplay(replay: Replay, isReplaying: boolean): void {
    replay.isNoted = isReplaying;
    for (const subscription of replay.subscriptions) {
      const { terms, filter } = subscription;
      const isCurrent = this.#subscriptions.get(filter.filter) === subscription;
      if (isCurrent && terms.qos > 0) this.#record.subscribe(subscription, isReplaying);
    }
  }

  #forget(replay: Replay): void {
    if (this.#replays[0] !== replay) return;
    this.#replays.shift();
    if (replay.isNoted) this.#noteReplay(replay, false);
  }

  #sendRetained(link: Link, { message, terms }: Retained): void {
    const qos = message.qos < terms.qos ? message.qos : terms.qos;
    if (qos === 0) this.#send(link, message, terms, RETAINED);
    else this.#outbox.push(message, terms, qos, 1);
  }

  #handOverShared(to: 'live' | 'any'): void {
    this.#outbox.handOverShared((share, message) => this.#context.hub.redeliver(share, message, to));
  }
}

function liveFlags(message: Message, terms: Terms, own: typeof OWN | 0): DeliveryFlags {
  return (retainFlag(message, terms) | own | (message.retain ? RETAIN : 0)) as DeliveryFlags;
}

function retainFlag(message: Message, terms: Terms): RetainFlag {
  return terms.retainAsPublished && message.retain ? 1 : 0;
}
