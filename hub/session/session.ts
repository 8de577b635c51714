import { HubError, quote } from '../core/error.ts';
import { parseTopicFilter, type TopicFilter } from '../core/filter.ts';
import { type DeliveryFlags, type Message, OWN, type Qos, RETAIN, RETAINED } from '../core/message.ts';
import type { Receipt } from '../core/ports.ts';
import { ALL_RIGHTS, denied, deniedPublish, type Rights } from '../core/rights.ts';
import type { Publisher, Subscriber, Subscription, Terms } from '../core/subscription.ts';
import type { SessionContext } from './context.ts';
import { IdentifierSet } from './in-flight.ts';
import { type Link, retainedOwner } from './link.ts';
import { Outbox } from './outbox.ts';
import type { SessionAccount } from './quotas.ts';
import { Replays, type Retained } from './replay.ts';
import type { QueuedMessage, SessionRecord, StoredSession, Ticket } from './store.ts';
import { Traffic } from './traffic.ts';
import { Latest } from './waiting.ts';

/** Shared by all clients that only publish. Always empty. */
const NONE = new Map<string, Subscription>();

/** A client's subscriptions, and the messages in progress in both directions. It can outlive the connection, a `Link` that comes and goes. */
export class Session implements Subscriber {
  readonly clientIdentifier: string;
  /** The client's rights now; checked before each message is published or delivered. */
  rights: Rights = ALL_RIGHTS;
  readonly traffic = new Traffic();
  readonly #outbox: Outbox;
  readonly #context: SessionContext;
  readonly #record: SessionRecord;
  readonly #account: SessionAccount;
  #subscriptions = NONE;
  readonly #latest: Latest;
  /** Packet identifiers of QoS 2 that the client has published and not yet released. [MQTT-4.3.3-10] */
  readonly #unreleased = new IdentifierSet();
  /** Retained messages still to be sent; taken from the hub as the client has room. Created with the first: many clients only publish. */
  #replays: Replays | undefined;
  #link: Link | undefined;
  #isEnded = false;

