import { createHmac, randomBytes } from 'node:crypto';
import { HubError } from '../../core/error.ts';
import { LruMap } from '../../limits/lru-map.ts';
import { WorkQueue } from '../../limits/work-queue.ts';
import type { Authenticator, Credentials, Principal, Remote } from '../access.ts';
import type { AccessContext } from '../accounts/directory.ts';
import { normalizeName } from '../accounts/records.ts';
import { createDecoyHash, isPassword, type PasswordHash, preparePassword } from '../accounts/secrets.ts';
import type { GuessLimiter } from '../guesses/guess-limiter.ts';

interface PasswordOptions extends Pick<AccessContext, 'directory' | 'elapsedMs'> {
  readonly guesses: GuessLimiter;
}

/** A check takes a quarter of a second of one core and 32 MiB: two at once leave time for the rest of the hub. */
const CHECKS = { concurrency: 2, waiting: 200 };

/** Authenticates users by their password. Guesses are slowed down, the cost for the hub is bounded, and an unknown user costs the same. */
export class PasswordAuthenticator implements Authenticator {
  readonly kind = 'password';
  readonly #options: PasswordOptions;
  readonly #verified: VerifiedPasswords;
  readonly #checks = new WorkQueue(CHECKS);

  constructor(options: PasswordOptions) {
    this.#options = options;
    this.#verified = new VerifiedPasswords(options.elapsedMs);
  }

  async identify({ user, password }: Credentials, remote: Remote): Promise<Principal | undefined> {
    if (user === undefined || password === undefined) return undefined;
    const name = normalizeName(user);
    const { salt } = await this.#check(name, password, remote);
    // The password may have changed during the check.
    const principal = this.#options.directory.principal(`user:${name}`, this.kind, salt);
    if (!principal) throw wrong();
    return principal;
  }

  /** Resolves to the hash that the password matches. Rejects with `auth/wrong` or `limit/exceeded`. */
  async #check(name: string, password: string, remote: Remote): Promise<PasswordHash> {
    const { directory, guesses } = this.#options;
    guesses.check(name, remote);
    const hash = directory.user(name)?.password;
    if (hash && this.#verified.has(password, hash)) {
      guesses.succeeded(name, remote); // The network may be another than the first time.
      return hash;
    }
    const { origin, isKnown } = guesses.guesser(name, remote);
    return this.#checks.run({ key: origin, isKnown }, () => this.#workOut(name, password, remote));
  }

  async #workOut(name: string, password: string, remote: Remote): Promise<PasswordHash> {
    const { directory, guesses } = this.#options;
    guesses.check(name, remote); // Other attempts may have failed while this one waited.
    const hash = directory.user(name)?.password;
    const isRight = await isPassword(password, hash ?? createDecoyHash(directory.anyUser?.password));
    if (!isRight || !hash) {
      guesses.failed(name, remote);
      throw wrong();
    }
    guesses.succeeded(name, remote);
    this.#verified.add(password, hash);
    return hash;
  }
}

function wrong(): HubError {
  return new HubError('auth/wrong', 'user name or password is wrong');
}

const CAPACITY = 1_000;
const KEEP_MS = 5 * 60_000;

/** Remembers for minutes that a password was right, as each REST call sends it. Holds MACs under a key that ends with the process. */
class VerifiedPasswords {
  readonly #key = randomBytes(32);
  /** When a password was checked, by its MAC. */
  readonly #checkedAt = new LruMap<number>(CAPACITY);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  has(password: string, hash: PasswordHash): boolean {
    const checkedAt = this.#checkedAt.get(this.#sign(password, hash));
    return checkedAt !== undefined && this.#now() - checkedAt < KEEP_MS;
  }

  add(password: string, hash: PasswordHash): void {
    this.#checkedAt.set(this.#sign(password, hash), this.#now());
  }

  /** Covers the stored hash, which changes with the password and differs for each user. */
  #sign(password: string, { salt, key }: PasswordHash): string {
    const text = JSON.stringify([salt, key, preparePassword(password)]);
    return createHmac('sha256', this.#key).update(text).digest('base64');
  }
}
