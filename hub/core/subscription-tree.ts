/** Several values in one place. */
class Values<T> extends Set<T> {}

/** No value, the value itself where it is the only one, or several: of a hundred thousand filters, most have one subscriber. */
type Place<T> = T | Values<T> | undefined;

/** A level of the tree: what hangs below a literal name, below `+`, and what ends here. Small, as there are so many. */
class Level<T> {
  /** The one child that most levels have; those that have more keep all in `children`. */
  #onlyName: string | undefined;
  #onlyChild: Level<T> | undefined;
  #children: Map<string, Level<T>> | undefined;
  plus: Level<T> | undefined;
  /** Filters that end at this level, and those that end in `#` below it. */
  ending: Place<T>;
  endingInHash: Place<T>;

  isEmpty(): boolean {
    if (this.plus || this.#onlyChild || this.#children) return false;
    return this.ending === undefined && this.endingInHash === undefined;
  }

  /** The child with a literal name. */
  literal(name: string): Level<T> | undefined {
    if (this.#children) return this.#children.get(name);
    return this.#onlyName === name ? this.#onlyChild : undefined;
  }

  child(name: string): Level<T> | undefined {
    return name === '+' ? this.plus : this.literal(name);
  }

  addChild(name: string): Level<T> {
    const level = new Level<T>();
    if (name === '+') this.plus = level;
    else if (this.#children) this.#children.set(name, level);
    else if (this.#onlyName !== undefined && this.#onlyChild) {
      this.#children = new Map([[this.#onlyName, this.#onlyChild]]).set(name, level);
      this.#onlyName = undefined;
      this.#onlyChild = undefined;
    } else {
      this.#onlyName = name;
      this.#onlyChild = level;
    }
    return level;
  }

  removeChild(name: string): void {
    if (name === '+') this.plus = undefined;
    else if (this.#onlyName === name) {
      this.#onlyName = undefined;
      this.#onlyChild = undefined;
    } else if (this.#children?.delete(name) && this.#children.size === 0) this.#children = undefined;
  }
}

function withValue<T>(place: Place<T>, value: T): Place<T> {
  if (place === undefined || place === value) return value;
  return place instanceof Values ? place.add(value) : new Values([place, value]);
}

/** The place without a value, and whether it was there. */
function withoutValue<T>(place: Place<T>, value: T): { place: Place<T>; wasThere: boolean } {
  if (place instanceof Values) {
    const wasThere = place.delete(value);
    return { place: place.size === 0 ? undefined : place, wasThere };
  }
  return place === value ? { place: undefined, wasThere: true } : { place, wasThere: false };
}

function visitAll<T>(place: Place<T>, visit: (value: T) => void): void {
  if (place === undefined) return;
  if (place instanceof Values) for (const value of place) visit(value);
  else visit(place);
}

/**
 * Values filed under topic filters. Finding those whose filter matches a topic visits at each level the literal branch and the `+`
 * branch, where there are any: what it costs depends on the topic's levels, not on how many filters there are.
 */
export class SubscriptionTree<T> {
  readonly #root = new Level<T>();

  /** Files a value under a filter's path; a value is there once, however often it is added. */
  add(path: string, value: T): void {
    const { parent, endsInHash } = split(path);
    let level = this.#root;
    for (const name of parent) level = level.child(name) ?? level.addChild(name);
    if (endsInHash) level.endingInHash = withValue(level.endingInHash, value);
    else level.ending = withValue(level.ending, value);
  }

  /** Takes a value away again, with the branches that it leaves bare. Whether it was there. */
  remove(path: string, value: T): boolean {
    const { parent, endsInHash } = split(path);
    const way = [this.#root];
    for (const name of parent) {
      const next = way[way.length - 1]?.child(name);
      if (!next) return false;
      way.push(next);
    }
    const last = way[way.length - 1] ?? this.#root;
    const { place, wasThere } = withoutValue(endsInHash ? last.endingInHash : last.ending, value);
    if (endsInHash) last.endingInHash = place;
    else last.ending = place;
    for (let depth = way.length - 1; depth > 0 && way[depth]?.isEmpty(); depth--) {
      way[depth - 1]?.removeChild(parent[depth - 1] ?? '');
    }
    return wasThere;
  }

  /** Visits every value whose filter matches a topic name; one filed under several such filters, several times. */
  match(topic: string, visit: (value: T) => void): void {
    const names = topic.split('/');
    // [MQTT-4.7.2-1]: a filter that begins with a wildcard does not match a topic that begins with $.
    const isHidden = topic.startsWith('$');
    const start = isHidden ? this.#root.literal(names[0] ?? '') : this.#root;
    if (start) descend(start, names, isHidden ? 1 : 0, visit);
  }

  /** Whether any filter matches a topic name. Looks no further than the first that does. */
  hasMatch(topic: string): boolean {
    const names = topic.split('/');
    const isHidden = topic.startsWith('$');
    const start = isHidden ? this.#root.literal(names[0] ?? '') : this.#root;
    return start !== undefined && leadsToMatch(start, names, isHidden ? 1 : 0);
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
): void {
  visitAll(level.endingInHash, visit);
  const name = names[depth];
  if (name === undefined) {
    visitAll(level.ending, visit);
    return;
  }
  const child = level.literal(name);
  if (child) descend(child, names, depth + 1, visit);
  if (level.plus) descend(level.plus, names, depth + 1, visit);
}

function leadsToMatch<T>(level: Level<T>, names: readonly string[], depth: number): boolean {
  if (level.endingInHash !== undefined) return true;
  const name = names[depth];
  if (name === undefined) return level.ending !== undefined;
  const child = level.literal(name);
  if (child && leadsToMatch(child, names, depth + 1)) return true;
  return level.plus !== undefined && leadsToMatch(level.plus, names, depth + 1);
}

function split(path: string): { parent: string[]; endsInHash: boolean } {
  const parent = path.split('/');
  const endsInHash = parent[parent.length - 1] === '#';
  if (endsInHash) parent.pop();
  return { parent, endsInHash };
}
