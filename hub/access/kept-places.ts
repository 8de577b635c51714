import type { Logger } from 'pino';
import type { Directory } from './directory.ts';
import { createRecentPlaces, type KnownPlaces } from './known-places.ts';
import type { Vault } from './vault.ts';

export interface KeptPlacesOptions {
  readonly vault: Vault;
  readonly directory: Pick<Directory, 'user'>;
  readonly log: Logger;
}

/** Of one account; of more, the first is forgotten. */
const PLACES_OF_ACCOUNT = 50;

/** What bridges the time until the directory has seen what was put into the vault, or cannot be put there. */
const RECENT = 10_000;

/** The places of users, kept with the user, so that whoever guesses while a hub starts anew locks nobody out. */
export function createKeptPlaces({ vault, directory, log }: KeptPlacesOptions): KnownPlaces {
  const recent = createRecentPlaces(RECENT);
  const has = (account: string, place: string) =>
    recent.has(account, place) || (directory.user(account)?.places?.includes(place) ?? false);
  return {
    has,
    add(account, places) {
      const added = places.filter((place) => !has(account, place));
      if (added.length === 0) return;
      recent.add(account, added);
      vault
        .update(
          'users',
          account,
          ({ users: user }) => user && { ...user, places: joinPlaces(user.places, added) },
        )
        .catch((error: unknown) => log.warn({ err: error }, 'the place that a user came from was not noted'));
    },
  };
}

function joinPlaces(before: unknown, added: readonly string[]): string[] {
  const places = new Set([...(Array.isArray(before) ? before : []), ...added]);
  return [...places].slice(-PLACES_OF_ACCOUNT);
}
