import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { SeatCode } from '../../../hub/client/api/class-api.ts';
import type { Words } from '../words.ts';

/** A code to be read out or typed. */
export function codeView({ say, number }: Words, { code, seconds }: SeatCode): TemplateResult {
  return html`<p class="secret"><code class="code">${code}</code> ${say.goodFor(number(seconds / 60, 0))}</p>`;
}

/** A token, which the hub shows only once. */
export function tokenView({ say, tell }: Words, token: string): TemplateResult {
  return html`<p class="secret"><code>${token}</code> ${copyButton(tell.shareCopy, token)}</p><p>${say.tokenOnce}</p>`;
}

/** Browsers only give pages a clipboard over HTTPS, or on the hub's own machine. */
function copyButton(label: string, text: string): TemplateResult | typeof nothing {
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (!clipboard) return nothing;
  return html`<button type="button" class="plain" @click=${() => void clipboard.writeText(text)}>${label}</button>`;
}
