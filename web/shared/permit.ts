import type { DirectiveResult } from 'lit/directive.js';
import type { Observable } from 'rxjs';
import { mount } from './mount.ts';

/** What can be worked, or not. */
type Workable = Element & { disabled: boolean };

/** Lets an element be worked for as long as one is allowed to. At once rather than by the frame: rights change seldom, and there are many controls. */
export function permit<E extends Workable>(
  type: abstract new () => E,
  { isAllowed$ }: { readonly isAllowed$: Observable<boolean> },
): DirectiveResult {
  return mount(type, (element) =>
    isAllowed$.subscribe((isAllowed) => {
      element.disabled = !isAllowed;
    }),
  );
}
