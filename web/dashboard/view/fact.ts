import { html, type TemplateResult } from 'lit/html.js';

/** A fact of the header: in full, and in few words where a phone has no room for that. Screen readers always get the full one. */
export function factView(full: string, short: string): TemplateResult {
  return html`<span class="full">${full}</span><span class="short" aria-hidden="true">${short}</span>`;
}
