import { type SchedulerLike, Subscription, timer } from 'rxjs';
import { HubError } from '../core/error.ts';
import type { TopicFilter } from '../core/filter.ts';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import type { MemberCounts, OrderedMessage, Ordering } from '../core/ports.ts';
import { isReservedTopic } from '../core/rights.ts';
import type { Claims, Served, StorePeers } from '../session/store-peers.ts';
import type { Engine } from './engine.ts';
import { type LaneHeader, type LaneMessage, LaneReader, LaneWriter } from './fast-lane.ts';
import { ALL_HUBS, type KnownDestination } from './frame-directory.ts';
import type { FrameReader } from './frame-reader.ts';
import { type InterestTarget, OthersInterest, OwnInterest } from './interest.ts';
import { type EntryPlace, Ledger } from './ledger.ts';
import type { EntryClock, EntryPick, LedgerEntry, MessageEntry } from './ledger-frame.ts';
import { Marks } from './marks.ts';
import type { Member } from './members.ts';
import { NO_SHARE } from './move-tables.ts';
import type { PlacedFrame } from './recent-entries.ts';
import { RemoteHub, remoteOf } from './remote-hub.ts';
import { RetainedOrder } from './retained-order.ts';
import { UndeliveredMessages, type UndeliveredMessagesOptions } from './undelivered-messages.ts';
import { unlessAborted } from './unless-aborted.ts';

/** A message longer than this fraction of a frame is sent through the ledger, where one entry may take several frames. */
const LONG_PART = 0.5;

/** A hub that starts to serve knows the other hubs' filters within this time, milliseconds. */
const OTHERS_MS = 2_000;

/** How long a hub may wait for its place in the ledger before it reports that, milliseconds. */
const PLACE_MS = 2_000;

export interface ClusterPeersOptions {
  readonly engine: Engine;
  readonly log: ConstructorParameters<typeof Ledger>[0]['log'];
  readonly self: Pick<Member, 'hub' | 'epoch'>;
  readonly clock: EntryClock;
  readonly claims: Claims;
  readonly scheduler: SchedulerLike;
  /** Messages for members of shared subscriptions at other hubs that are not in the ledger yet, and the log that keeps them. */
  readonly undelivered: Pick<UndeliveredMessagesOptions, 'table' | 'journal'>;
  /** The reader of the ledger, which is at `position`: everything up to there is applied to the sessions of this hub. */
  readonly reader: FrameReader;
  readonly position: number;
  /** Called after a frame is applied. */
  readonly onFrame: (frame: PlacedFrame) => void;
  readonly onFull: (failure: HubError | undefined) => void;
  /** Called once everything that other hubs have published before is applied here. */
  readonly onServing: (served: Served) => void;
  /** Called if it takes long until everything is applied. */
  readonly onWaiting: () => void;
  /** Ends the wait for this hub's place in the ledger. */
  readonly signal?: AbortSignal | undefined;
  /** Called when the ledger cannot be read any further: this hub must not serve. */
  readonly onLost: (error: unknown) => void;
}

/** Connects the core of this hub to the other hubs: through the ledger, and through the fast lanes. */
export class ClusterPeers implements StorePeers, InterestTarget {
  readonly ledger: Ledger<OrderedMessage | undefined>;
  readonly interest: OwnInterest;
  readonly claims: Claims;
  readonly #options: ClusterPeersOptions;
  readonly #others: OthersInterest;
  readonly #reader: LaneReader;
  readonly #retained: RetainedOrder;
  readonly #undelivered: UndeliveredMessages;
  /** The other hubs by name. */
  readonly #remotes = new Map<string, RemoteHub>();
  readonly #marks = new Marks();
  /** The serials of messages that were delivered here before they came back. */
  readonly #serials = new WeakMap<Message, number>();
  readonly #running = new Subscription();
  #hub: Hub | undefined;
  #sessions: Served['sessions'] | undefined;

