import { html, type TemplateResult } from 'lit/html.js';
import type { SeatCode } from '../../../hub/client/api/class-api.ts';
import { copyButton } from '../../shared/copy-button.ts';
import type { Words } from '../words.ts';

/** A code to be read out or typed. */
export function codeView({ say, number }: Words, { code, seconds }: SeatCode): TemplateResult {
  return html`<p class="secret"><code class="code">${code}</code> ${say.goodFor(number(seconds / 60, 0))}</p>`;
}

/** A token, which the hub shows only once. */
export function tokenView(words: Words, token: string): TemplateResult {
  return html`<p class="secret"><code>${token}</code> ${copyButton(words, token)}</p><p>${words.say.tokenOnce}</p>`;
}
