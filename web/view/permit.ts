import type { DirectiveResult } from 'lit/directive.js';
import type { Observable } from 'rxjs';
import { bind } from './mount.ts';

/** What can be worked, or not. */
type Workable = Element & { disabled: boolean };

/** Lets an element be worked for as long as one is allowed to. */
export function permit<E extends Workable>(
  type: abstract new () => E,
  { isAllowed$ }: { readonly isAllowed$: Observable<boolean> },
): DirectiveResult {
  return bind(type, isAllowed$, (element, isAllowed) => {
    element.disabled = !isAllowed;
  });
}
