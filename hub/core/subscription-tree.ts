import { type Branch, type FilterEnd, Level, Tail } from './subscription-nodes.ts';

/** Names up to this length are copies of their own; V8 lets longer parts of a filter hold on to all of it. */
const SHORT_NAME = 12;
const MAX_NAMES = 1_000;

/** Keeps short names that many levels have, such as `state`, as one string. */
class CommonNames {
  readonly #known = new Map<string, string>();

  share(name: string): string {
    if (name.length > SHORT_NAME) return name;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_NAMES) this.#known.clear();
    this.#known.set(name, name);
    return name;
  }
}

/** Filters with at most this many `+` are free: see `wildcardNodes`. */
const FREE_WILDCARDS = 2;

/**
 * Values by topic filter. A match visits the nodes whose path matches the topic so far: at each level the literal child and the `+` child.
 *
 * The cost of a match is bounded, whatever filters there are. A topic of L levels has L + 1 prefixes; one of d levels matches at most
 * 1 + d + d(d-1)/2 paths with two `+` or fewer. That makes 6,017 nodes at most for 32 levels. All other nodes a match can visit lie at or
 * below the third `+` of some filter, and `wildcardNodes` counts these: a limit for that count limits every match.
 */
export class SubscriptionTree<T> {
  readonly #root = new Level<T>();
  readonly #names = new CommonNames();
  #wildcardNodes = 0;

  /** How many nodes lie at or below the third `+` of their path. */
  get wildcardNodes(): number {
    return this.#wildcardNodes;
  }

  /** How many of those a filter would add. */
  newWildcardNodes(path: string): number {
    let level: Level<T> | undefined = this.#root;
    let wildcards = 0;
    let count = 0;
    for (const name of split(path).parent) {
      if (name === '+') wildcards++;
      const child: Branch<T> | undefined = level?.child(name);
      level = child instanceof Level ? child : undefined; // No tail has such nodes.
      if (!level && wildcards > FREE_WILDCARDS) count++;
    }
    return count;
  }

  /** Adds a value under a filter's path. Adding it again changes nothing. */
  add(path: string, value: T): void {
    const { parent, end } = split(path);
    const mayBeTail = wildcardNodesOf(path) === 0;
    let level = this.#root;
    let start = 0;
    let wildcards = 0;
    for (const name of parent) {
      if (name === '+') wildcards++;
      const child = level.child(name);
      if (!child && mayBeTail) {
        level.setChild(this.#names.share(name), new Tail(path, start, value));
        return;
      }
      if (child instanceof Tail && child.path === path && child.value === value) return;
      level = child instanceof Level ? child : this.#addLevel(level, name, child);
      if (!child && wildcards > FREE_WILDCARDS) this.#wildcardNodes++;
      start += name.length + 1;
    }
    level.add(end, value);
  }

  /** Adds a node, in the place of a tail if there is one. */
  #addLevel(parent: Level<T>, name: string, tail: Tail<T> | undefined): Level<T> {
    const shared = this.#names.share(name);
    const level = tail?.grown() ?? new Level<T>(shared);
    parent.setChild(shared, level);
    return level;
  }

  /** Removes a value, and the branches that are empty without it. Returns whether it was there. */
  remove(path: string, value: T): boolean {
    const { parent, end } = split(path);
    const way = [this.#root];
    let last = this.#root;
    for (const name of parent) {
      const child = last.child(name);
      if (child instanceof Level) {
        last = child;
        way.push(child);
        continue;
      }
      if (child?.path !== path || child.value !== value) return false;
      last.removeChild(name);
      this.#prune(way, parent.slice(0, way.length - 1));
      return true;
    }
    const wasThere = last.remove(end, value);
    this.#prune(way, parent);
    return wasThere;
  }

  #prune(way: readonly Level<T>[], names: readonly string[]): void {
    let wildcards = names.filter((name) => name === '+').length;
    for (let depth = way.length - 1; depth > 0 && way[depth]?.isEmpty(); depth--) {
      const name = names[depth - 1] ?? '';
      way[depth - 1]?.removeChild(name);
      if (wildcards > FREE_WILDCARDS) this.#wildcardNodes--;
      if (name === '+') wildcards--;
    }
  }

  /** Visits every value whose filter matches a topic name, once for each such filter. Returns how many nodes it looked at. */
  match(topic: string, visit: (value: T) => void): number {
    const names = topic.split('/');
    // [MQTT-4.7.2-1]: a filter that begins with a wildcard does not match a topic that begins with $.
    const isHidden = topic.startsWith('$');
    const start = isHidden ? this.#root.literal(names[0] ?? '') : this.#root;
    return start?.match(names, isHidden ? 1 : 0, visit) ?? 0;
  }

  /** Whether no filter is filed. */
  get isEmpty(): boolean {
    return this.#root.isEmpty();
  }
}

/** How many nodes of a filter lie at or below its third `+`. */
export function wildcardNodesOf(path: string): number {
  let wildcards = 0;
  return split(path).parent.filter((name) => {
    if (name === '+') wildcards++;
    return wildcards > FREE_WILDCARDS;
  }).length;
}

function split(path: string): { parent: string[]; end: FilterEnd } {
  const parent = path.split('/');
  if (parent[parent.length - 1] !== '#') return { parent, end: 'ending' };
  parent.pop();
  return { parent, end: 'endingInHash' };
}
