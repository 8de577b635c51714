import { createHmac, timingSafeEqual } from 'node:crypto';
import { LruMap } from '../../limits/lru-map.ts';
import { RateLimiter } from '../../limits/rate-limiter.ts';
import type { AccessContext, Directory } from '../accounts/directory.ts';
import { createKeptSecret, createSecret } from '../accounts/secrets.ts';
import type { VaultRecord } from '../vault/vault.ts';

interface KnownClientsOptions extends Pick<AccessContext, 'vault' | 'log'> {
  readonly directory: Pick<Directory, 'user'>;
}

const KEY = 'device-cookies';

/** Mark browsers in which a user has logged in: a nonce and its MAC (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). */
export class DeviceCookies {
  readonly #options: KnownClientsOptions;
  readonly #readKey: () => Promise<Uint8Array>;
  /** `undefined` until this hub, or another with the same vault, has issued a cookie. */
  #key: Uint8Array | undefined;

  constructor(options: KnownClientsOptions) {
    this.#options = options;
    this.#readKey = createKeptSecret({ ...options, key: KEY });
  }

  /** Loads the key of the cookies that were issued before, if there are any. */
  async open(): Promise<void> {
    if (!this.#key && (await this.#options.vault.get('secrets', KEY))) this.#key = await this.#readKey();
  }

  /** A cookie for a user's browser: the one that it sent, if that is valid. */
  async issue(user: string, held: string | undefined): Promise<string> {
    if (held !== undefined && this.isValid(user, held)) return held;
    this.#key = await this.#readKey();
    return this.#sign(user, createSecret(), this.#key);
  }

  /** Whether the hub issued exactly this cookie to this user. */
  isValid(user: string, cookie: string): boolean {
    const [nonce = ''] = cookie.split('.', 1);
    const wanted = Buffer.from(this.#key ? this.#sign(user, nonce, this.#key) : '');
    const given = Buffer.from(cookie);
    return wanted.length > 0 && wanted.length === given.length && timingSafeEqual(wanted, given);
  }

  /** The MAC covers the time of the account's creation, so that it does not hold for a later user of the same name. */
  #sign(user: string, nonce: string, key: Uint8Array): string {
    const createdAt = this.#options.directory.user(user)?.createdAt;
    const mac = createHmac('sha256', key).update(JSON.stringify([user, createdAt, nonce]));
    return `${nonce}.${mac.digest('base64url')}`;
  }
}

/** Most networks kept per user; beyond that the least recently used is dropped. */
const CAPACITY = 50;

/** A network among this many latest ones is not moved to the end: that would cost a write for each login. */
const FRESH = 25;

/** Pairs of user and network in memory, until the directory has read them from the vault, or if they cannot be written. */
const RECENT = 10_000;

/** Writes for one user: enough for a person who moves around, too few to wear out a memory card. */
const RATE = { burst: CAPACITY, everyMs: 10 * 60_000 };

/** Networks from which users were authenticated, for clients without cookies. Stored, so that guesses during a restart lock nobody out. */
export class KnownNetworks {
  readonly #options: KnownClientsOptions;
  readonly #recent = new LruMap<true>(RECENT);
  readonly #rate: RateLimiter;

  constructor(options: KnownClientsOptions & Pick<AccessContext, 'elapsedMs'>) {
    this.#options = options;
    this.#rate = new RateLimiter({ now: options.elapsedMs, ...RATE });
  }

  has(user: string, network: string): boolean {
    return (this.#recent.get(`${network} ${user}`) ?? false) || this.#networksOf(user).includes(network);
  }

  add(user: string, network: string): void {
    this.#recent.set(`${network} ${user}`, true);
    if (this.#networksOf(user).slice(-FRESH).includes(network) || this.#rate.take(user) > 0) return;
    void this.#store(user, network);
  }

  async #store(user: string, network: string): Promise<void> {
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
