import type { DirectiveResult } from 'lit/directive.js';
import { EMPTY, from, fromEvent, type Observable, switchMap } from 'rxjs';
import { mount } from '../../shared/mount.ts';

/** The event with which a control asks the elements around it for its card's title; its detail takes the answer. */
const ASK_TITLE = 'pinhub-ask-title';

type TakeTitle = (title$: Observable<string>) => void;

/** On a card's element: its title, at once and at every change, goes into the names of the controls in it. */
export function titled(title$: Observable<string>): DirectiveResult {
  return mount(HTMLElement, (card) =>
    fromEvent<CustomEvent<TakeTitle>>(card, ASK_TITLE).subscribe(({ detail: take }) => take(title$)),
  );
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

/** A control is made before it is put into its card, in the same task. */
function titleAround(control: Element): Observable<string> {
  return from(Promise.resolve()).pipe(switchMap(() => askTitle(control)));
}

function askTitle(control: Element): Observable<string> {
  let title$: Observable<string> = EMPTY;
  const take: TakeTitle = (found$) => {
    title$ = found$;
  };
  control.dispatchEvent(new CustomEvent(ASK_TITLE, { bubbles: true, detail: take }));
  return title$;
}
