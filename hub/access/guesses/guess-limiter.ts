import { createHmac, randomBytes } from 'node:crypto';
import { HubError } from '../../core/error.ts';
import { LruMap } from '../../limits/lru-map.ts';
import { networkOf } from '../../limits/network.ts';
import { RateLimiter, type Slots } from '../../limits/rate-limiter.ts';
import type { Remote } from '../access.ts';
import { normalizeName } from '../accounts/records.ts';
import type { DeviceCookies, KnownNetworks } from './known-clients.ts';

/** The clients at which accounts were authenticated before. */
export interface KnownClients {
  readonly networks: Pick<KnownNetworks, 'has' | 'add'>;
  readonly devices: Pick<DeviceCookies, 'isValid'>;
}

interface GuessLimiterOptions {
  /** A monotonic clock, milliseconds. */
  readonly now: () => number;
  readonly known: KnownClients;
  /** Most networks, and pairs of account and origin, that are counted. */
  readonly capacity?: number;
}

/** How failures delay the next try: some are free, then each doubles the wait. After each longest wait without a failure, one failure is forgiven. */
interface DelayPolicy {
  readonly free: number;
  readonly maxDelayMs: number;
}

const FIRST_DELAY_MS = 1_000;

const DEFAULT_CAPACITY = 10_000;

/** One account from a known network or browser: the mistakes of its owner, or of others at the same origin. */
const KNOWN: DelayPolicy = { free: 5, maxDelayMs: 5 * 60_000 };

/** One account from one unknown network: at most 16 guesses, then 4 an hour. */
const UNKNOWN: DelayPolicy = { free: 5, maxDelayMs: 15 * 60_000 };

/** All accounts from one network, which may be a whole class behind one router. */
const NETWORK: DelayPolicy = { free: 20, maxDelayMs: 60_000 };

/** Guesses at one account from all unknown networks together. It takes more than four networks to use them up, so a fifth is not locked out. */
const ACCOUNT = { burst: 64, everyMs: 3 * 60_000 };

/** Longer names are cut, so that they take no memory. No account has one. */
const NAME_LENGTH = 64;

/** The facts about a client that count when its guesses are counted. */
interface Guesser {
  /** The account's name in its normal form. */
  readonly name: string;
  /** The browser or network under which failures are counted. */
  readonly origin: string;
  readonly network: string;
  /** Whether the account was authenticated from that origin before. */
  readonly isKnown: boolean;
}

/**
 * Slows down clients that guess passwords, by account and by address. From a network or browser where an account was authenticated before, only
 * failures for this account from there count: guesses elsewhere, or behind the same router, do not lock its owner out. All other clients
 * share the guesses that an account allows; the share of one network is bounded, so that it takes five to lock out a sixth.
 */
export class GuessLimiter {
  readonly #now: () => number;
  readonly #known: KnownClients;
  readonly #atKnown: Failures;
  readonly #atUnknown: Failures;
  readonly #networks: Failures;
  readonly #accounts: RateLimiter;

  constructor({ now, known, capacity = DEFAULT_CAPACITY }: GuessLimiterOptions) {
    this.#now = now;
    this.#known = known;
    this.#atKnown = new Failures(KNOWN, capacity);
    this.#atUnknown = new Failures(UNKNOWN, capacity);
    this.#networks = new Failures(NETWORK, capacity);
    this.#accounts = new RateLimiter({ now, ...ACCOUNT, slots: new HashedSlots() });
  }

  /** Throws `limit/exceeded` if a guess came too early; such a guess does not count. */
  check(account: string, remote: Remote): void {
    const waitMs = this.#waitMs(this.guesser(account, remote));
    if (waitMs > 0) throw tooMany('wrong passwords', waitMs);
  }

  failed(account: string, remote: Remote): void {
    const { name, origin, network, isKnown } = this.guesser(account, remote);
    const now = this.#now();
    const failures = isKnown ? this.#atKnown : this.#atUnknown;
    failures.add(pairOf(name, origin), now);
    if (isKnown) return;
    this.#networks.add(network, now);
    this.#accounts.take(name);
  }

  /** Failures of the network and account still count: otherwise the owner of one account could guess other passwords for ever. */
  succeeded(account: string, remote: Remote): void {
    const { name, origin, network } = this.guesser(account, remote);
    this.#known.networks.add(name, network);
    this.#atKnown.delete(pairOf(name, origin));
  }

  guesser(account: string, remote: Remote): Guesser {
    const name = normalizeName(account.slice(0, NAME_LENGTH));
    const network = networkOf(remote.address);
    const { deviceCookie } = remote;
    if (deviceCookie !== undefined && this.#known.devices.isValid(name, deviceCookie))
      return { name, network, origin: `device:${deviceCookie}`, isKnown: true };
    return { name, network, origin: network, isKnown: this.#known.networks.has(name, network) };
  }

  #waitMs({ name, origin, network, isKnown }: Guesser): number {
    const now = this.#now();
    const pair = pairOf(name, origin);
    if (isKnown) return this.#atKnown.waitMs(pair, now);
    return Math.max(
      this.#atUnknown.waitMs(pair, now),
      this.#networks.waitMs(network, now),
      this.#accounts.waitMs(name),
    );
  }
}

function pairOf(name: string, origin: string): string {
  return `${origin} ${name}`;
}

/** A `limit/exceeded` that names the limit, and when to try again. */
export function tooMany(what: string, waitMs: number): HubError {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  const message = `too many ${what}; try again in ${retryAfterSeconds} s`;
  return new HubError('limit/exceeded', message, { retryAfterSeconds });
}

/** The failures not yet forgiven at the time of the last. */
interface Count {
  readonly failures: number;
  readonly lastAt: number;
}

class Failures {
  readonly #patience: DelayPolicy;
  readonly #counts: LruMap<Count>;

  constructor(patience: DelayPolicy, capacity: number) {
    this.#patience = patience;
    this.#counts = new LruMap(capacity);
  }

  waitMs(key: string, now: number): number {
    const { free, maxDelayMs } = this.#patience;
    const { failures, lastAt } = this.#counts.get(key) ?? { failures: 0, lastAt: now };
    if (failures < free) return 0;
    return Math.max(0, lastAt + Math.min(FIRST_DELAY_MS * 2 ** (failures - free), maxDelayMs) - now);
  }

  add(key: string, now: number): void {
    const { failures, lastAt } = this.#counts.get(key) ?? { failures: 0, lastAt: now };
    const forgiven = Math.floor((now - lastAt) / this.#patience.maxDelayMs);
    this.#counts.set(key, { failures: Math.max(0, failures - forgiven) + 1, lastAt: now });
  }

  delete(key: string): void {
    this.#counts.delete(key);
  }
}

const SLOT_COUNT = 2 ** 16;

/** Numbers by their key's hash, in fixed slots: made-up keys evict none, and the secret keeps outsiders from finding keys that collide. */
class HashedSlots implements Slots {
  readonly #secret = randomBytes(32);
  readonly #values = new Float64Array(SLOT_COUNT);

  get(key: string): number {
    return this.#values[this.#indexOf(key)] ?? 0;
  }

  set(key: string, value: number): void {
    this.#values[this.#indexOf(key)] = value;
  }

  #indexOf(key: string): number {
    return createHmac('sha256', this.#secret).update(key).digest().readUInt16BE();
  }
}
