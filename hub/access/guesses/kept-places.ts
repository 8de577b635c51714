import type { Logger } from 'pino';
import { RateLimiter } from '../../limits/rate-limiter.ts';
import type { Directory } from '../accounts/directory.ts';
import type { Found, Vault } from '../vault/vault.ts';
import { createRecentPlaces, type KnownPlaces } from './known-places.ts';

interface KeptPlacesOptions {
  readonly vault: Vault;
  readonly directory: Pick<Directory, 'user'>;
  readonly log: Logger;
  /** A clock that never jumps, milliseconds. */
  readonly elapsedMs: () => number;
}

/** Of one account; of more, the one that was not come from for longest is forgotten. */
const MOST = 50;

/** A place among so many last ones need not be filed anew, which would be a write each time that somebody comes. */
const FRESH = 25;

/** What bridges the time until the directory has seen what was put into the vault, or where it cannot be put there. */
const RECENT = 10_000;

/** Notes of one account: a person who moves about, and not a program that wears out the card. */
const PACE = { burst: MOST, everyMs: 10 * 60_000 };

/** The places of users, kept with the user, so that whoever guesses while a hub starts anew locks nobody out. */
export class KeptPlaces implements KnownPlaces {
  readonly #options: KeptPlacesOptions;
  readonly #recent = createRecentPlaces(RECENT);
  readonly #pace: RateLimiter;
  /** Accounts and places that are on their way into the vault. */
  readonly #underWay = new Set<string>();

  constructor(options: KeptPlacesOptions) {
    this.#options = options;
    this.#pace = new RateLimiter({ now: options.elapsedMs, ...PACE });
  }

  has(account: string, place: string): boolean {
    return this.#recent.has(account, place) || this.#placesOf(account).includes(place);
  }

  add(account: string, place: string): void {
    this.#recent.add(account, place);
    const work = `${place} ${account}`;
    if (isFresh(this.#placesOf(account), place) || this.#underWay.has(work)) return;
    if (this.#pace.take(account) > 0) return;
    this.#underWay.add(work);
    this.#note(account, place).finally(() => this.#underWay.delete(work));
  }

  async #note(account: string, place: string): Promise<void> {
    const { vault, log } = this.#options;
    const file = ({ users: user }: Found) => user && { ...user, places: fileLast(user.places, place) };
    try {
      await vault.update('users', account, file);
    } catch (error) {
      log.warn({ err: error }, 'the place that a user came from was not noted');
    }
  }

  #placesOf(account: string): readonly string[] {
    return this.#options.directory.user(account)?.places ?? [];
  }
}

function isFresh(places: readonly string[], place: string): boolean {
  return places.slice(-FRESH).includes(place);
}

function fileLast(before: unknown, place: string): string[] {
  const others = (Array.isArray(before) ? before : []).filter((other) => other !== place);
  return [...others, place].slice(-MOST);
}
