import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { SharedWords } from './words.ts';

/** A button that copies a text and then shows a check mark. Browsers only give pages a clipboard over HTTPS, or on the hub's own machine: elsewhere there is no button. */
export function copyButton({ tell }: SharedWords, text: string): TemplateResult | typeof nothing {
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (!clipboard) return nothing;
  const copy = async ({ currentTarget: button }: Event) => {
    await clipboard.writeText(text);
    if (button instanceof HTMLElement && !button.innerText.endsWith(DONE)) button.append(DONE);
  };
  return html`<button type="button" class="plain" @click=${copy}>${tell.shareCopy}</button>`;
}

const DONE = ' ✓';
