import { Observable, Subscription } from 'rxjs';
import type { Scene, Scenes } from './scene.ts';

/** A frame of most screens, milliseconds. */
const FRAME_MS = 16;

/** How long an infrequent drawing waits for another drawing's frame, milliseconds: each frame has a cost. */
const PATIENCE_MS = 34;

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

/** The place where things are drawn: its frames, and its parts in sight. */
export interface Screen {
  readonly frames: Frames;
  readonly scenes: Pick<Scenes, 'of'>;
}

/** Something that is drawn when asked, at most once a frame. A hidden page has no frames and so no work. */
export class Drawing {
  readonly isCanvas: boolean;
  readonly #screen: Screen;
  readonly #draw: () => void;
  readonly #everyMs: number;
  readonly #element: DrawingOptions['element'];
  /** The scene that it waits for. */
  #scene: Scene | undefined;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #askedMs = Number.POSITIVE_INFINITY;

  constructor(
    screen: Screen,
    draw: () => void,
    { element, everyMs = 0, isCanvas = false }: DrawingOptions = {},
  ) {
    this.#screen = screen;
    this.#draw = draw;
    this.#element = element;
    this.#everyMs = everyMs;
    this.isCanvas = isCanvas;
  }

  /** When it may be drawn, in frame time. */
  get dueMs(): number {
    return Math.max(this.#drawnMs + this.#everyMs, this.#askedMs);
  }

  /** When it gets a frame of its own, if no other has come since it was due. */
  get latestMs(): number {
    const patienceMs = this.#everyMs > 0 ? PATIENCE_MS : 0;
    return Math.max(this.#drawnMs + this.#everyMs + patienceMs, this.#askedMs);
  }

  /** Asks for a frame after some time. If it is asked several times, the earliest counts. */
  ask(afterMs = 0): void {
    const askedMs = afterMs === 0 ? Number.NEGATIVE_INFINITY : performance.now() + afterMs;
    this.#askedMs = Math.min(this.#askedMs, askedMs);
    this.#screen.frames.add(this);
  }

  cancel(): void {
    this.#screen.frames.delete(this);
    this.#scene?.forget(this);
  }

  /** Draws now, or once the scene is in sight again. */
  run(nowMs: number): void {
    this.#askedMs = Number.POSITIVE_INFINITY;
    // An element can come into another scene, or its scene can begin again.
    this.#scene = this.#screen.scenes.of(this.#element?.());
    if (this.#scene && !this.#scene.isInSight) {
      this.#scene.keep(this);
      return;
    }
    this.#drawnMs = nowMs;
    this.#draw();
  }
}

/** Everything that waits for a page's next frame. The clock of the screen only runs while something is due. */
export class Frames {
  readonly #asked = new Set<Drawing>();
  #isFrameComing = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer ends. */
  #wakesMs = Number.POSITIVE_INFINITY;

  add(drawing: Drawing): void {
    this.#asked.add(drawing);
    this.#waitFor(drawing.latestMs);
  }

  delete(drawing: Drawing): void {
    this.#asked.delete(drawing);
  }

  #waitFor(timeMs: number): void {
    if (this.#isFrameComing || timeMs >= this.#wakesMs) return;
    const inMs = timeMs - performance.now();
    clearTimeout(this.#timer);
    if (inMs <= FRAME_MS) this.#requestFrame();
    else {
      this.#wakesMs = timeMs;
      this.#timer = setTimeout(() => this.#requestFrame(), inMs - FRAME_MS / 2);
    }
  }

  #requestFrame(): void {
    this.#wakesMs = Number.POSITIVE_INFINITY;
    this.#isFrameComing = true;
    requestAnimationFrame((nowMs) => this.#run(nowMs));
  }

  #run(nowMs: number): void {
    const drawn = new Set<Drawing>();
    const due = this.#take(nowMs, drawn);
    for (const drawing of due) if (drawing.isCanvas) attempt(drawing, nowMs);
    for (const drawing of due) if (!drawing.isCanvas) attempt(drawing, nowMs);
    // A drawing that another one asks for comes in the same frame, as the page after a list of devices. A canvas comes in the next.
    for (let more = [...due]; more.length > 0; ) {
      more = this.#take(nowMs, drawn, (drawing) => !drawing.isCanvas);
      for (const drawing of more) attempt(drawing, nowMs);
    }
    this.#isFrameComing = false;
    if (this.#asked.size > 0) this.#waitFor(Math.min(...[...this.#asked].map(({ latestMs }) => latestMs)));
  }

  /** Takes the drawings that are due and were not drawn in this frame. A drawing may come half a frame early. */
  #take(nowMs: number, drawn: Set<Drawing>, suits: (drawing: Drawing) => boolean = () => true): Drawing[] {
    const due = [...this.#asked].filter(
      (drawing) => !drawn.has(drawing) && drawing.dueMs <= nowMs + FRAME_MS / 2 && suits(drawing),
    );
    for (const drawing of due) {
      this.#asked.delete(drawing);
      drawn.add(drawing);
    }
    return due;
  }

  /** The first value at once, then the newest of each frame. */
  readonly each = <T>(source$: Observable<T>): Observable<T> =>
    new Observable((observer) =>
      drawNewest({ frames: this, scenes: NO_SCENES }, source$, (value) => observer.next(value)),
    );
}

const NO_SCENES: Screen['scenes'] = { of: () => undefined };

/** If one drawing fails, the others are still drawn. */
function attempt(drawing: Drawing, nowMs: number): void {
  try {
    drawing.run(nowMs);
  } catch (error) {
    reportError(error);
  }
}

/** Draws the first value of an observable at once, and then the newest of each frame. */
export function drawNewest<T>(
  screen: Screen,
  source$: Observable<T>,
  draw: (value: T) => void,
  options?: DrawingOptions,
): Subscription {
  let newest: { readonly value: T } | undefined;
  const drawing = new Drawing(screen, () => newest && draw(newest.value), options);
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

/** Resolves once everything that waits for the page's next frame has been drawn. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/** The longest time that something waits for an idle browser, milliseconds. */
const IDLE_MS = 200;

/** Resolves once the browser has nothing more urgent to do, such as to answer a person. Safari does not tell that. */
export function whenIdle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: IDLE_MS });
    else setTimeout(resolve, IDLE_MS / 2);
  });
}
