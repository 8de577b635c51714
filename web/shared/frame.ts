import { Observable, Subscription } from 'rxjs';
import { type Scene, sceneOf } from './scene.ts';

export interface DrawingOptions {
  /** The element that is drawn on. Nothing is drawn while its scene is out of sight. Default: it always is in sight. */
  readonly element?: () => Element | null | undefined;
  /** The least time between two draws, milliseconds. Default 0: every frame. */
  readonly everyMs?: number;
  /**
   * Canvases come before everything else in a frame. Text on a canvas reads the page's style, which the browser would have to
   * compute once for each canvas if other drawings had changed it before.
   */
  readonly isCanvas?: boolean;
}

/** Something that is drawn when asked, at most once a frame. A hidden page has no frames and so no work. */
export class Drawing {
  readonly isCanvas: boolean;
  readonly #draw: () => void;
  readonly #everyMs: number;
  readonly #element: DrawingOptions['element'];
  /** The scene that it waits for. */
  #scene: Scene | undefined;
  #drawnMs = Number.NEGATIVE_INFINITY;

  constructor(draw: () => void, { element, everyMs = 0, isCanvas = false }: DrawingOptions = {}) {
    this.#draw = draw;
    this.#element = element;
    this.#everyMs = everyMs;
    this.isCanvas = isCanvas;
  }

  /** Asks for the next frame that suits. */
  ask(): void {
    page.add(this);
  }

  cancel(): void {
    page.delete(this);
    this.#scene?.forget(this);
  }

  isDue(nowMs: number): boolean {
    return nowMs - this.#drawnMs >= this.#everyMs;
  }

  /** Draws now, or once the scene is in sight again. */
  run(nowMs: number): void {
    // An element can come into another scene, or its scene can begin again.
    this.#scene = sceneOf(this.#element?.());
    if (this.#scene && !this.#scene.isInSight) {
      this.#scene.keep(this);
      return;
    }
    this.#drawnMs = nowMs;
    this.#draw();
  }
}

/** Everything that waits for the page's next frame. The clock of the screen only runs while something waits. */
class PageFrames {
  readonly #asked = new Set<Drawing>();
  #isWaiting = false;

  add(drawing: Drawing): void {
    this.#asked.add(drawing);
    this.#wait();
  }

  delete(drawing: Drawing): void {
    this.#asked.delete(drawing);
  }

  #wait(): void {
    if (this.#isWaiting || this.#asked.size === 0) return;
    this.#isWaiting = true;
    requestAnimationFrame((nowMs) => this.#run(nowMs));
  }

  #run(nowMs: number): void {
    const drawn = new Set<Drawing>();
    const due = this.#take(nowMs, drawn);
    for (const drawing of due) if (drawing.isCanvas) attempt(drawing, nowMs);
    for (const drawing of due) if (!drawing.isCanvas) attempt(drawing, nowMs);
    // What a drawing asks for comes in the same frame, as a list of devices and then the page that shows it; a canvas comes in the next.
    for (let more = [...due]; more.length > 0; ) {
      more = this.#take(nowMs, drawn, (drawing) => !drawing.isCanvas);
      for (const drawing of more) attempt(drawing, nowMs);
    }
    this.#isWaiting = false;
    this.#wait();
  }

  /** Takes what is due and was not drawn in this frame. */
  #take(nowMs: number, drawn: Set<Drawing>, suits: (drawing: Drawing) => boolean = () => true): Drawing[] {
    const due = [...this.#asked].filter(
      (drawing) => !drawn.has(drawing) && drawing.isDue(nowMs) && suits(drawing),
    );
    for (const drawing of due) {
      this.#asked.delete(drawing);
      drawn.add(drawing);
    }
    return due;
  }
}

const page = new PageFrames();

/** One drawing that fails takes no other with it. */
function attempt(drawing: Drawing, nowMs: number): void {
  try {
    drawing.run(nowMs);
  } catch (error) {
    reportError(error);
  }
}

/** Draws the first value of an observable at once, and then the newest of each frame. */
export function drawNewest<T>(
  source$: Observable<T>,
  draw: (value: T) => void,
  options?: DrawingOptions,
): Subscription {
  let newest: { readonly value: T } | undefined;
  const drawing = new Drawing(() => newest && draw(newest.value), options);
  const values = source$.subscribe((value) => {
    const isFirst = newest === undefined;
    newest = { value };
    if (isFirst) draw(value);
    else drawing.ask();
  });
  // A source that has ended still has its last value drawn.
  return new Subscription(() => {
    values.unsubscribe();
    drawing.cancel();
  });
}

/** The first value at once, then the newest of each frame. */
export function eachFrame<T>(source$: Observable<T>): Observable<T> {
  return new Observable((observer) => drawNewest(source$, (value) => observer.next(value)));
}

/** Resolves once everything that waits for the page's next frame has been drawn. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