  /** `record` and `account` store and count the session's content. */
  constructor(
    clientIdentifier: string,
    context: SessionContext,
    account: SessionAccount,
    record: SessionRecord,
  ) {
    this.clientIdentifier = clientIdentifier;
    this.#context = context;
    this.#account = account;
    this.#record = record;
    this.#latest = new Latest(account);
    this.#outbox = new Outbox(context, account, record, this);
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** The owner to whom its retained messages are charged. */
  get owner(): string {
    return retainedOwner(this.#account.owner, this.clientIdentifier);
  }

  get isLive(): boolean {
    return this.#link !== undefined;
  }

  /** How many messages of QoS 1 and 2 are queued, and how many are in flight. */
  get due(): { readonly waiting: number; readonly inFlight: number } {
    return { waiting: this.#outbox.waitingCount, inFlight: this.#outbox.inFlightCount };
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  /** Restores the state of the last process, without recording or refusing any of it. */
  restore({ subscriptions, due, unreleased }: StoredSession): void {
    const replayed: Subscription[] = [];
    for (const { filter, terms, isReplaying } of subscriptions) {
      const subscription = this.#context.hub.subscribe(this, parseTopicFilter(filter), terms);
      this.#account.countFilter(subscription.filter, 1);
      this.#add(filter, subscription);
      if (isReplaying) replayed.push(subscription);
    }
    this.#outbox.restore(due);
    for (const packetIdentifier of unreleased) this.#unreleased.add(packetIdentifier);
    if (replayed.length > 0) this.replay(replayed);
  }

  get subscriptions(): Iterable<Subscription> {
    return this.#subscriptions.values();
  }

  /** Takes note that the client has published at QoS 2 with this packet identifier, even if the record does not say so. */
  recall(packetIdentifier: number): void {
    if (this.#unreleased.has(packetIdentifier)) return;
    this.#unreleased.add(packetIdentifier);
    this.#record.receive(packetIdentifier);
  }

  /** Drops the messages queued up to a ticket. */
  dropQueued(until: Ticket): void {
    this.#outbox.drop(until);
  }

  /** Writes all its contents to another record. */
  copyTo(record: SessionRecord): void {
    for (const subscription of this.#subscriptions.values())
      record.subscribe(subscription, this.#replays?.owes(subscription) ?? false);
    this.#outbox.copyTo(record, 0);
    for (const packetIdentifier of this.#unreleased) record.receive(packetIdentifier);
  }

  /** The ticket of the last queued message; 0 if none is queued. */
  get lastTicket(): Ticket {
    return this.#outbox.lastTicket;
  }

  /** Adds messages that are already queued for it. */
  append(due: readonly QueuedMessage[]): void {
    for (const { message, terms, qos, retain } of due) this.#outbox.push(message, terms, qos, retain);
  }

  /** Writes the messages queued after a ticket to another record. */
  copyQueuedTo(record: SessionRecord, after: Ticket): void {
    this.#outbox.copyTo(record, after);
  }

  /** Attaches a connection, and sends the queued messages over it. */
  attach(link: Link): void {
    this.#link = link;
    this.#context.hub.noteLiveness(this.subscriptions);
    this.#outbox.attach(link);
    this.#replays?.pump();
  }

  /** Detaches the connection. Drops messages queued at QoS 0, except retained ones, and offers messages of shared subscriptions to live members. */
  detach(): void {
    this.#link = undefined;
    this.#context.hub.noteLiveness(this.subscriptions);
    this.#replays?.pause();
    this.#outbox.detach();
    this.#latest.clear();
    this.#handOverShared('live');
  }

  /** Call it when the network has accepted the bytes that the link held back. */
  resume(): void {
    this.#sendLatest();
    this.#pump();
  }

  /** Replaces a subscription with the same filter. [MQTT-3.8.4-3] Throws `auth/denied`, `limit/exceeded` or `session/closed`. */
  subscribe(filter: TopicFilter, terms: Terms): { subscription: Subscription; isNew: boolean } {
    if (this.#isEnded) {
      throw new HubError('session/closed', `the session of ${quote(this.clientIdentifier)} has ended`);
    }
    if (!this.rights.maySubscribe(filter.path)) throw denied('read', filter.filter);
    const { hub } = this.#context;
    const known = this.#subscriptions.get(filter.filter);
    if (known) hub.unsubscribe(known);
    else this.#takeFilter(filter);
    const subscription = hub.subscribe(this, filter, terms);
    this.#add(filter.filter, subscription);
    this.#record.subscribe(subscription, false);
    return { subscription, isNew: !known };
  }

  /** Makes all of these subscriptions, or none of them, and sends the retained messages, after `begin`. Throws as `subscribe` and `replay` do. */
  subscribeAll(filters: readonly TopicFilter[], terms: Terms, begin: () => void): void {
    const made: ReturnType<Session['subscribe']>[] = [];
    try {
      for (const filter of filters) made.push(this.subscribe(filter, terms));
      const subscriptions = made.map(({ subscription }) => subscription);
      this.replay(subscriptions, begin);
    } catch (error) {
      for (const { subscription, isNew } of made) if (isNew) this.unsubscribe(subscription.filter.filter);
      throw error;
    }
  }

  /** Ends a subscription; returns whether there was one. */
  unsubscribe(filter: string): boolean {
    const subscription = this.#subscriptions.get(filter);
    if (!subscription) return false;
    this.#subscriptions.delete(filter);
    this.#account.countFilter(subscription.filter, -1);
    this.#context.hub.unsubscribe(subscription);
    this.#record.unsubscribe(filter);
    return true;
  }

  /** Publishes in the client's name; returns how many subscribers matched. Throws `auth/denied`, and `limit/exceeded` as the hub does. */
  publish(message: Message): number {
    return this.#publish(message);
  }

  /** Publishes at QoS 2, once for each packet identifier until it is released. [MQTT-4.3.3-10] Throws as `publish`, and `limit/unreleased`. */
  publishOnce(packetIdentifier: number, message: Message): number {
    if (this.#unreleased.has(packetIdentifier)) return 0;
    const { unreleased } = this.#context.limits;
    if (this.#unreleased.size >= unreleased) {
      const excess = `packet identifier ${packetIdentifier} is one too many: at most ${unreleased} may wait for PUBREL`;
      throw new HubError('limit/unreleased', excess);
    }
    this.#unreleased.add(packetIdentifier);
    try {
      return this.#publish(message, this.#receiptOf(packetIdentifier));
    } catch (error) {
      this.#unreleased.delete(packetIdentifier);
      throw error;
    }
  }

  #publish(message: Message, receipt?: Receipt): number {
    if (!this.rights.mayPublish(message.topic)) throw deniedPublish(this.rights, message.topic);
    const receivers = this.#context.hub.publish(message, this, receipt);
    this.traffic.countReceived(message);
    this.#context.onPublished(message.topic, this.clientIdentifier);
    return receivers;
  }

  /** The packet identifier is recorded after the message: if the hub ends in between, the client sends it again. */
  #receiptOf(packetIdentifier: number): Receipt {
    const onOrdered = () => {
      if (this.#unreleased.has(packetIdentifier)) this.#record.receive(packetIdentifier);
    };
    return { clientIdentifier: this.clientIdentifier, packetIdentifier, onOrdered };
  }

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
    if (this.#isEnded) return false; // The message may have been on its way when the session ended.
    if (!this.rights.mayRead(message.topic)) return false;
    const qos = grantedQos(message, terms);
    const retain = terms.retainAsPublished && message.retain ? RETAINED : 0;
    if (qos !== 0) return this.#outbox.push(message, terms, qos, retain);
    const published = (publisher === this ? OWN : 0) | (message.retain ? RETAIN : 0);
    return this.#deliverAtMostOnce(message, terms, (retain | published) as DeliveryFlags);
  }

  /** Sends the retained messages, marked as such [MQTT-3.3.1-8], as the client accepts them, after `begin`. Throws `limit/exceeded` if too many wait. */
  replay(subscriptions: readonly Subscription[], begin?: () => void): void {
    this.#replays ??= this.#createReplays();
    this.#replays.add(subscriptions, begin);
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

  /** Ends everything that the session holds. Nothing reaches it from now on. */
  end(): void {
    this.#isEnded = true;
    for (const filter of [...this.#subscriptions.keys()]) this.unsubscribe(filter);
    this.#handOverShared('any');
    this.#outbox.clear();
    this.#latest.clear();
    for (const packetIdentifier of this.#unreleased) this.release(packetIdentifier);
    this.#replays?.clear();
  }

  #add(filter: string, subscription: Subscription): void {
    if (this.#subscriptions === NONE) this.#subscriptions = new Map();
    this.#subscriptions.set(filter, subscription);
  }

  #takeFilter(filter: TopicFilter): void {
    const { hub, limits } = this.#context;
    if (this.#subscriptions.size >= limits.subscriptions) {
      throw new HubError(
        'limit/exceeded',
        `no room for ${quote(filter.filter)}: a client may have ${limits.subscriptions} subscriptions`,
      );
    }
    this.#account.takeFilter(filter, hub);
  }

  #deliverAtMostOnce(message: Message, terms: Terms, flags: DeliveryFlags): boolean {
    const link = this.#link;
    if (!link) return false;
    if (this.#latest.size === 0 && !this.#isSlow(link)) return this.#send(link, message, terms, flags);
    const isKept = this.#latest.keep({ message, terms, flags });
    if (!isKept) this.#context.counters.drops.slow++;
    return isKept;
  }

  #isSlow(link: Link): boolean {
    return link.isBehind(this.#context.limits.bufferedBytes);
  }

  #send(link: Link, message: Message, terms: Terms, flags: DeliveryFlags): boolean {
    const { counters } = this.#context;
    const isSent = link.send(message, terms, flags);
    if (isSent) {
      counters.sent++;
      this.traffic.countSent(message);
    } else counters.drops.tooLarge++;
    return isSent;
  }

  #sendLatest(): void {
    while (this.#link && !this.#isSlow(this.#link)) {
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
    this.#replays?.pump();
  }

  #createReplays(): Replays {
    return new Replays(this.#context, this.#record, {
      isCurrent: (subscription) => this.#subscriptions.get(subscription.filter.filter) === subscription,
      isReady: () => this.#link !== undefined && !this.#isSlow(this.#link) && this.#outbox.waitingCount === 0,
      send: (retained) => this.#sendRetained(retained),
    });
  }

  #sendRetained({ message, terms }: Retained): void {
    if (!this.#link || !this.rights.mayRead(message.topic)) return;
    const qos = grantedQos(message, terms);
    if (qos === 0) this.#send(this.#link, message, terms, RETAINED);
    else this.#outbox.push(message, terms, qos, 1);
  }

  #handOverShared(to: 'live' | 'any'): void {
    this.#outbox.handOverShared((share, message) => this.#context.hub.redeliver(share, message, to));
  }
}

/** [MQTT-3.8.4-8]: no message goes out at a higher QoS than it was published with. */
function grantedQos(message: Message, terms: Terms): Qos {
  return message.qos < terms.qos ? message.qos : terms.qos;
}
