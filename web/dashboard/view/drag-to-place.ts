import { filter, fromEvent, Subscription, switchMap } from 'rxjs';
import { followPointer } from './follow-pointer.ts';

/** Moves the device to the place `to` of its section, counted from 0; resolves when the hub has stored it. */
type Move = (to: number) => Promise<unknown>;

/** How close to the edge of the window a dragged tile scrolls the page, and how far, CSS pixels. */
const EDGE_PX = 80;
const SCROLL_PX = 14;

/** Makes a tile's handle move the tile within its section: by dragging, and with the arrow keys, Home and End. */
export function dragToPlace(handle: HTMLButtonElement, move: Move): Subscription {
  const subscription = new Subscription();
  subscription.add(drags(handle, move).subscribe());
  subscription.add(
    fromEvent<KeyboardEvent>(handle, 'keydown').subscribe((event) => {
      const to = placeByKey(event.key, handle);
      if (to === undefined) return;
      event.preventDefault();
      void move(to).then(() => focusAgain(handle));
    }),
  );
  return subscription;
}

function drags(handle: HTMLButtonElement, move: Move) {
  return fromEvent<PointerEvent>(handle, 'pointerdown').pipe(
    filter(({ button, isPrimary }) => button === 0 && isPrimary),
    switchMap((press) => {
      const drag = new Drag(handle, press);
      return followPointer(press, {
        move: (event) => drag.move(event),
        up: () => {
          const to = drag.end();
          if (to !== undefined) void move(to);
        },
        cancel: () => drag.end(),
      });
    }),
  );
}

/** A tile being dragged: it follows the pointer, and the tile below shows the side on which it would land. */
class Drag {
  readonly #cell: HTMLElement;
  readonly #press: PointerEvent;
  readonly #scrolledPx = window.scrollY;
  #over: HTMLElement | undefined;

  constructor(handle: HTMLElement, press: PointerEvent) {
    this.#cell = cellOf(handle) ?? handle;
    this.#press = press;
    handle.setPointerCapture(press.pointerId);
    this.#cell.toggleAttribute('data-dragged', true);
  }

  move({ clientX, clientY }: PointerEvent): void {
    if (clientY < EDGE_PX) window.scrollBy(0, -SCROLL_PX);
    else if (clientY > window.innerHeight - EDGE_PX) window.scrollBy(0, SCROLL_PX);
    const down = clientY - this.#press.clientY + window.scrollY - this.#scrolledPx;
    this.#cell.style.translate = `${clientX - this.#press.clientX}px ${down}px`;
    const below = cellOf(document.elementFromPoint(clientX, clientY));
    this.#mark(below !== this.#cell && below?.parentElement === this.#cell.parentElement ? below : undefined);
  }

  /** Drops the tile; returns its new place if it has one. */
  end(): number | undefined {
    const to = this.#over && placeOf(this.#over);
    this.#mark(undefined);
    this.#cell.toggleAttribute('data-dragged', false);
    this.#cell.style.removeProperty('translate');
    return to;
  }

  #mark(over: HTMLElement | undefined): void {
    this.#over?.removeAttribute('data-drop');
    over?.setAttribute('data-drop', placeOf(over) < placeOf(this.#cell) ? 'before' : 'after');
    this.#over = over;
  }
}

function placeByKey(key: string, handle: HTMLElement): number | undefined {
  const cell = cellOf(handle);
  if (!cell) return undefined;
  const at = placeOf(cell);
  const last = (cell.parentElement?.children.length ?? 1) - 1;
  const places = new Map([
    ['ArrowLeft', at - 1],
    ['ArrowUp', at - 1],
    ['ArrowRight', at + 1],
    ['ArrowDown', at + 1],
    ['Home', 0],
    ['End', last],
  ]);
  const to = places.get(key);
  return to === undefined || to === at || to < 0 || to > last ? undefined : to;
}

/** A tile that has moved in the document has lost the focus. It moves in one of the next frames. */
async function focusAgain(handle: HTMLElement): Promise<void> {
  for (let frame = 0; frame < 3; frame++) {
    await new Promise(requestAnimationFrame);
    if (document.activeElement === document.body) handle.focus();
  }
}

function cellOf(element: Element | null): HTMLElement | undefined {
  return element?.closest<HTMLElement>('.cell') ?? undefined;
}

function placeOf(cell: HTMLElement): number {
  return [...(cell.parentElement?.children ?? [])].indexOf(cell);
}
