import '@wokwi/elements/dist/esm/led-element.js';
import '@wokwi/elements/dist/esm/resistor-element.js';
import { html, type TemplateResult } from 'lit';
import type { Rgb } from '../../../devices/facts/color.ts';
import { glowOf } from '../../shared/light.ts';
import { holeAt, PART_SCALE } from '../bench/breadboard.ts';
import { mixLight } from '../light/color.ts';
import { lightOf } from '../light/light.ts';
import { actualNumber } from '../model/bench.ts';
import type { Scene } from '../scene.ts';
import { caption, troubleOf } from './caption.ts';
import { gpiosIn } from './gpios.ts';
import { lensView } from './lens.ts';
import type { Part, Placed } from './part.ts';
import { placeAt, RESISTOR_PIN } from './place.ts';

/** The columns of the wire, the anode and the cathode, counted from the part's first one. */
const SIGNAL = 1;
const ANODE = 7;
const CATHODE = 8;

/** The colors of the plastic and of the brightest spot within it. */
const UNLIT: Rgb = [86, 12, 14];
const LIT: Rgb = [255, 46, 34];
const UNLIT_CORE: Rgb = [122, 20, 22];
const LIT_CORE: Rgb = [255, 178, 148];

/** An LED with its 220 Ω resistor, from the pin to ground; its light follows the actual duty cycle. */
export const led: Part = {
  kind: 'led',
  footprint: { on: 'breadboard', columns: 10 },
  leads: (id) => gpiosIn(id, 1).map((gpio) => ({ from: { gpio }, to: { column: SIGNAL, half: 'lower' } })),
  jumpers: [{ column: CATHODE, from: 'a', to: 'bottom -' }],
  draw,
};

function draw({ device, origin }: Placed, { words, choices }: Scene): TemplateResult {
  const duty = actualNumber(device, 'duty');
  const light = lightOf(duty ?? 0, choices.isPerceived);
  const resistor = holeAt(origin, SIGNAL, 'c');
  const legs = holeAt(origin, ANODE, 'e');
  const { say, instrument } = words;
  const state = duty === undefined ? say.noDevice : say.ledLight(instrument.percent(duty));
  const label = { x: (legs.x + holeAt(origin, CATHODE, 'e').x) / 2, y: holeAt(origin, 0, 'j').y + 4 };
  return html`
    <div class="part" data-part=${device.path} data-light=${light.toFixed(4)}>
      <wokwi-resistor aria-hidden="true" value="220" .style=${placeAt(resistor, RESISTOR_PIN)}></wokwi-resistor>
      <wokwi-led aria-hidden="true" color="#7a1518" .flip=${true} .style=${placeAt(legs, { x: 15, y: 42 })}></wokwi-led>
      <svg class="lens" role="img" aria-label="${say.led(device.id)}: ${state}" width="40" height="50" viewBox="-10 -5 35.456 39.618" .style=${placeAt(legs, { x: 15, y: 42 })}>
        ${lensView({ id: device.path, lens: mixLight(UNLIT, LIT, light), core: mixLight(UNLIT_CORE, LIT_CORE, light), halo: '#ff2a1c', haloOpacity: glowOf(light) })}
      </svg>
      ${caption({ x: resistor.x + 29.4 * PART_SCALE, y: resistor.y + 20 }, '220 Ω', 'mark')}
      ${caption(label, troubleOf(device, words) || instrument.percent(duty ?? 0), 'value')}
    </div>`;
}
