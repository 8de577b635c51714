import { AsyncDirective } from 'lit/async-directive.js';
import { directive, type ElementPart } from 'lit/directive.js';
import { noChange } from 'lit/html.js';
import { BehaviorSubject, distinctUntilChanged } from 'rxjs';
import { holdWhile, type Press } from '../../shared/hold.ts';

/** Reports when an element is pressed and released, while that is allowed and the element is on the page. */
class Hold extends AsyncDirective {
  #press: Press = () => {};
  readonly #isAllowed$ = new BehaviorSubject(false);
  #listening: { unsubscribe(): void } | undefined;

  render(_press: Press, _isAllowed: boolean): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart, [press, isAllowed]: [Press, boolean]): typeof noChange {
    this.#press = press;
    this.#isAllowed$.next(isAllowed);
    const isAllowed$ = this.#isAllowed$.pipe(distinctUntilChanged());
    this.#listening ??= holdWhile(isAllowed$, element, (pressed) => this.#press(pressed));
    return noChange;
  }

  protected override disconnected(): void {
    this.#listening?.unsubscribe();
    this.#listening = undefined;
  }
}

export const hold = directive(Hold);
