/** Several values at one node. */
class Values<T> extends Set<T> {}

/** No value, one, or several: of a hundred thousand filters, most have one subscriber. */
type ValuesOf<T> = T | Values<T> | undefined;

/** How a filter ends: the values of filters that end in `#` are kept apart at their last node. */
export type FilterEnd = 'ending' | 'endingInHash';

/** A branch of the tree below its parent. */
export type Branch<T> = Level<T> | Tail<T>;

/**
 * A branch with one filter and one value. It takes the place of a node for each level, as most filters of a client with thousands are: each
 * of a device of its own.
 */
export class Tail<T> {
  readonly path: string;
  readonly value: T;
  /** The index in the path at which the branch begins. */
  readonly #start: number;

  constructor(path: string, start: number, value: T) {
    this.path = path;
    this.#start = start;
    this.value = value;
  }

  get name(): string {
    return this.path.slice(this.#start, levelEnd(this.path, this.#start));
  }

  isNamed(name: string): boolean {
    return isLevel(this.path, this.#start, name);
  }

  /** Visits the value if the levels below the first match those of a topic from `depth` on. Returns how many nodes it looked at. */
  match(names: readonly string[], depth: number, visit: (value: T) => void): number {
    if (this.#matches(names, depth)) visit(this.value);
    return 1;
  }

  #matches(names: readonly string[], depth: number): boolean {
    const { path } = this;
    let at = depth;
    for (let from = levelEnd(path, this.#start) + 1; from <= path.length; from = levelEnd(path, from) + 1) {
      if (path[from] === '#') return true; // Also the parent itself: "sport/#" matches "sport".
      const name = names[at++];
      if (name === undefined || !(path[from] === '+' || isLevel(path, from, name))) return false;
    }
    return at === names.length;
  }

  /** The same branch with a node for its first level, so that others can grow there. */
  grown(): Level<T> {
    const { path, value, name } = this;
    const level = new Level<T>(name);
    const next = levelEnd(path, this.#start) + 1;
    if (next > path.length) level.ending = value;
    else if (path[next] === '#') level.endingInHash = value;
    else level.setChild(path.slice(next, levelEnd(path, next)), new Tail(path, next, value));
    return level;
  }
}

/** A node of the tree: its children and the filters that end here. Small, as there are many. */
export class Level<T> {
  readonly name: string;
  /** The literal children: most nodes have only one. */
  #children: Branch<T> | Map<string, Branch<T>> | undefined;
  #plus: Branch<T> | undefined;
  /** Values of filters that end here, and of those that end in `#` below. */
  ending: ValuesOf<T>;
  endingInHash: ValuesOf<T>;

  constructor(name = '') {
    this.name = name;
  }

  isEmpty(): boolean {
    if (this.#plus || this.#children) return false;
    return this.ending === undefined && this.endingInHash === undefined;
  }

  isNamed(name: string): boolean {
    return this.name === name;
  }

  /** The child with a literal name. */
  literal(name: string): Branch<T> | undefined {
    const children = this.#children;
    if (children instanceof Map) return children.get(name);
    return children?.isNamed(name) ? children : undefined;
  }

  child(name: string): Branch<T> | undefined {
    return name === '+' ? this.#plus : this.literal(name);
  }

  /** Adds a child, or puts another in its place. */
  setChild(name: string, child: Branch<T>): void {
    const children = this.#children;
    if (name === '+') this.#plus = child;
    else if (children instanceof Map) children.set(name, child);
    else if (!children || children.isNamed(name)) this.#children = child;
    else this.#children = new Map([[children.name, children]]).set(name, child);
  }

  removeChild(name: string): void {
    const children = this.#children;
    if (name === '+') this.#plus = undefined;
    else if (!(children instanceof Map)) this.#children = undefined;
    else if (children.delete(name) && children.size === 0) this.#children = undefined;
  }

  add(end: FilterEnd, value: T): void {
    const values = this[end];
    if (values === undefined || values === value) this[end] = value;
    else if (values instanceof Values) values.add(value);
    else this[end] = new Values([values, value]);
  }

  /** Returns whether the value was there. */
  remove(end: FilterEnd, value: T): boolean {
    const values = this[end];
    const isAlone = values === value;
    const wasThere = isAlone || (values instanceof Values && values.delete(value));
    if (isAlone || (values instanceof Values && values.size === 0)) this[end] = undefined;
    return wasThere;
  }

  /** Visits the values here and below whose filters match a topic from `depth` on. Returns how many nodes it looked at. */
  match(names: readonly string[], depth: number, visit: (value: T) => void): number {
    visitAll(this.endingInHash, visit);
    const name = names[depth];
    if (name === undefined) {
      visitAll(this.ending, visit);
      return 1;
    }
    const literal = this.literal(name)?.match(names, depth + 1, visit) ?? 0;
    const wildcard = this.#plus?.match(names, depth + 1, visit) ?? 0;
    return 1 + literal + wildcard;
  }
}

function visitAll<T>(values: ValuesOf<T>, visit: (value: T) => void): void {
  if (values === undefined) return;
  if (values instanceof Values) for (const value of values) visit(value);
  else visit(values);
}

function levelEnd(path: string, from: number): number {
  const end = path.indexOf('/', from);
  return end === -1 ? path.length : end;
}

/** Whether the level that begins at `from` has this name. */
function isLevel(path: string, from: number, name: string): boolean {
  const end = from + name.length;
  return (end === path.length || path[end] === '/') && path.startsWith(name, from);
}
