import { AsyncDirective } from 'lit/async-directive.js';
import { directive } from 'lit/directive.js';
import { noChange } from 'lit/html.js';
import type { Observable, Subscription } from 'rxjs';
import { eachFrame } from './frame.ts';

class Watch extends AsyncDirective {
  #source$: Observable<unknown> | undefined;
  #subscription: Subscription | undefined;

  render(source$: Observable<unknown>): typeof noChange {
    if (source$ !== this.#source$) {
      const previous = this.#subscription;
      this.#source$ = source$;
      if (this.isConnected) this.reconnected();
      // Last, so that a state that both share outlives the change.
      previous?.unsubscribe();
    }
    return noChange;
  }

  protected override disconnected(): void {
    this.#subscription?.unsubscribe();
  }

  protected override reconnected(): void {
    if (this.#source$)
      this.#subscription = eachFrame(this.#source$).subscribe((value) => this.setValue(value));
  }
}

/** Keeps a text or an attribute at the newest value of an observable, while it is on the page. */
export const watch = directive(Watch);
