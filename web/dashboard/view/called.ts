import type { DirectiveResult } from 'lit/directive.js';
import { EMPTY, from, type Observable, Subscription, switchMap } from 'rxjs';
import { mount } from '../../shared/mount.ts';

/** What the cards of the page are called, by their elements. */
const titles = new WeakMap<Element, Observable<string>>();

/** On a card's element: its title, at once and at every change, goes into the names of the controls in it. */
export function titled(title$: Observable<string>): DirectiveResult {
  return mount(HTMLElement, (card) => {
    titles.set(card, title$);
    return new Subscription(() => titles.delete(card));
  });
}

/** Names a control for screen readers: its own label, and on a card the card's title after it, as in "Duty cycle, Lamp". */
export function called(label: string): DirectiveResult {
  return mount(HTMLElement, (control) => {
    control.ariaLabel = label;
    return titleAround(control).subscribe((title) => {
      control.ariaLabel = `${label}, ${title}`;
    });
  });
}

/** A control comes into its card only after it was made, in the same task. */
function titleAround(control: Element): Observable<string> {
  return from(Promise.resolve()).pipe(
    switchMap(() => {
      const card = control.closest('.card');
      return (card && titles.get(card)) ?? EMPTY;
    }),
  );
}
