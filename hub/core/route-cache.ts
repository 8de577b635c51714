import { matchesFilter } from './filter.ts';
import type { Route } from './subscription.ts';

/** Together they bound the cache: routes, each topic counting as one more, and the longest topic that is kept. */
const MAX_ROUTES = 65_536;
const MAX_TOPIC_LENGTH = 256;

/** Changes of wildcard filters that an entry is checked against; an older one is found again. */
const RECENT = 16;

/** After this many changes everything is dropped, so that old entries do not hold on to subscribers that are gone. */
const SWEEP = 1_024;

interface Entry {
  readonly routes: readonly Route[];
  /** The version of the filters for which these routes are known to be right. */
  version: number;
}

/**
 * Routes by topic. A change of a filter costs the same however much is cached: a filter without wildcards concerns one topic, and the last
 * few others are remembered, to check each entry against them when it is used next.
 */
export class RouteCache {
  readonly #entries = new Map<string, Entry>();
  #size = 0;
  #version = 0;
  /** The filter whose change made version n is at n modulo `RECENT`. */
  readonly #changes: string[] = [];

  get(topic: string): readonly Route[] | undefined {
    const entry = this.#entries.get(topic);
    if (entry === undefined) return undefined;
    if (entry.version === this.#version || this.#isRight(entry, topic)) return entry.routes;
    this.#delete(topic, entry);
    return undefined;
  }

  set(topic: string, routes: readonly Route[]): void {
    if (topic.length > MAX_TOPIC_LENGTH) return;
    const cost = routes.length + 1;
    if (this.#size + cost > MAX_ROUTES) this.#clear();
    this.#size += cost;
    this.#entries.set(topic, { routes, version: this.#version });
  }

  /** A filter with this path came or went: forgets the routes of the topics that it matches. */
  forget(path: string): void {
    if (/[+#]/.test(path)) {
      this.#changes[++this.#version % RECENT] = path;
      if (this.#version % SWEEP === 0) this.#clear();
      return;
    }
    const entry = this.#entries.get(path);
    if (entry) this.#delete(path, entry);
  }

  #isRight(entry: Entry, topic: string): boolean {
    if (this.#version - entry.version > RECENT) return false;
    for (let version = entry.version + 1; version <= this.#version; version++) {
      if (matchesFilter(this.#changes[version % RECENT] ?? '#', topic)) return false;
    }
    entry.version = this.#version;
    return true;
  }

  #delete(topic: string, { routes }: Entry): void {
    this.#entries.delete(topic);
    this.#size -= routes.length + 1;
  }

  #clear(): void {
    this.#entries.clear();
    this.#size = 0;
  }
}
