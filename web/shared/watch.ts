import { AsyncDirective } from 'lit/async-directive.js';
import { type ChildPart, directive, type Part, PartType } from 'lit/directive.js';
import { noChange } from 'lit/html.js';
import type { Observable, Subscription } from 'rxjs';
import { type DrawingOptions, drawNewest } from './frame.ts';
import { screenOf } from './screen.ts';

type Options = Pick<DrawingOptions, 'everyMs'>;

class Watch extends AsyncDirective {
  #source$: Observable<unknown> | undefined;
  #options: Options | undefined;
  #part: Part | undefined;
  #subscription: Subscription | undefined;

  render(_source$: Observable<unknown>, _options?: Options): typeof noChange {
    return noChange;
  }

  override update(part: Part, [source$, options]: [Observable<unknown>, Options?]): typeof noChange {
    if (source$ === this.#source$) return noChange;
    const previous = this.#subscription;
    this.#part = part;
    this.#source$ = source$;
    this.#options = options;
    if (this.isConnected) this.reconnected();
    // Last: a state that both streams share would end in between.
    previous?.unsubscribe();
    return noChange;
  }

  protected override disconnected(): void {
    this.#subscription?.unsubscribe();
  }

  protected override reconnected(): void {
    const part = this.#part;
    if (!part || !this.#source$) return;
    const options = { ...this.#options, element: () => elementOf(part) };
    this.#subscription = drawNewest(screenOf(part), this.#source$, (value) => this.setValue(value), options);
  }
}

function elementOf(part: Part): Element | null {
  if (part.type === PartType.CHILD) return parentOf(part);
  return part.element;
}

function parentOf({ parentNode }: ChildPart): Element | null {
  return parentNode instanceof Element ? parentNode : null;
}

/** How often a text that a person reads changes, at most. */
export const READABLE = { everyMs: 100 } as const;

/** Keeps a text or an attribute at the newest value of an observable, while it is on the page and its scene is in sight. */
export const watch = directive(Watch);
