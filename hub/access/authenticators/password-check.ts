import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { HubError } from '../../core/error.ts';
import { LruMap } from '../../limits/lru-map.ts';
import { WorkQueue } from '../../limits/work-queue.ts';
import type { Remote } from '../access.ts';
import { createDecoyHash, isPassword, type PasswordHash, preparePassword } from '../accounts/password.ts';
import type { GuessLimiter } from '../guesses/guess-limiter.ts';

interface PasswordCheckOptions {
  /** A clock that never jumps, milliseconds. */
  readonly now: () => number;
  readonly limiter: GuessLimiter;
  /** What is kept of a user's password; `undefined` where there is no such user. */
  readonly hashOf: (name: string) => PasswordHash | undefined;
}

/** A wrong password costs a quarter of a second of one core and 32 MiB: two at once leave the rest of the hub at work. */
const CHECKS = { concurrency: 2, waiting: 200 };

/** Checks passwords: slowly for who guesses, at a bounded cost for the hub, and the same for a user who does not exist. */
export class PasswordCheck {
  readonly #options: PasswordCheckOptions;
  readonly #verified: VerifiedPasswords;
  readonly #checks = new WorkQueue(CHECKS);
  readonly #decoy = createDecoyHash();

  constructor(options: PasswordCheckOptions) {
    this.#options = options;
    this.#verified = new VerifiedPasswords(options.now);
  }

  /**
   * Resolves to the hash that the password fits: the user may have another by then. Rejects with `auth/denied` where it is not the user's, and
   * `limit/exceeded`.
   */
  async check(name: string, password: string, remote: Remote): Promise<PasswordHash> {
    const { limiter, hashOf } = this.#options;
    limiter.check(name, remote);
    const hash = hashOf(name);
    if (hash && this.#verified.has(name, password, hash)) {
      limiter.succeeded(name, remote); // It may be another place than the one where it was worked out.
      return hash;
    }
    const { place, isKnown } = limiter.guesser(name, remote);
    return this.#checks.run({ key: place, isKnown }, () => this.#workOut(name, password, remote));
  }

  async #workOut(name: string, password: string, remote: Remote): Promise<PasswordHash> {
    const { limiter, hashOf } = this.#options;
    limiter.check(name, remote); // Others may have failed while this one waited.
    const hash = hashOf(name);
    const isRight = await isPassword(password, hash ?? this.#decoy);
    if (!isRight || !hash) {
      limiter.failed(name, remote);
      throw new HubError('auth/wrong', 'user name or password is wrong');
    }
    limiter.succeeded(name, remote);
    this.#verified.add(name, password, hash);
    return hash;
  }
}

interface Verified {
  readonly fingerprint: Buffer;
  readonly at: number;
}

const CAPACITY = 1_000;
const KEEP_MS = 5 * 60_000;

/**
 * Remembers for a few minutes that a password was right, so that REST calls, each of which sends it, need not pay for scrypt each time. It
 * holds no password: only a MAC under a key that dies with the process.
 */
class VerifiedPasswords {
  readonly #key = randomBytes(32);
  readonly #recent = new LruMap<Verified>(CAPACITY);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  has(user: string, password: string, hash: PasswordHash): boolean {
    const known = this.#recent.get(user);
    if (!known || this.#now() - known.at >= KEEP_MS) return false;
    return timingSafeEqual(known.fingerprint, this.#fingerprint(password, hash));
  }

  add(user: string, password: string, hash: PasswordHash): void {
    this.#recent.set(user, { fingerprint: this.#fingerprint(password, hash), at: this.#now() });
  }

  /** Made with the kept hash too, which is another as soon as the password is. */
  #fingerprint(password: string, { key }: PasswordHash): Buffer {
    return createHmac('sha256', this.#key)
      .update(`${key} ${preparePassword(password)}`)
      .digest();
  }
}
