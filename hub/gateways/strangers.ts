import { networkOf } from '../access/network.ts';

/** What a stranger's connection is, to whoever counts them. */
export interface Stranger {
  /** An IP address. */
  readonly address: string;
  /** Ends the connection. */
  drop(): void;
}

/**
 * Connections whose owners have not been let in, or not yet: so many, and no more. Where one more comes, one goes: of the network that has
 * most of them, the one that has been there for longest. So nobody keeps others out by being there first, or by being many.
 */
export class Strangers {
  /** How many were dropped since the start. */
  dropped = 0;
  readonly #most: number;
  readonly #networks = new Map<string, Set<Stranger>>();
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#count;
  }

  add(stranger: Stranger): void {
    const network = networkOf(stranger.address);
    const theirs = this.#networks.get(network) ?? new Set();
    this.#networks.set(network, theirs);
    if (theirs.has(stranger)) return;
    theirs.add(stranger);
    this.#count++;
    if (this.#count > this.#most) this.#dropOne();
  }

  /** One was let in, or has gone. */
  delete(stranger: Stranger): void {
    const network = networkOf(stranger.address);
    const theirs = this.#networks.get(network);
    if (!theirs?.delete(stranger)) return;
    this.#count--;
    if (theirs.size === 0) this.#networks.delete(network);
  }

  #dropOne(): void {
    let most: Set<Stranger> | undefined;
    for (const theirs of this.#networks.values()) if (theirs.size > (most?.size ?? 0)) most = theirs;
    const [oldest] = most ?? [];
    if (!oldest) return;
    this.delete(oldest);
    this.dropped++;
    oldest.drop();
  }
}
