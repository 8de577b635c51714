import { html, type TemplateResult } from 'lit';
import type { Rgb } from '../../../../../devices/facts/color.ts';
import { encodeSrgb } from '../../../../../devices/facts/srgb.ts';
import { glowOf } from '../../../../shared/light.ts';
import { mixLight } from '../../../light/color.ts';
import { lightOf } from '../../../light/light.ts';
import { lensView } from '../../../parts/lens.ts';
import type { Part } from '../../circuit.ts';
import type { Light } from '../../reading.ts';
import type { Stage } from '../stage.ts';

/** The colors of an LED's plastic and of the brightest spot within it, unlit and at full light. */
interface Plastic {
  readonly unlit: Rgb;
  readonly lit: Rgb;
  readonly unlitCore: Rgb;
  readonly litCore: Rgb;
}

const RED: Plastic = {
  unlit: [86, 12, 14],
  lit: [255, 46, 34],
  unlitCore: [122, 20, 22],
  litCore: [255, 178, 148],
};

const PLASTICS: Readonly<Record<string, Plastic>> = {
  red: RED,
  green: { unlit: [10, 72, 26], lit: [52, 240, 88], unlitCore: [20, 100, 40], litCore: [200, 255, 190] },
  yellow: { unlit: [104, 80, 6], lit: [255, 214, 40], unlitCore: [140, 112, 16], litCore: [255, 246, 180] },
  blue: { unlit: [12, 24, 96], lit: [60, 120, 255], unlitCore: [22, 40, 132], litCore: [190, 215, 255] },
  white: {
    unlit: [150, 152, 156],
    lit: [255, 255, 248],
    unlitCore: [196, 198, 202],
    litCore: [255, 255, 255],
  },
};

/** The lightness with which a lamp is drawn, 0–1. */
function shownLight({ light }: Light, { scene }: Stage): number {
  return lightOf(light * 100, scene.choices.isPerceived);
}

/** An LED, lit according to its current. */
export function ledDrawing({ id, variant, turn }: Part, stage: Stage, style: string): TemplateResult {
  const { unlit, lit, unlitCore, litCore } = PLASTICS[variant] ?? RED;
  const [first] = lightsOf(id, stage);
  const light = first ? shownLight(first, stage) : 0;
  return html`
    <wokwi-led inert aria-hidden="true" color=${mixLight(unlit, unlit, 0)} .flip=${turn === 0} .style=${style}></wokwi-led>
    <svg class="lens" data-light=${light.toFixed(4)} aria-hidden="true" width="40" height="50" viewBox="-10 -5 35.456 39.618" .style=${style}>
      ${lensView({
        id: `own-${id}`,
        lens: mixLight(unlit, lit, light),
        core: mixLight(unlitCore, litCore, light),
        halo: `rgb(${lit.join(' ')})`,
        haloOpacity: glowOf(light),
      })}
    </svg>`;
}

/** An RGB LED, with its three lights mixed. */
export function rgbDrawing({ id }: Part, stage: Stage, style: string): TemplateResult {
  const of = (color: string) => lightsOf(id, stage).find((light) => light.color === color);
  const channel = (color: string) => {
    const light = of(color);
    return Math.round(encodeSrgb(light ? shownLight(light, stage) : 0) * 255);
  };
  const lit: Rgb = [channel('red'), channel('green'), channel('blue')];
  const strongest = Math.max(...lit) / 255;
  return html`
    <wokwi-rgb-led inert aria-hidden="true" .style=${style}></wokwi-rgb-led>
    <svg class="lens" data-light=${lit.join(' ')} aria-hidden="true" width="42.129" height="72.582" viewBox="-17 -10 37.3425 57.5115" .style=${style}>
      <g transform="translate(-5.83 -7.35)">
        ${lensView({
          id: `own-${id}`,
          lens: mixLight([150, 152, 156], lit, strongest > 0 ? 1 : 0),
          core: mixLight([196, 198, 202], lit, strongest > 0 ? 0.8 : 0),
          halo: `rgb(${lit.join(' ')})`,
          haloOpacity: strongest,
        })}
      </g>
    </svg>`;
}

function lightsOf(id: string, { analysis }: Stage): readonly Light[] {
  const reading = analysis.readings.get(id);
  return reading?.is === 'light' ? reading.lights : [];
}
