import { AsyncDirective } from 'lit/async-directive.js';
import { type DirectiveResult, directive, type ElementPart } from 'lit/directive.js';
import { noChange } from 'lit/html.js';
import type { Observable, Unsubscribable } from 'rxjs';
import { type DrawingOptions, drawNewest } from './frame.ts';
import { beginScene } from './scene.ts';

type Begin = (element: Element) => Unsubscribable;

class Mount extends AsyncDirective {
  #begin: Begin | undefined;
  #running: Unsubscribable | undefined;
  #element: Element | undefined;

  render(_begin: Begin): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [begin]: [Begin]): typeof noChange {
    this.disconnected();
    this.#begin = begin;
    this.#element = part.element;
    if (this.isConnected) this.reconnected();
    return noChange;
  }

  protected override disconnected(): void {
    this.#running?.unsubscribe();
    this.#running = undefined;
  }

  protected override reconnected(): void {
    if (this.#element) this.#running = this.#begin?.(this.#element);
  }
}

const mountDirective = directive(Mount);

/** Runs something on an element while it is on the page. */
export function mount<E extends Element>(
  type: abstract new () => E,
  begin: (element: E) => Unsubscribable,
): DirectiveResult {
  return mountDirective((element) => {
    if (!(element instanceof type)) throw new TypeError(`<${element.localName}> is no ${type.name}`);
    return begin(element);
  });
}

/** Applies the newest value of an observable to an element, once a frame, while the element is on the page and its scene is in sight. */
export function bind<E extends Element, T>(
  type: abstract new () => E,
  source$: Observable<T>,
  apply: (element: E, value: T) => void,
  options?: Pick<DrawingOptions, 'everyMs'>,
): DirectiveResult {
  return mount(type, (element) =>
    drawNewest(source$, (value) => apply(element, value), { ...options, element: () => element }),
  );
}

/** Makes an element a scene: what is bound within it is not drawn while it is out of sight. */
export function scene(): DirectiveResult {
  return mountDirective(beginScene);
}
