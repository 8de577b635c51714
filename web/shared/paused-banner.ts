import { html, type TemplateResult } from 'lit/html.js';
import type { SharedWords } from './words.ts';

/** Tells a student that the teacher has paused the class, before the hub refuses anything. */
export function pausedBanner({ faults }: SharedWords): TemplateResult {
  return html`<div class="banner"><p><b>${faults['class/paused']}</b></p></div>`;
}
