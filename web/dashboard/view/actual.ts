import { html, nothing, type TemplateResult } from 'lit/html.js';
import { map, type Observable } from 'rxjs';
import { watch } from '../../shared/watch.ts';
import type { Words } from '../words.ts';

/** The actual value of a property, beside the wanted one; nothing while the text is `undefined` or has not come. */
export function actual({ say }: Words, text$: Observable<string | undefined>): TemplateResult {
  return html`${watch(
    text$.pipe(
      map((text) =>
        text === undefined ? nothing : html`<span class="actual">${say.actual} <b>${text}</b></span>`,
      ),
    ),
  )}`;
}
