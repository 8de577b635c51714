import type { InspectedRow, InspectionFrame, InspectionRequest } from '../../core/inspection.ts';
import { Layout, type LayoutOptions, type ListOf, type Row, Toggled } from './layout.ts';
import type { TopicNode, TopicTree } from './topic-tree.ts';

/** A filtered tree is shown open if it has at most this many levels. */
const OPEN_LEVELS = 1_000;

interface Trees {
  /** The tree that is shown. */
  readonly shown: TopicTree;
  /** The tree in which pins are looked up: no filter hides them. */
  readonly pinned: TopicTree;
}

type TakenRows = Pick<InspectionFrame, 'from' | 'rows' | 'total' | 'pinned' | 'waiting'>;
type Describe = (row: Row) => InspectedRow;

/** The rows that a client has in sight: those of the pins, and then those of the tree. */
export class InspectedRows {
  /** The levels right below a level, as they were when rows began to be held. */
  readonly #held = new Map<TopicNode, readonly TopicNode[]>();
  /** The last request, and the open rows that it names in the tree and in the pins. */
  #open:
    | { readonly request: InspectionRequest; readonly toggled: Toggled; readonly toggledPins: Toggled }
    | undefined;

  /** Stops holding rows. */
  release(): void {
    this.#held.clear();
  }

  take({ shown, pinned }: Trees, request: InspectionRequest, describe: Describe): TakenRows {
    if (request.isHeld !== true) this.release();
    const lists = new Lists(this.#held);
    const { toggled, toggledPins } = this.#openIn(request);
    const pins = new Pins(pinned, request.pins ?? [], { toggled: toggledPins, listOf: lists.listOf });
    const isSifted = shown !== pinned;
    const tree = new Layout(shown.root, {
      toggled,
      isOpenAtFirst: isSifted && shown.size <= OPEN_LEVELS,
      listOf: lists.listOf,
    });
    const total = pins.size + tree.size;
    const from = Math.min(request.from, Math.max(0, total - request.count));
    const rows = [
      ...pins.rows(from, request.count).map((row) => ({ ...describe(row), isPinned: true as const })),
      ...tree.rows(from - pins.size, request.count).map(describe),
    ];
    return { from, rows, total, pinned: pins.size, waiting: lists.waiting };
  }

  /** Returns what a request opens. It is made once for each request, not for each frame. */
  #openIn(request: InspectionRequest) {
    if (this.#open?.request === request) return this.#open;
    const toggled = new Toggled(request.toggled);
    this.#open = { request, toggled, toggledPins: new Toggled(request.toggledPins) };
    return this.#open;
  }
}

/** The levels right below others, as they are held, and how many more there are by now. */
class Lists {
  readonly #held: Map<TopicNode, readonly TopicNode[]>;
  waiting = 0;

  constructor(held: Map<TopicNode, readonly TopicNode[]>) {
    this.#held = held;
  }

  readonly listOf: ListOf = (node) => {
    const list = this.#held.get(node) ?? node.list;
    this.#held.set(node, list);
    this.waiting += (node.children?.size ?? 0) - list.length;
    return list;
  };
}

/** Topics that are shown before the tree. */
class Pins {
  readonly #pins: readonly { readonly node: TopicNode; readonly below: Layout | undefined }[];

  /** Makes the rows of the pins. A pin that is named twice has one row. */
  constructor(
    tree: TopicTree,
    pins: readonly string[],
    { toggled, listOf }: Pick<LayoutOptions, 'toggled' | 'listOf'>,
  ) {
    this.#pins = [...new Set(pins)].flatMap((topic) => {
      const node = tree.find(topic);
      if (!node) return [];
      const inner = toggled.find(topic);
      const isOpen = inner?.isToggled === true && node.children !== undefined;
      const below = isOpen ? new Layout(node, { toggled: inner, isOpenAtFirst: false, listOf }) : undefined;
      return [{ node, below }];
    });
  }

  get size(): number {
    return this.#pins.reduce((sum, { below }) => sum + 1 + (below?.size ?? 0), 0);
  }

  rows(from: number, count: number): Row[] {
    const rows: Row[] = [];
    let at = 0;
    for (const { node, below } of this.#pins) {
      if (at >= from && at < from + count) rows.push({ node, depth: 0, isOpen: below !== undefined });
      at++;
      const inner = below?.rows(from - at, count) ?? [];
      rows.push(...inner.map((row) => ({ ...row, depth: row.depth + 1 })));
      at += below?.size ?? 0;
    }
    return rows;
  }
}
