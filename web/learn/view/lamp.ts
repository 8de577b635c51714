import { html, type TemplateResult } from 'lit/html.js';
import { glowOf } from '../../shared/light.ts';

/** A lamp with the light of a duty cycle, percent. */
export function lampView(percent: number): TemplateResult {
  return html`<span class="learn-lamp" aria-hidden="true"><span style="opacity:${glowOf(percent / 100)}"></span></span>`;
}
