import { AsyncDirective } from 'lit/async-directive.js';
import { type DirectiveResult, directive, type ElementPart } from 'lit/directive.js';
import { noChange } from 'lit/html.js';
import type { Observable, Unsubscribable } from 'rxjs';
import { eachFrame } from './frame.ts';

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

/** Runs something on an element from when it comes onto the page to when it leaves it. */
export function mount<E extends Element>(
  type: abstract new () => E,
  begin: (element: E) => Unsubscribable,
): DirectiveResult {
  return mountDirective((element) => {
    if (!(element instanceof type)) throw new TypeError(`<${element.localName}> is no ${type.name}`);
    return begin(element);
  });
}

/** Applies the newest value of an observable to an element, once a frame, while it is on the page. */
export function bind<E extends Element, T>(
  type: abstract new () => E,
  source$: Observable<T>,
  apply: (element: E, value: T) => void,
): DirectiveResult {
  return mount(type, (element) => eachFrame(source$).subscribe((value) => apply(element, value)));
}
