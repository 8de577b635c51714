import { AsyncDirective } from 'lit/async-directive.js';
import { type DirectiveResult, directive, type ElementPart } from 'lit/directive.js';
import { noChange } from 'lit/html.js';
import type { Observable, Unsubscribable } from 'rxjs';
import { type DrawingOptions, drawNewest } from './frame.ts';
import { type Screen, screenOf } from './screen.ts';

/** `screen` tells what the element is on. */
type Begin = (element: Element, screen: () => Screen) => Unsubscribable;

class Mount extends AsyncDirective {
  #begin: Begin | undefined;
  #key: unknown;
  #running: Unsubscribable | undefined;
  #part: ElementPart | undefined;

  render(_begin: Begin, _key: unknown): typeof noChange {
    return noChange;
  }

  /** The work that has begun goes on while the key is the same: a page may draw itself again at any time. */
  override update(part: ElementPart, [begin, key]: [Begin, unknown]): typeof noChange {
    if (this.#begin && key === this.#key) return noChange;
    this.disconnected();
    this.#begin = begin;
    this.#key = key;
    this.#part = part;
    if (this.isConnected) this.reconnected();
    return noChange;
  }

  protected override disconnected(): void {
    this.#running?.unsubscribe();
    this.#running = undefined;
  }

  protected override reconnected(): void {
    const part = this.#part;
    if (part) this.#running = this.#begin?.(part.element, () => screenOf(part));
  }
}

const mountDirective = directive(Mount);

/** Runs something on an element while it is on the page. Drawing the page again with the same function changes nothing; another function takes its place. */
export function mount<E extends Element>(
  type: abstract new () => E,
  begin: (element: E, screen: () => Screen) => Unsubscribable,
): DirectiveResult {
  return mountDirective((element, screen) => {
    if (!(element instanceof type)) throw new TypeError(`<${element.localName}> is no ${type.name}`);
    return begin(element, screen);
  }, begin);
}

/** Applies the newest value of an observable to an element, once a frame, while the element is on the page and its scene is in sight. */
export function bind<E extends Element, T>(
  type: abstract new () => E,
  source$: Observable<T>,
  apply: (element: E, value: T) => void,
  options?: Pick<DrawingOptions, 'everyMs'>,
): DirectiveResult {
  return mount(type, (element, screen) =>
    drawNewest(screen(), source$, (value) => apply(element, value), { ...options, element: () => element }),
  );
}

/** Makes an element a scene: drawings within it wait while it is out of sight. */
export function scene(): DirectiveResult {
  return mountDirective(beginScene, beginScene);
}

const beginScene: Begin = (element, screen) => screen().scenes.begin(element);
