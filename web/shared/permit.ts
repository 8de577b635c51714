import type { DirectiveResult } from 'lit/directive.js';
import type { Observable } from 'rxjs';
import { mount } from './mount.ts';

/** Elements that can be disabled. */
type Workable = Element & { disabled: boolean };

/**
 * Enables an element for as long as its visitor may use it. It does so at once rather than in a frame: rights change seldom, and there are many
 * controls.
 */
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
