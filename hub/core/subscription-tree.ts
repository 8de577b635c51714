/** Several values at one node. */
class Values<T> extends Set<T> {}

/** No value, one, or several: of a hundred thousand filters, most have one subscriber. */
type Place<T> = T | Values<T> | undefined;

/** A node of the tree: its children and the filters that end here. Small, as there are many. */
class Level<T> {
  readonly #name: string;
  /** The literal children: most nodes have only one. */
  #children: Level<T> | Map<string, Level<T>> | undefined;
  plus: Level<T> | undefined;
  /** Values of filters that end here, and of those that end in `#` below. */
  ending: Place<T>;
  endingInHash: Place<T>;

  constructor(name = '') {
    this.#name = name;
  }

  isEmpty(): boolean {
    if (this.plus || this.#children) return false;
    return this.ending === undefined && this.endingInHash === undefined;
  }

  /** The child with a literal name. */
  literal(name: string): Level<T> | undefined {
    const children = this.#children;
    if (children instanceof Level) return children.#name === name ? children : undefined;
    return children?.get(name);
  }

  child(name: string): Level<T> | undefined {
    return name === '+' ? this.plus : this.literal(name);
  }

  addChild(name: string): Level<T> {
    const level = new Level<T>(name);
    const children = this.#children;
    if (name === '+') this.plus = level;
    else if (children instanceof Map) children.set(name, level);
    else if (children) this.#children = new Map([[children.#name, children]]).set(name, level);
    else this.#children = level;
    return level;
  }

  removeChild(name: string): void {
    const children = this.#children;
    if (name === '+') this.plus = undefined;
    else if (children instanceof Level) this.#children = undefined;
    else if (children?.delete(name) && children.size === 0) this.#children = undefined;
  }
}

function withValue<T>(place: Place<T>, value: T): Place<T> {
  if (place === undefined || place === value) return value;
  return place instanceof Values ? place.add(value) : new Values([place, value]);
}

function hasValue<T>(place: Place<T>, value: T): boolean {
  return place instanceof Values ? place.has(value) : place === value;
}

function withoutValue<T>(place: Place<T>, value: T): Place<T> {
  if (!(place instanceof Values)) return place === value ? undefined : place;
  place.delete(value);
  return place.size === 0 ? undefined : place;
}

function visitAll<T>(place: Place<T>, visit: (value: T) => void): void {
  if (place === undefined) return;
  if (place instanceof Values) for (const value of place) visit(value);
  else visit(place);
}

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

/** Filters with at most so many `+` are free: see `wildcardNodes`. */
const FREE_WILDCARDS = 2;

/**
 * Values by topic filter. A match visits the nodes whose path matches the topic so far: at each level the literal child and the `+` child.
 *
 * What it may cost is bounded whatever filters there are. A topic of L levels has L + 1 prefixes; one of d levels matches at most
 * 1 + d + d(d-1)/2 paths with two `+` or fewer. That makes 6,017 nodes at most for 32 levels. All other nodes a match can visit lie at or
 * below the third `+` of some filter, and `wildcardNodes` counts these: whoever limits it has limited every match.
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
      level = level?.child(name);
      if (!level && wildcards > FREE_WILDCARDS) count++;
    }
    return count;
  }

  /** Adds a value under a filter's path. Adding it again changes nothing. */
  add(path: string, value: T): void {
    const { parent, where } = split(path);
    let level = this.#root;
    let wildcards = 0;
    for (const name of parent) {
      if (name === '+') wildcards++;
      let next = level.child(name);
      if (!next) {
        next = level.addChild(this.#names.share(name));
        if (wildcards > FREE_WILDCARDS) this.#wildcardNodes++;
      }
      level = next;
    }
    level[where] = withValue(level[where], value);
  }

  /** Removes a value, and the branches that are empty without it. Returns whether it was there. */
  remove(path: string, value: T): boolean {
    const { parent, where } = split(path);
    const way = [this.#root];
    for (const name of parent) {
      const next = way[way.length - 1]?.child(name);
      if (!next) return false;
      way.push(next);
    }
    const last = way[way.length - 1] ?? this.#root;
    const wasThere = hasValue(last[where], value);
    last[where] = withoutValue(last[where], value);
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
    return start ? descend(start, names, isHidden ? 1 : 0, visit) : 0;
  }

  /** Whether no filter is filed. */
  get isEmpty(): boolean {
    return this.#root.isEmpty();
  }
}

function descend<T>(
  level: Level<T>,
  names: readonly string[],
  depth: number,
  visit: (value: T) => void,
): number {
  if (level.endingInHash !== undefined) visitAll(level.endingInHash, visit);
  const name = names[depth];
  if (name === undefined) {
    visitAll(level.ending, visit);
    return 1;
  }
  let visited = 1;
  const child = level.literal(name);
  if (child) visited += descend(child, names, depth + 1, visit);
  if (level.plus) visited += descend(level.plus, names, depth + 1, visit);
  return visited;
}

/** How many nodes of a filter lie at or below its third `+`. */
export function wildcardNodesOf(path: string): number {
  let wildcards = 0;
  return split(path).parent.filter((name) => {
    if (name === '+') wildcards++;
    return wildcards > FREE_WILDCARDS;
  }).length;
}

function split(path: string): { parent: string[]; where: 'ending' | 'endingInHash' } {
  const parent = path.split('/');
  if (parent[parent.length - 1] !== '#') return { parent, where: 'ending' };
  parent.pop();
  return { parent, where: 'endingInHash' };
}
