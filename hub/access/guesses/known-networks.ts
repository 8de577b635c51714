import type { Logger } from 'pino';
import { LruMap } from '../../limits/lru-map.ts';
import { RateLimiter } from '../../limits/rate-limiter.ts';
import type { Directory } from '../accounts/directory.ts';
import type { Vault, VaultRecord } from '../vault/vault.ts';

interface KnownNetworksOptions {
  readonly vault: Vault;
  readonly directory: Pick<Directory, 'user'>;
  readonly log: Logger;
  /** A monotonic clock, milliseconds. */
  readonly elapsedMs: () => number;
}

/** Most networks kept per user; beyond that the least recently used is dropped. */
const CAPACITY = 50;

/** A network among this many last ones is not moved to the end: that would cost a write for each login. */
const FRESH = 25;

/** Pairs of user and network in memory, until the directory has read them from the vault, or if they cannot be written. */
const RECENT = 10_000;

/** Writes for one user: enough for a person who moves about, too few to wear out a memory card. */
const RATE = { burst: CAPACITY, everyMs: 10 * 60_000 };

/**
 * Networks from which users were let in, for clients that keep no cookie. They are stored with the user, so that somebody who guesses while a
 * hub restarts locks nobody out.
 */
export class KnownNetworks {
  readonly #options: KnownNetworksOptions;
  readonly #recent = new LruMap<true>(RECENT);
  readonly #rate: RateLimiter;

  constructor(options: KnownNetworksOptions) {
    this.#options = options;
    this.#rate = new RateLimiter({ now: options.elapsedMs, ...RATE });
  }

  has(user: string, network: string): boolean {
    return (this.#recent.get(`${network} ${user}`) ?? false) || this.#networksOf(user).includes(network);
  }

  add(user: string, network: string): void {
    this.#recent.set(`${network} ${user}`, true);
    if (this.#networksOf(user).slice(-FRESH).includes(network) || this.#rate.take(user) > 0) return;
    void this.#keep(user, network);
  }

  async #keep(user: string, network: string): Promise<void> {
    const { vault, log } = this.#options;
    const addTo = (record: VaultRecord) => {
      const others = listNetworks(record).filter((other) => other !== network);
      return { ...record, networks: [...others, network].slice(-CAPACITY) };
    };
    await vault
      .update('users', user, ({ users: record }) => record && addTo(record))
      .catch((err: unknown) => log.warn({ err }, "a user's network could not be stored"));
  }

  #networksOf(user: string): readonly string[] {
    return listNetworks(this.#options.directory.user(user) ?? {});
  }
}

/** In older vaults the field is `places`, and lists browsers too. */
function listNetworks({ networks, places }: VaultRecord): string[] {
  if (Array.isArray(networks)) return networks;
  return Array.isArray(places) ? places.filter((place) => !`${place}`.startsWith('browser:')) : [];
}
