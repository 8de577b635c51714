import { html, type TemplateResult } from 'lit/html.js';
import type { Observable } from 'rxjs';
import { bind } from '../../shared/mount.ts';

/** An LED seen from above. `glow$` is how brightly it is drawn, 0–1, see `glowOf`. */
export function lamp(glow$: Observable<number>): TemplateResult {
  return html`<span class="lamp" aria-hidden="true" ${bind(HTMLElement, glow$, showGlow)}></span>`;
}

/** An LED of any color, `#rrggbb`, seen from above; dark while there is none. */
export function coloredLamp(color$: Observable<string | undefined>): TemplateResult {
  return html`<span class="lamp colored" aria-hidden="true" ${bind(HTMLElement, color$, showColor)}></span>`;
}

/** The light that a lamp throws onto its card. */
export function thrownLight(glow$: Observable<number>): TemplateResult {
  return html`<span class="thrown" aria-hidden="true" ${bind(HTMLElement, glow$, showGlow)}></span>`;
}

/** Sets the glow on the lamp, not on the card: a change of a custom property makes the browser compute the styles of all elements below. */
function showGlow(element: HTMLElement, glow: number): void {
  element.style.setProperty('--glow', glow.toFixed(3));
}

/** Gives an element its color, `#rrggbb`; without one, the element's style says what it shows. */
export function showColor(element: HTMLElement, color: string | undefined): void {
  if (color === undefined) element.style.removeProperty('--color');
  else element.style.setProperty('--color', color);
}
