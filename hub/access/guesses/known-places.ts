import { LruMap } from '../../limits/lru-map.ts';

/** Places from which accounts have been let in: networks, and browsers. */
export interface KnownPlaces {
  has(account: string, place: string): boolean;
  add(account: string, place: string): void;
}

/** A browser, by the hash of its mark, as a place. */
export function browserPlace(browser: string): string {
  return `browser:${browser}`;
}

/** Places that are known as long as the process lasts, so many of them. */
export function createRecentPlaces(capacity: number): KnownPlaces {
  const places = new LruMap<true>(capacity);
  const keyOf = (account: string, place: string) => `${place} ${account}`;
  return {
    has: (account, place) => places.get(keyOf(account, place)) ?? false,
    add: (account, place) => places.set(keyOf(account, place), true),
  };
}
