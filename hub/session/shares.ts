/** What the sessions of one owner take of what all of them share. */
export interface Share {
  readonly owner: string;
  sessions: number;
  /** Beside messages. */
  bytes: number;
}

export type Shared = 'sessions' | 'bytes';

/** Who has how much, so that nobody who has much keeps out those who have little. */
export class Shares {
  readonly #shares = new Map<string, Share>();

  /** What an owner has; to be given back with `release`. */
  claim(owner: string): Share {
    const share = this.#shares.get(owner) ?? { owner, sessions: 0, bytes: 0 };
    this.#shares.set(owner, share);
    share.sessions++;
    return share;
  }

  release(share: Share): void {
    share.sessions--;
    if (share.sessions === 0) this.#shares.delete(share.owner);
  }

  /** Who has most, and would still have more than `owner` if that one got so much more. */
  greedierThan(owner: string, what: Shared, more: number): Share | undefined {
    const has = (this.#shares.get(owner)?.[what] ?? 0) + more;
    let most: Share | undefined;
    for (const share of this.#shares.values()) {
      if (share.owner !== owner && share[what] > Math.max(has, most?.[what] ?? 0)) most = share;
    }
    return most;
  }
}
