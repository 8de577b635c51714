import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Recent } from '../core/recent.ts';
import { type PasswordHash, preparePassword } from './password.ts';

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
export class VerifiedPasswords {
  readonly #key = randomBytes(32);
  readonly #recent = new Recent<Verified>(CAPACITY);
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
