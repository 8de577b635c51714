import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import type { Directory } from '../accounts/directory.ts';
import { createSecret } from '../accounts/secrets.ts';
import { KeptSecret } from '../vault/kept-secret.ts';
import type { Vault } from '../vault/vault.ts';

interface DeviceCookiesOptions {
  readonly vault: Vault;
  readonly directory: Pick<Directory, 'user'>;
  readonly log: Logger;
}

/** The key's name in the vault. */
const KEY = 'device-cookies';

/**
 * Device cookies, as OWASP's page "Slow Down Online Guessing Attacks with Device Cookies" describes them: a nonce and its MAC under a secret
 * of the hub. They mark a browser in which a user has logged in by password. The hub stores none of them.
 */
export class DeviceCookies {
  readonly #options: DeviceCookiesOptions;
  readonly #secret: KeptSecret;
  /** `undefined` until this hub, or one that shares its vault, has issued a cookie. */
  #key: Uint8Array | undefined;

  constructor(options: DeviceCookiesOptions) {
    this.#options = options;
    this.#secret = new KeptSecret({ ...options, key: KEY });
  }

  /** Loads the key of the cookies that were issued before, if there are any. */
  async open(): Promise<void> {
    if (!this.#key && (await this.#options.vault.get('secrets', KEY))) this.#key = await this.#secret.read();
  }

  /** A cookie for a user's browser: the one that it holds if that is valid. */
  async issue(user: string, held: string | undefined): Promise<string> {
    if (held !== undefined && this.isValid(user, held)) return held;
    this.#key = await this.#secret.read();
    return this.#sign(user, createSecret(), this.#key);
  }

  /** Whether the hub issued exactly this cookie to this user. */
  isValid(user: string, cookie: string): boolean {
    const [nonce = ''] = cookie.split('.', 1);
    const wanted = Buffer.from(this.#key ? this.#sign(user, nonce, this.#key) : '');
    const given = Buffer.from(cookie);
    return wanted.length > 0 && wanted.length === given.length && timingSafeEqual(wanted, given);
  }

  /** The MAC covers the time of the account's creation, so that a later user of the same name is another. */
  #sign(user: string, nonce: string, key: Uint8Array): string {
    const createdAt = this.#options.directory.user(user)?.createdAt;
    const mac = createHmac('sha256', key).update(JSON.stringify([user, createdAt, nonce]));
    return `${nonce}.${mac.digest('base64url')}`;
  }
}
