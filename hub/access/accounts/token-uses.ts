import type { Logger } from 'pino';
import { LruMap } from '../../limits/lru-map.ts';
import type { Found, Vault } from '../vault/vault.ts';
import type { Directory } from './directory.ts';

interface TokenUsesOptions {
  readonly vault: Vault;
  readonly directory: Pick<Directory, 'token'>;
  /** The time of day, milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
}

const HOUR_MS = 3_600_000;

/** What bridges the time until the directory has seen what was put into the vault. */
const RECENT = 10_000;

/** Notes to the hour that tokens are used: one write an hour, however many show a token at once. */
export class TokenUses {
  readonly #options: TokenUsesOptions;
  /** When tokens were last said to be used, by hash: one that is renewed has not been used yet. */
  readonly #recent = new LruMap<string>(RECENT);

  constructor(options: TokenUsesOptions) {
    this.#options = options;
  }

  note(name: string): void {
    const { directory, now } = this.#options;
    const token = directory.token(name);
    if (!token) return;
    const { hash, usedAt } = token;
    const present = now();
    const isFresh = (at = '') => present - Date.parse(at) < HOUR_MS;
    if (isFresh(usedAt) || isFresh(this.#recent.get(hash))) return;
    const hour = new Date(present - (present % HOUR_MS)).toISOString();
    this.#recent.set(hash, hour); // Also where it cannot be kept: a full card is not to be tried with each request.
    this.#keep(name, hash, hour);
  }

  /** An update, so that a token revoked meanwhile stays so. */
  async #keep(name: string, hash: string, usedAt: string): Promise<void> {
    const { vault, log } = this.#options;
    const use = ({ tokens: token }: Found) => (token?.hash === hash ? { ...token, usedAt } : undefined);
    try {
      await vault.update('tokens', name, use);
    } catch (error) {
      log.warn({ err: error }, 'the use of a token was not noted');
    }
  }
}
