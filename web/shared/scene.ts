import { Subscription } from 'rxjs';
import { createSight } from './sight.ts';

/** Something that waits to be drawn. */
interface Waiting {
  /** Asks for the next frame. */
  ask(): void;
}

/** A part of the page, such as a card, that is not drawn while it is out of sight. */
export interface Scene {
  readonly isInSight: boolean;
  /** Requests a drawing again once the scene is in sight. */
  keep(waiting: Waiting): void;
  forget(waiting: Waiting): void;
}

class SightedScene implements Scene {
  /** The browser reports this within a frame; until then, the scene counts as in sight. */
  #isInSight = true;
  readonly #kept = new Set<Waiting>();

  get isInSight(): boolean {
    return this.#isInSight;
  }

  keep(waiting: Waiting): void {
    this.#kept.add(waiting);
  }

  forget(waiting: Waiting): void {
    this.#kept.delete(waiting);
  }

  see(isInSight: boolean): void {
    this.#isInSight = isInSight;
    if (!isInSight) return;
    this.#askAgain();
  }

  /** Everything that waited for this scene now looks for the scene that it is in. */
  end(): void {
    this.#askAgain();
  }

  #askAgain(): void {
    for (const waiting of this.#kept) waiting.ask();
    this.#kept.clear();
  }
}

/** How far outside the window a scene is drawn already, so that scrolling shows nothing that is out of date. */
const MARGIN = '200px';

const ATTRIBUTE = 'data-scene';

/** All scenes of a page. */
export class Scenes {
  readonly #scenes = new WeakMap<Element, SightedScene>();
  readonly #isInSight = createSight(MARGIN);

  /** Makes an element a scene until it is unsubscribed. Drawings within it wait while it is out of sight. */
  begin(element: Element): Subscription {
    element.toggleAttribute(ATTRIBUTE, true);
    const scene = new SightedScene();
    this.#scenes.set(element, scene);
    const watching = this.#isInSight(element).subscribe((isInSight) => scene.see(isInSight));
    return new Subscription(() => {
      watching.unsubscribe();
      this.#scenes.delete(element);
      scene.end();
    });
  }

  /** The scene that an element is in, if it is in one. */
  of(element: Element | null | undefined): Scene | undefined {
    const root = element?.closest(`[${ATTRIBUTE}]`);
    return root ? this.#scenes.get(root) : undefined;
  }
}
