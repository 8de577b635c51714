import { html, type TemplateResult } from 'lit/html.js';
import { map, type Observable } from 'rxjs';
import { watch } from '../../shared/watch.ts';
import type { Words } from '../words.ts';

/** What a property really is; nothing while the device has not said. */
export function actual({ say }: Words, text$: Observable<string>): TemplateResult {
  return html`${watch(text$.pipe(map((text) => html`<span class="actual">${say.actual} <b>${text}</b></span>`)))}`;
}
