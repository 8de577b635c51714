/** Something that an unauthenticated client has opened: a connection, or a polling session. */
export interface Opened {
  /** Its client's network: see `networkOf`. */
  readonly network: string;
  /** Ends it. */
  drop(): void;
}

interface UnauthenticatedLimits {
  /** How many unauthenticated connections there may be. */
  readonly strangers: number;
  /** Bytes that all unauthenticated connections together may have sent. */
  readonly strangerBytes: number;
}

/** The connections of one network. */
class Network {
  readonly name: string;
  readonly entries = new Ranking<Entry>();
  bytes = 0;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Connections of clients that are not admitted, or not yet. They are limited in number and in the bytes that they have sent. When a limit is passed, the
 * oldest connection of a network with the most connections is dropped, or the greediest one of a network that has sent most. So no one blocks others by being
 * first or many. "Most" is right to within a factor of two, so that each step costs the same however many connections there are.
 */
export class Unauthenticated {
  /** How many connections were dropped since the start. */
  dropped = 0;
  readonly #limits: UnauthenticatedLimits;
  readonly #networks = new Map<string, Network>();
  readonly #byCount = new Ranking<Network>();
  readonly #byBytes = new Ranking<Network>();
  #count = 0;
  #bytes = 0;

  constructor(limits: UnauthenticatedLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#count;
  }

  /** Counts a new connection until it is admitted or closed. */
  add(opened: Opened): Entry {
    const entry = new Entry(opened, this);
    this.enter(entry);
    return entry;
  }

  /** Adds an entry. Only for `Entry`, like the methods below. */
  enter(entry: Entry): void {
    const network = this.#networks.get(entry.network) ?? new Network(entry.network);
    this.#networks.set(network.name, network);
    network.entries.set(entry, 0);
    this.#count++;
    this.#rank(network);
    if (this.#count > this.#limits.strangers) this.#drop(this.#byCount.first?.entries.oldest);
  }

  leave(entry: Entry): void {
    const network = this.#networks.get(entry.network);
    if (!network?.entries.delete(entry)) return;
    this.#count--;
    this.#addBytes(network, -entry.bytes);
    this.#rank(network);
  }

  received(entry: Entry, bytes: number): void {
    const network = this.#networks.get(entry.network);
    if (!network) return;
    network.entries.set(entry, entry.bytes);
    this.#addBytes(network, bytes);
    while (this.#bytes > this.#limits.strangerBytes && this.#drop(this.#byBytes.first?.entries.first));
  }

  #addBytes(network: Network, bytes: number): void {
    this.#bytes += bytes;
    network.bytes += bytes;
    this.#byBytes.set(network, network.bytes);
  }

  #rank(network: Network): void {
    this.#byCount.set(network, network.entries.size);
    if (network.entries.size > 0) return;
    this.#networks.delete(network.name);
    this.#byCount.delete(network);
    this.#byBytes.delete(network);
  }

  #drop(entry: Entry | undefined): boolean {
    if (!entry) return false;
    this.dropped++;
    entry.end();
    return true;
  }
}

/** One opened thing, as `Unauthenticated` counts it. */
export class Entry {
  #network: string;
  /** Bytes that it has sent while it counted. */
  bytes = 0;
  readonly #opened: Opened;
  readonly #all: Unauthenticated;
  #mostBytes: number | undefined;
  #isCounted = true;
  #isClosed = false;

  constructor(opened: Opened, all: Unauthenticated) {
    this.#opened = opened;
    this.#network = opened.network;
    this.#all = all;
  }

  get network(): string {
    return this.#network;
  }

  /** Counts it as opened from another network. */
  moveTo(network: string): void {
    if (network === this.#network) return;
    if (this.#isCounted) this.#all.leave(this);
    this.#network = network;
    if (!this.#isCounted) return;
    this.#all.enter(this);
    this.#all.received(this, this.bytes);
  }

  /** Whether its client is admitted. */
  get isLetIn(): boolean {
    return !this.#isCounted;
  }

  /** Counts received bytes. May end it. */
  received(bytes: number): void {
    if (!this.#isCounted) return;
    this.bytes += bytes;
    this.#all.received(this, bytes);
    if (this.#isCounted && this.#mostBytes !== undefined && this.bytes > this.#mostBytes) this.end();
  }

  /** Takes note that received bytes are no longer kept, such as those of an answered request. */
  forgetBytes(): void {
    if (!this.#isCounted) return;
    const { bytes } = this;
    this.bytes = 0;
    this.#all.received(this, -bytes);
  }

  /** Ends it as soon as more than this many bytes arrive before its client is admitted. */
  allow(bytes: number): void {
    this.#mostBytes = this.bytes + bytes;
  }

  /** Stops counting it, as its client is admitted. */
  letIn(): void {
    if (!this.#isCounted) return;
    this.#isCounted = false;
    this.#all.leave(this);
    this.bytes = 0;
  }

  /** Counts it again, as the next bytes may come from another client. */
  letOut(): void {
    if (this.#isCounted || this.#isClosed) return;
    this.#isCounted = true;
    this.#all.enter(this);
  }

  /** Stops counting it, as it is closed. */
  close(): void {
    this.letIn();
    this.#isClosed = true;
  }

  /** Closes it from the hub's side. */
  end(): void {
    this.close();
    this.#opened.drop();
  }
}

/** Items by amount, in classes that double: one of the largest is found without a search. */
class Ranking<Item> {
  readonly #classOf = new Map<Item, number>();
  readonly #classes: Set<Item>[] = [];

  get size(): number {
    return this.#classOf.size;
  }

  /** An item of the highest class: the one that has been in it longest. */
  get first(): Item | undefined {
    for (let rank = this.#classes.length - 1; rank >= 0; rank--) {
      for (const item of this.#classes[rank] ?? []) return item;
    }
    return undefined;
  }

  /** The item that was added first. */
  get oldest(): Item | undefined {
    for (const item of this.#classOf.keys()) return item;
    return undefined;
  }

  set(item: Item, amount: number): void {
    const rank = Math.floor(Math.log2(Math.max(1, amount)));
    const before = this.#classOf.get(item);
    if (before === rank) return;
    if (before !== undefined) this.#classes[before]?.delete(item);
    this.#classOf.set(item, rank);
    while (this.#classes.length <= rank) this.#classes.push(new Set());
    this.#classes[rank]?.add(item);
  }

  delete(item: Item): boolean {
    const rank = this.#classOf.get(item);
    if (rank === undefined) return false;
    this.#classes[rank]?.delete(item);
    return this.#classOf.delete(item);
  }
}
