import { HubError } from '../core/error.ts';
import { normalizeName } from './account-name.ts';
import { networkOf } from './network.ts';
import { Recent } from './recent.ts';

export interface GuessLimiterOptions {
  /** The present time, milliseconds. */
  readonly now: () => number;
  /** How many accounts, addresses and pairs of both are remembered, each. */
  readonly capacity?: number;
}

/** How failures are answered: some are free, then each doubles the wait. */
interface Patience {
  readonly free: number;
  readonly maxDelayMs: number;
}

const FIRST_DELAY_MS = 1_000;

/** Failures are forgotten when none has come for so long. */
const FORGET_MS = 15 * 60_000;

const DEFAULT_CAPACITY = 10_000;

/** An address may be a whole class behind one router; an account is one person. */
const ADDRESS: Patience = { free: 20, maxDelayMs: 60_000 };
const ACCOUNT: Patience = { free: 5, maxDelayMs: 300_000 };

/**
 * Slows down those who guess passwords, by account and by address. Where an account's right password has come from an address before, only
 * failures for this account from this address count: strangers who guess elsewhere do not lock its owner out.
 */
export class GuessLimiter {
  readonly #now: () => number;
  readonly #accounts: Failures;
  readonly #addresses: Failures;
  /** Of accounts at addresses where they are known. */
  readonly #pairs: Failures;
  readonly #known: Recent<true>;

  constructor({ now, capacity = DEFAULT_CAPACITY }: GuessLimiterOptions) {
    this.#now = now;
    this.#accounts = new Failures(ACCOUNT, capacity);
    this.#addresses = new Failures(ADDRESS, capacity);
    this.#pairs = new Failures(ACCOUNT, capacity);
    this.#known = new Recent(capacity);
  }

  /** Throws `limit/exceeded` where a guess is not to be looked at yet; that it was made then counts for nothing. */
  check(account: string, address: string): void {
    const { name, network, pair } = keysOf(account, address);
    const waitMs = this.#known.get(pair)
      ? this.#pairs.waitMs(pair, this.#now())
      : Math.max(this.#accounts.waitMs(name, this.#now()), this.#addresses.waitMs(network, this.#now()));
    if (waitMs > 0) throw tooMany(waitMs);
  }

  failed(account: string, address: string): void {
    const { name, network, pair } = keysOf(account, address);
    const now = this.#now();
    if (this.#known.get(pair)) {
      this.#pairs.add(pair, now);
    } else {
      this.#accounts.add(name, now);
      this.#addresses.add(network, now);
    }
  }

  /** The failures of the account and of the address still count: whoever has one account could else try others for ever. */
  succeeded(account: string, address: string): void {
    const { pair } = keysOf(account, address);
    this.#known.set(pair, true);
    this.#pairs.delete(pair);
  }
}

function tooMany(waitMs: number): HubError {
  const seconds = Math.ceil(waitMs / 1000);
  return new HubError('limit/exceeded', `too many wrong passwords; try again in ${seconds} s`, {
    reasonCode: 0x97,
  });
}

/** The longest name that is looked at, so that long ones take no memory. No account has one so long. */
const NAME_LENGTH = 64;

function keysOf(account: string, address: string) {
  const name = normalizeName(account.slice(0, NAME_LENGTH));
  const network = networkOf(address);
  return { name, network, pair: `${network} ${name}` };
}

interface Count {
  readonly failures: number;
  readonly lastAt: number;
}

/** Counts failures by key, and says how long each must wait. */
class Failures {
  readonly #patience: Patience;
  readonly #counts: Recent<Count>;

  constructor(patience: Patience, capacity: number) {
    this.#patience = patience;
    this.#counts = new Recent(capacity);
  }

  waitMs(key: string, now: number): number {
    const count = this.#current(key, now);
    if (!count || count.failures < this.#patience.free) return 0;
    const doublings = Math.min(count.failures - this.#patience.free, 30);
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** doublings, this.#patience.maxDelayMs);
    return Math.max(0, count.lastAt + delayMs - now);
  }

  add(key: string, now: number): void {
    const failures = (this.#current(key, now)?.failures ?? 0) + 1;
    this.#counts.set(key, { failures, lastAt: now });
  }

  delete(key: string): void {
    this.#counts.delete(key);
  }

  #current(key: string, now: number): Count | undefined {
    const count = this.#counts.get(key);
    return count && now - count.lastAt < FORGET_MS ? count : undefined;
  }
}
