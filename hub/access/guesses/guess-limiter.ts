import { createHmac, randomBytes } from 'node:crypto';
import { HubError } from '../../core/error.ts';
import { LruMap } from '../../limits/lru-map.ts';
import { networkOf } from '../../limits/network.ts';
import { RateLimiter, type Slots } from '../../limits/rate-limiter.ts';
import type { Remote } from '../access.ts';
import { normalizeName } from '../accounts/account-name.ts';
import { browserPlace, createRecentPlaces, type KnownPlaces } from './known-places.ts';

interface GuessLimiterOptions {
  /** A clock that never jumps, milliseconds. */
  readonly now: () => number;
  /** How many networks and pairs of account and place are remembered, each. */
  readonly capacity?: number;
  /** Where accounts have been let in. Default: what it sees itself. */
  readonly known?: KnownPlaces;
}

/** How failures are answered: some are free, then each doubles the wait. One is forgiven for each longest wait without another. */
interface Patience {
  readonly free: number;
  readonly maxDelayMs: number;
}

const FIRST_DELAY_MS = 1_000;

const DEFAULT_CAPACITY = 10_000;

/** One account where it is known: its owner's own mistakes, or somebody beside them. */
const KNOWN: Patience = { free: 5, maxDelayMs: 5 * 60_000 };

/** One account from one network where it is not known. Comes to no more than 16 guesses, and then 4 an hour. */
const STRANGE: Patience = { free: 5, maxDelayMs: 15 * 60_000 };

/** All accounts from one network: it may be a whole class behind one router. */
const NETWORK: Patience = { free: 20, maxDelayMs: 60_000 };

/** One account from all networks where it is not known: what four of them can use up between them does not keep out a fifth. */
const ACCOUNT = { burst: 64, everyMs: 3 * 60_000 };

/** Somebody, as far as guesses go. */
interface Guesser {
  /** The account's name as it is kept. */
  readonly name: string;
  /** Where they are counted: a browser or a network. */
  readonly place: string;
  readonly network: string;
  /** Whether the account has been let in from that place. */
  readonly isKnown: boolean;
}

/**
 * Slows down those who guess passwords, by account and by address. Where an account has been let in before, be it a network or a browser,
 * only failures for this account from this very place count: its owner is not locked out by those who guess elsewhere, nor, in a browser
 * that was let in before, by those who guess behind the same router. From places that are new to an account all share what guesses
 * at it are allowed; one network's part in that is bounded, so that it takes five of them to keep out one who comes from a sixth.
 */
export class GuessLimiter {
  readonly #now: () => number;
  readonly #known: KnownPlaces;
  readonly #inKnown: Failures;
  readonly #inStrange: Failures;
  readonly #networks: Failures;
  readonly #accounts: RateLimiter;

  constructor({
    now,
    capacity = DEFAULT_CAPACITY,
    known = createRecentPlaces(capacity),
  }: GuessLimiterOptions) {
    this.#now = now;
    this.#known = known;
    this.#inKnown = new Failures(KNOWN, capacity);
    this.#inStrange = new Failures(STRANGE, capacity);
    this.#networks = new Failures(NETWORK, capacity);
    this.#accounts = new RateLimiter({ now, ...ACCOUNT, slots: new HashedSlots() });
  }

  /** Throws `limit/exceeded` where a guess is not to be looked at yet; that it was made then counts for nothing. */
  check(account: string, remote: Remote): void {
    const waitMs = this.#waitMs(this.guesser(account, remote));
    if (waitMs > 0) throw tooMany(waitMs);
  }

  failed(account: string, remote: Remote): void {
    const { name, place, network, isKnown } = this.guesser(account, remote);
    const now = this.#now();
    const pair = pairOf(name, place);
    if (isKnown) {
      this.#inKnown.add(pair, now);
    } else {
      this.#inStrange.add(pair, now);
      this.#networks.add(network, now);
      this.#accounts.take(name);
    }
  }

  /** The failures of the account and of the network still count: whoever has one account could else try others for ever. */
  succeeded(account: string, remote: Remote): void {
    const { name, place, network } = this.guesser(account, remote);
    this.#known.add(name, network);
    this.#inKnown.delete(pairOf(name, place));
  }

  guesser(account: string, remote: Remote): Guesser {
    const name = normalizeName(account.slice(0, NAME_LENGTH));
    const network = networkOf(remote.address);
    const { browser } = remote;
    const places = browser === undefined ? [network] : [browserPlace(browser), network]; // The browser first: it tells more.
    const known = places.find((place) => this.#known.has(name, place));
    return { name, network, place: known ?? network, isKnown: known !== undefined };
  }

  #waitMs({ name, place, network, isKnown }: Guesser): number {
    const now = this.#now();
    const pair = pairOf(name, place);
    if (isKnown) return this.#inKnown.waitMs(pair, now);
    return Math.max(
      this.#inStrange.waitMs(pair, now),
      this.#networks.waitMs(network, now),
      this.#accounts.waitMs(name),
    );
  }
}

/** The longest name that is looked at, so that long ones take no memory. No account has one so long. */
const NAME_LENGTH = 64;

function pairOf(name: string, place: string): string {
  return `${place} ${name}`;
}

function tooMany(waitMs: number): HubError {
  const seconds = Math.ceil(waitMs / 1000);
  return new HubError('limit/exceeded', `too many wrong passwords; try again in ${seconds} s`, {
    retryAfterSeconds: seconds,
  });
}

/** Failures that are not forgiven yet, as of the last. */
interface Count {
  readonly failures: number;
  readonly lastAt: number;
}

/** Counts failures by key, and says how long each must wait. */
class Failures {
  readonly #patience: Patience;
  readonly #counts: LruMap<Count>;

  constructor(patience: Patience, capacity: number) {
    this.#patience = patience;
    this.#counts = new LruMap(capacity);
  }

  waitMs(key: string, now: number): number {
    const count = this.#counts.get(key);
    if (!count || count.failures < this.#patience.free) return 0;
    const delayMs = Math.min(
      FIRST_DELAY_MS * 2 ** (count.failures - this.#patience.free),
      this.#patience.maxDelayMs,
    );
    return Math.max(0, count.lastAt + delayMs - now);
  }

  add(key: string, now: number): void {
    this.#counts.set(key, { failures: this.#unforgiven(key, now) + 1, lastAt: now });
  }

  delete(key: string): void {
    this.#counts.delete(key);
  }

  #unforgiven(key: string, now: number): number {
    const { failures, lastAt } = this.#counts.get(key) ?? { failures: 0, lastAt: now };
    return Math.max(0, failures - Math.floor((now - lastAt) / this.#patience.maxDelayMs));
  }
}

const COUNT = 2 ** 16;

/**
 * A number for each key, in so many slots that are never emptied to make room: whoever makes up keys cannot have those of others forgotten.
 * Keys that fall on one slot share it; which do, nobody outside can tell.
 */
class HashedSlots implements Slots {
  readonly #secret = randomBytes(32);
  readonly #values = new Float64Array(COUNT);

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
