import { html, type TemplateResult } from 'lit/html.js';

/** The emblem of a device that has no picture: the first letter of its kind. */
export function letterEmblem(kind: string): TemplateResult {
  return html`<span class="emblem" aria-hidden="true">${kind.slice(0, 1).toUpperCase()}</span>`;
}
