import { indexOfName, type TopicNode } from './topic-tree.ts';

/** Which levels are open, by their names. */
export class Toggled {
  readonly #inner = new Map<string, Toggled>();
  #isToggled = false;

  constructor(topics: Iterable<string> = []) {
    for (const topic of topics) this.#add(topic);
  }

  #add(topic: string): void {
    let one: Toggled = this;
    for (const name of topic.split('/')) one = one.#grow(name);
    one.#isToggled = true;
  }

  #grow(name: string): Toggled {
    const known = this.#inner.get(name);
    if (known) return known;
    const made = new Toggled();
    this.#inner.set(name, made);
    return made;
  }

  get isToggled(): boolean {
    return this.#isToggled;
  }

  /** The known state of a topic, and of the topics below it. */
  find(topic: string): Toggled | undefined {
    let one: Toggled | undefined = this;
    for (const name of topic.split('/')) one = one?.inner.get(name);
    return one;
  }

  /** The levels right below that are toggled, or have toggled levels below. */
  get inner(): ReadonlyMap<string, Toggled> {
    return this.#inner;
  }
}

/** A place in the list of rows. */
export interface Row {
  readonly node: TopicNode;
  readonly depth: number;
  readonly isOpen: boolean;
}

/** Returns the levels right below a level, as they are to be shown. */
export type ListOf = (node: TopicNode) => readonly TopicNode[];

/** An open level: its children, and those among them that are open. */
interface Branch {
  readonly list: readonly TopicNode[];
  readonly open: readonly (Branch & { readonly index: number })[];
  /** How many rows there are below this level. */
  readonly size: number;
}

export interface LayoutOptions {
  readonly toggled: Toggled;
  /** Whether all rows are open, except the toggled ones. */
  readonly isOpenAtFirst: boolean;
  readonly listOf: ListOf;
}

const NOTHING = new Toggled();

/** The rows of what is open. Finding any of them costs as much as there are open levels, however wide these are. */
export class Layout {
  readonly #root: Branch;

  constructor(root: TopicNode, options: LayoutOptions) {
    this.#root = branchOf(root, options.toggled, options);
  }

  /** How many rows there are. */
  get size(): number {
    return this.#root.size;
  }

  /** Up to `count` rows, from the row `from`. */
  rows(from: number, count: number): Row[] {
    const rows: Row[] = [];
    collect(this.#root, 0, { from, to: from + count, rows });
    return rows;
  }
}

function branchOf(node: TopicNode, toggled: Toggled, options: LayoutOptions): Branch {
  const list = options.listOf(node);
  const open = options.isOpenAtFirst
    ? openedUnlessClosed(list, toggled, options)
    : opened(list, toggled, options);
  return { list, open, size: open.reduce((sum, { size }) => sum + size, list.length) };
}

function opened(list: readonly TopicNode[], toggled: Toggled, options: LayoutOptions): Branch['open'] {
  const open: Branch['open'][number][] = [];
  for (const [name, inner] of toggled.inner) {
    const index = inner.isToggled ? indexOfName(list, name) : -1;
    const child = list[index];
    if (child?.children) open.push({ index, ...branchOf(child, inner, options) });
  }
  return open.sort((one, other) => one.index - other.index);
}

function openedUnlessClosed(
  list: readonly TopicNode[],
  toggled: Toggled,
  options: LayoutOptions,
): Branch['open'] {
  return list.flatMap((child, index) => {
    const inner = toggled.inner.get(child.name) ?? NOTHING;
    return child.children && !inner.isToggled ? [{ index, ...branchOf(child, inner, options) }] : [];
  });
}

interface Window {
  /** The range of rows to collect, counted from the branch's first row. `rows` receives them. */
  readonly from: number;
  readonly to: number;
  readonly rows: Row[];
}

function collect({ list, open }: Branch, depth: number, { from, to, rows }: Window): void {
  /** The row, and the child, up to which all rows are taken. */
  let [at, next] = [0, 0];
  const takeClosed = (until: number) => {
    const first = Math.max(next, next + from - at);
    for (const node of list.slice(first, Math.max(first, Math.min(until, next + to - at))))
      rows.push({ node, depth, isOpen: false });
    at += until - next;
    next = until;
  };
  for (const inner of open) {
    if (at >= to) return;
    takeClosed(inner.index);
    const node = list[inner.index];
    if (node && at >= from && at < to) rows.push({ node, depth, isOpen: true });
    at++;
    next++;
    if (at + inner.size > from && at < to) collect(inner, depth + 1, { from: from - at, to: to - at, rows });
    at += inner.size;
  }
  takeClosed(list.length);
}
