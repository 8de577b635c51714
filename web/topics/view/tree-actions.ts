import { fromEvent, merge, Subscription } from 'rxjs';
import type { InspectedRow } from '../../../hub/core/index.ts';
import { keyOf, type Shown } from '../model/shown.ts';

/** The parts of the page that the tree needs. */
export interface TreeHost {
  readonly rowPx: number;
  readonly shown: () => Shown | undefined;
  readonly activeIndex: () => number | undefined;
  readonly setActive: (index: number) => void;
  readonly select: (topic: string) => void;
  readonly toggle: (row: InspectedRow) => void;
  readonly hold: (isHeld: boolean) => void;
  /** Reports which rows are in sight. */
  readonly see: (from: number, count: number) => void;
}

/** The tree's responses to pointer, keyboard and scrolling. */
export interface TreeActions {
  /** Follows the element that scrolls, as long as it is there. */
  readonly follow: (scroller: Element | undefined) => void;
  readonly press: (event: KeyboardEvent) => void;
  readonly click: (event: MouseEvent) => void;
  /** Scrolls to the first row. */
  readonly toTop: () => void;
  /** Keeps the rows in sight where they are on the screen when rows above them come or go. */
  readonly keepStill: (before: Shown | undefined, after: Shown) => void;
}

/** How many more rows are requested above and below those in sight. */
const MARGIN = 20;

export function createTreeActions(host: TreeHost): TreeActions {
  const { rowPx } = host;
  let scroller: HTMLElement | undefined;
  let following = new Subscription();
  const rowAt = (index: number): InspectedRow | undefined => {
    const frame = host.shown()?.frame;
    return frame?.rows[index - frame.from];
  };
  const see = () => {
    if (!scroller) return;
    const from = Math.max(0, Math.floor(scroller.scrollTop / rowPx) - MARGIN);
    host.see(from, Math.ceil(scroller.clientHeight / rowPx) + 2 * MARGIN);
  };
  const go = (wanted: number) => {
    const { total = 0 } = host.shown()?.frame ?? {};
    const index = Math.max(0, Math.min(total - 1, wanted));
    host.setActive(index);
    if (scroller) reveal(scroller, index * rowPx, rowPx);
  };
  const enter = (index: number, isOnTwist: boolean) => {
    const row = rowAt(index);
    if (!row) return;
    host.setActive(index);
    const isMessage = row.value !== undefined || row.bytes !== undefined;
    if (row.children > 0 && (isOnTwist || !isMessage)) host.toggle(row);
    if (isOnTwist) return;
    host.select(row.topic);
    if (isMessage) revealSide(scroller);
  };
  return {
    follow(element) {
      following.unsubscribe();
      scroller = element instanceof HTMLElement ? element : undefined;
      if (!element) return;
      const sizes = new ResizeObserver(see);
      sizes.observe(element);
      following = fromEvent(element, 'scroll', { passive: true }).subscribe(see);
      following.add(fromEvent(element, 'pointerenter').subscribe(() => host.hold(true)));
      const left$ = merge(fromEvent(element, 'pointerleave'), fromEvent(element, 'pointercancel'));
      following.add(left$.subscribe(() => host.hold(false)));
      following.add(() => sizes.disconnect());
    },
    press(event) {
      const active = host.activeIndex();
      const row = active === undefined ? undefined : rowAt(active);
      const way = wayOf(event.key, {
        active: active ?? -1,
        row,
        page: pageOf(scroller, rowPx),
        parentOf: (at) => parentOf(rowAt, at),
      });
      if (way === undefined) return;
      event.preventDefault();
      if (way === 'enter') enter(active ?? 0, false);
      else if (way === 'toggle' && row) host.toggle(row);
      else if (typeof way === 'number') go(way);
    },
    click({ target }) {
      if (!(target instanceof Element)) return;
      const { key } = target.closest<HTMLElement>('[data-key]')?.dataset ?? {};
      // A newer frame, which is not drawn yet, may have the row somewhere else.
      const { rows = [], from = 0 } = host.shown()?.frame ?? {};
      const index = rows.findIndex((row) => keyOf(row) === key);
      if (index >= 0) enter(from + index, target.closest('.twist') !== null);
    },
    toTop() {
      if (scroller) scroller.scrollTop = 0;
    },
    keepStill(before, after) {
      if (!scroller || !before || scroller.scrollTop === 0) return;
      const moved = movedRows(before, after, Math.floor(scroller.scrollTop / rowPx));
      if (moved !== 0) scroller.scrollTop += moved * rowPx;
    },
  };
}

function pageOf(scroller: HTMLElement | undefined, rowPx: number): number {
  return Math.max(1, Math.floor((scroller?.clientHeight ?? 0) / rowPx) - 1);
}

/** On a phone the details are below the tree, and may be out of sight. */
function revealSide(tree: HTMLElement | undefined): void {
  const side = tree?.closest('main')?.querySelector('.side');
  const { top = 0 } = side?.getBoundingClientRect() ?? {};
  if (top < 0 || top > innerHeight / 2) side?.scrollIntoView();
}

function reveal(scroller: HTMLElement, top: number, rowPx: number): void {
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  const bottom = top + rowPx - scroller.clientHeight;
  if (bottom > scroller.scrollTop) scroller.scrollTop = bottom;
}

interface At {
  readonly active: number;
  readonly row: InspectedRow | undefined;
  readonly page: number;
  readonly parentOf: (index: number) => number;
}

/** The row or action that a key leads to, as in other trees (ARIA Authoring Practices, Tree View). */
function wayOf(key: string, { active, row, page, parentOf }: At): number | 'enter' | 'toggle' | undefined {
  switch (key) {
    case 'ArrowDown':
      return active + 1;
    case 'ArrowUp':
      return active - 1;
    case 'PageDown':
      return active + page;
    case 'PageUp':
      return active - page;
    case 'Home':
      return 0;
    case 'End':
      return Number.MAX_SAFE_INTEGER;
    case 'ArrowRight':
      if (!row || row.children === 0) return undefined;
      return row.isOpen ? active + 1 : 'toggle';
    case 'ArrowLeft':
      return row?.isOpen ? 'toggle' : parentOf(active);
    case 'Enter':
    case ' ':
      return 'enter';
    default:
      return undefined;
  }
}

/** The row of the level above; the row itself if that is not in sight. */
function parentOf(rowAt: (index: number) => InspectedRow | undefined, index: number): number {
  const depth = rowAt(index)?.depth ?? 0;
  for (let at = index - 1; ; at--) {
    const row = rowAt(at);
    if (!row) return index;
    if (row.depth < depth) return at;
  }
}

/** By how many rows the first row in sight has moved down. */
function movedRows(before: Shown, after: Shown, first: number): number {
  const row = before.frame.rows[first - before.frame.from];
  if (!row) return 0;
  const found = after.frame.rows.findIndex((one) => keyOf(one) === keyOf(row));
  return found < 0 ? 0 : after.frame.from + found - first;
}
