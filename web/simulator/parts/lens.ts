import { svg, type TemplateResult } from 'lit';

/** The appearance of an LED's lens. */
export interface Lens {
  /** Unique on the page. */
  readonly id: string;
  /** The plastic, and the brightest spot within it, as CSS colors. */
  readonly lens: string;
  readonly core: string;
  readonly halo: string;
  /** 0–1. */
  readonly haloOpacity: number;
}

/**
 * The lens of a 5 mm LED, with a dome 14.2 wide and its corner at 0, 0. We draw it over the element's own lens, whose light never goes below a third
 * and grows in proportion to code values rather than to light.
 */
export function lensView({ id, lens, core, halo, haloOpacity }: Lens): TemplateResult<2> {
  const name = id.replace(/\W/g, '-');
  return svg`
    <defs>
      <radialGradient id="core-${name}" cx="0.5" cy="0.42" r="0.68">
        <stop offset="0.16" stop-color=${core}></stop>
        <stop offset="0.85" stop-color=${lens}></stop>
      </radialGradient>
      <radialGradient id="halo-${name}">
        <stop offset="0.1" stop-color=${halo} stop-opacity="0.85"></stop>
        <stop offset="0.38" stop-color=${halo} stop-opacity="0.3"></stop>
        <stop offset="1" stop-color=${halo} stop-opacity="0"></stop>
      </radialGradient>
    </defs>
    <circle class="halo" cx="7.1" cy="9" r="38" fill="url(#halo-${name})" opacity=${haloOpacity}></circle>
    <path class="bulb" fill="url(#core-${name})"
      d="M0 7.09a7.09 7.09 0 0 1 14.17 0v9.02a7.09 4.97 0 0 1 -14.17 0z"></path>
    <path fill="#000" opacity=${0.24 - 0.19 * haloOpacity} d="M2.2 16.1v-3h3.8l4-4.3h-6.6l-1.2 0.8zM11.2 9 7.4 13.1h3.7v3h0.9v-7.6h-1.2z"></path>
    <path fill="#fff" opacity="0.35" d="M2 15.5V7.2C2 4.6 3.6 2.7 5.4 2.1l0.4 1C4.300 3.800 3.300 5.400 3.300 7.200v8.700z"></path>
    <path fill="#fff" opacity="0.4" d="M10.400 3.800l1.400-.3C11 2.400 9.700 1.600 8.300 1.300l.25 1.100c.8.3 1.400.8 1.850 1.400z"></path>`;
}