  constructor(options: ClusterPeersOptions) {
    const { engine, self, clock } = options;
    this.#options = options;
    this.claims = options.claims;
    this.interest = new OwnInterest(options);
    this.#others = new OthersInterest(options, this);
    this.#retained = new RetainedOrder({
      get: (topic) => this.#hub?.retained.get(topic),
      accept: (message) => this.#hub?.retained.accept(message),
      deliver: (message) => this.#hub?.deliverHere(message),
    });
    this.ledger = new Ledger<OrderedMessage | undefined>({
      ...options,
      ...self,
      maxEntryBytes: engine.maxEntryBytes,
      known: () => this.#known(),
      hasAddedSince: (version) => this.interest.hasAddedSince(version),
      onEntry: (entry, place, own) => this.#onEntry(entry, place, own),
    });
    this.#undelivered = new UndeliveredMessages({ ...options.undelivered, scheduler: options.scheduler });
    this.#reader = new LaneReader({
      now: clock.now,
      onMessage: (message, from) => this.#onLane(message, from),
      onUnknown: ({ hub }) => engine.cast(spellingChannel(hub), encoder.encode(self.hub)),
    });
    this.#running.add(engine.received$(laneChannel(self.hub)).subscribe((bytes) => this.#reader.read(bytes)));
    const missed$ = engine.received$(spellingChannel(self.hub));
    this.#running.add(missed$.subscribe((bytes) => this.#remotes.get(decoder.decode(bytes))?.spellOut()));
    this.#running.add(this.ledger.ended$.subscribe(({ hub, epoch }) => this.#onEnded(hub, epoch)));
  }

  async start(served: Served): Promise<void> {
    this.#hub = served.hub;
    this.#sessions = served.sessions;
    const { position, onLost, onServing, onWaiting, scheduler, signal } = this.#options;
    const waiting = timer(PLACE_MS, scheduler).subscribe(onWaiting);
    await unlessAborted(this.ledger.start(position, onLost), signal).finally(() => waiting.unsubscribe());
    onServing(served);
    this.#running.add(timer(OTHERS_MS, scheduler).subscribe(() => this.#undelivered.resume(served.hub)));
  }

  /** Whether the ledger has decided every message that was shown early. */
  get isSettled(): boolean {
    return this.#retained.size === 0;
  }

  /** The hubs that serve now. */
  setMembers(members: readonly Member[]): void {
    const others = members.filter(({ hub }) => hub !== this.#options.self.hub);
    for (const [name] of this.#remotes) if (!others.some(({ hub }) => hub === name)) this.#remove(name);
    this.interest.setOthers(others);
  }

  close(reason = new HubError('store/unavailable', 'the hub has left the cluster')): void {
    this.#running.unsubscribe();
    this.#others.stop();
    this.interest.stop();
    this.#undelivered.stop();
    this.ledger.stop(reason);
  }

  orderingOf({ topic, retain, qos, length }: Message): Ordering {
    if (isReservedTopic(topic)) return 'none';
    const isLong = length > this.#options.engine.maxEntryBytes * LONG_PART;
    if (qos > 0 || isLong) return 'wait';
    return retain ? 'early' : 'none';
  }

  order(ordered: OrderedMessage): void {
    const { message, routes, picks, isKept } = ordered;
    const { hub } = this.#options.self;
    // Unlike a shared message, this one does not wait until it is kept: the client's next message must not overtake it.
    const undelivered = isKept ? this.#undelivered.keep({ share: NO_SHARE, message }) : undefined;
    const wanted = message.retain ? ALL_HUBS : this.#marks.of(routes) | this.#marks.ofPicks(picks);
    const serial = this.ledger.append({ ...toEntry(ordered, hub), undelivered }, ordered, wanted);
    if (this.orderingOf(message) !== 'early') return;
    this.#serials.set(message, serial);
    this.#retained.anticipate(message, { hub, serial });
  }

  subscribed({ filter, path }: TopicFilter): void {
    if (!isReservedTopic(path)) this.interest.add(filter);
  }

  unsubscribed({ filter, path }: TopicFilter): void {
    if (!isReservedTopic(path)) this.interest.remove(filter);
  }

  shared({ filter, path }: TopicFilter, members: MemberCounts): void {
    if (!isReservedTopic(path)) this.interest.share(filter, members);
  }

  clear(hub: string, epoch: number): void {
    this.#remove(hub);
    if (this.#hub) this.#remotes.set(hub, this.#createRemote(this.#hub, hub, epoch));
  }

  set(hub: string, filter: string, count: number): void {
    this.#remotes.get(hub)?.set(filter, count);
  }

  #known(): KnownDestination[] {
    const known: KnownDestination[] = [];
    for (const destination of this.#remotes.values()) {
      const version = this.#others.versionOf(destination.name);
      if (destination.mark > 0 && version !== undefined) known.push({ destination, version });
    }
    return known;
  }

  #createRemote(hub: Hub, name: string, epoch: number): RemoteHub {
    const { engine, self, clock } = this.#options;
    const lane = new LaneWriter(self, {
      maxBytes: engine.maxEntryBytes,
      send: (frame) => engine.cast(laneChannel(name), frame),
      now: clock.now,
    });
    return new RemoteHub({
      name,
      epoch,
      mark: this.#marks.free(this.#remotes.values()),
      hub,
      lane,
      serialOf: (message) => this.#serials.get(message),
      handOver: (message, share) => this.#handOver(message, { share, hub: name }),
    });
  }

  /** Gives a message to a member of a shared subscription at another hub. */
  #handOver(message: Message, pick: EntryPick): void {
    const entry = {
      kind: 'message',
      message,
      picks: [pick],
      isForPicksOnly: true,
      receipt: undefined,
    } as const;
    this.#undelivered.give({ message, share: pick.share }, (undelivered) =>
      this.ledger.append({ ...entry, undelivered }, undefined, this.#remotes.get(pick.hub)?.mark),
    );
  }

  #remove(name: string): void {
    this.#remotes.get(name)?.clear();
    this.#remotes.delete(name);
    this.#others.forget(name);
  }

  /** Gives a message of a shared subscription to a member, here or at another hub, if there is any. */
  #redeliver(share: string, message: Message): void {
    this.#hub?.redeliver(share, message, 'any');
  }

  #onEntry(entry: LedgerEntry, place: EntryPlace, own: OrderedMessage | undefined): void {
    if (!this.#hub || entry.kind !== 'message') return;
    const isMine = place.hub === this.#options.self.hub;
    if (isMine && entry.undelivered !== undefined) this.#settle(entry, entry.undelivered);
    // An earlier process of this hub has published this message, and may have recorded nothing about it.
    if (!own && entry.receipt && isMine)
      this.#sessions?.moves.recall(entry.receipt.clientIdentifier, entry.receipt.packetIdentifier);
    this.#deliver(this.#hub, entry, place, own);
    if (isMine) this.#takeBack(entry);
  }

  /** An earlier process of this hub may have put a will into the ledger without recording that. Then the will is still with its session. */
  #settle({ message, isForPicksOnly }: MessageEntry, undelivered: number): void {
    const isKnown = this.#undelivered.settle(undelivered);
    if (!isKnown && !isForPicksOnly) this.#sessions?.moves.dropWill(message);
  }

  /** A hub that died before it could read that it was picked does not deliver: another member gets the message. */
  #takeBack({ message, picks }: MessageEntry): void {
    for (const { share, hub } of picks)
      if (this.ledger.order.of(hub)?.isOver === true) this.#redeliver(share, message);
  }

  #deliver(
    hub: Hub,
    { message, picks, isForPicksOnly }: MessageEntry,
    { hub: from, serial }: EntryPlace,
    own: OrderedMessage | undefined,
  ): void {
    own?.receipt?.onOrdered();
    const isExpired = message.expiresAt !== undefined && message.isExpiredAt(hub.now());
    const deliver = (due: Message) => hub.deliverHere(due, own?.publisher);
    if (isForPicksOnly) this.#deliverToShares(hub, message, picks, own);
    else if (message.retain) this.#retained.decide(message, { hub: from, serial }, deliver);
    else if (!isExpired) deliver(message);
    if (!isForPicksOnly && !isExpired) this.#deliverToShares(hub, message, picks, own);
  }

  /** A shared subscription without members here is handled by another hub, or by none. */
  #deliverToShares(
    hub: Hub,
    message: Message,
    picks: MessageEntry['picks'],
    own: OrderedMessage | undefined,
  ): void {
    if (picks.length === 0) return;
    const mine = picks.filter((pick) => pick.hub === this.#options.self.hub).map(({ share }) => share);
    for (const share of hub.deliverToShares(message, mine, own?.publisher)) this.#redeliver(share, message);
  }

  #onLane({ message, serial, share }: LaneMessage, { hub: from, epoch }: LaneHeader): void {
    const hub = this.#hub;
    if (!hub || (message.expiresAt !== undefined && message.isExpiredAt(hub.now()))) return;
    const known = this.ledger.order.of(from);
    if (known && (known.epoch > epoch || (known.epoch === epoch && known.isOver))) return;
    if (share !== undefined) hub.deliverToShares(message, [share]);
    else if (serial === undefined) hub.deliverHere(message);
    else if (known?.epoch !== epoch || serial > known.serial) {
      this.#retained.anticipate(message, { hub: from, serial });
      hub.retained.accept(message);
      hub.deliverHere(message);
    }
  }

  #onEnded(hub: string, epoch: number): void {
    this.#retained.forget(hub);
    if ((this.#remotes.get(hub)?.epoch ?? Number.POSITIVE_INFINITY) <= epoch) this.#remove(hub);
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function toEntry({ message, picks, receipt }: OrderedMessage, hub: string): MessageEntry {
  return {
    kind: 'message',
    message,
    picks: picks.map(({ share, subscriber }) => ({ share, hub: remoteOf(subscriber)?.name ?? hub })),
    isForPicksOnly: false,
    receipt: receipt && {
      clientIdentifier: receipt.clientIdentifier,
      packetIdentifier: receipt.packetIdentifier,
    },
  };
}

function laneChannel(hub: string): string {
  return `lane-${hub}`;
}

function spellingChannel(hub: string): string {
  return `spell-${hub}`;
}
