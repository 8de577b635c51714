import { AsyncDirective } from 'lit/async-directive.js';
import { directive, type ElementPart } from 'lit/directive.js';
import { noChange } from 'lit/html.js';
import { hold as holdElement, type Press } from '../../shared/hold.ts';

/** Tells when an element is held down and let go, for as long as it is on the page. */
class Hold extends AsyncDirective {
  #press: Press = () => {};
  #listening: { unsubscribe(): void } | undefined;

  render(_press: Press): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart, [press]: [Press]): typeof noChange {
    this.#press = press;
    this.#listening ??= holdElement(element, (pressed) => this.#press(pressed));
    return noChange;
  }

  protected override disconnected(): void {
    this.#listening?.unsubscribe();
    this.#listening = undefined;
  }
}

export const hold = directive(Hold);
