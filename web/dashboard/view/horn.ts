import { html, svg, type TemplateResult } from 'lit/html.js';
import { map, type Observable } from 'rxjs';
import { watch } from '../../shared/watch.ts';

/** A servo's horn from above, at an angle in degrees from its middle; in the middle if the angle is unknown. */
export function horn(degrees$: Observable<number | undefined>): TemplateResult {
  const turn$ = degrees$.pipe(map((degrees = 0) => `rotate(${degrees} 22 26)`));
  return html`
    <svg class="emblem horn" viewBox="0 0 44 44" aria-hidden="true">
      <circle cx="22" cy="26" r="9" />
      ${svg`<path d="M19 26 L20.5 8 a1.5 1.5 0 0 1 3 0 L25 26 Z" transform=${watch(turn$)} />`}
    </svg>
  `;
}
