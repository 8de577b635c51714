import '@wokwi/elements/dist/esm/resistor-element.js';
import { html, type TemplateResult } from 'lit';
import { type Rgb, readColor } from '../../../devices/facts/color.ts';
import { decodeSrgb, encodeSrgb } from '../../../devices/facts/srgb.ts';
import { holeAt, PART_SCALE } from '../bench/breadboard.ts';
import { mixLight } from '../light/color.ts';
import { lightOf } from '../light/light.ts';
import type { Scene } from '../scene.ts';
import { caption, troubleOf } from './caption.ts';
import { gpiosIn } from './gpios.ts';
import { lensView } from './lens.ts';
import { loadElement } from './load-element.ts';
import type { Part, Placed } from './part.ts';
import { placeAt, RESISTOR_PIN } from './place.ts';

/** The columns of the red, green and blue wires, counted from the part's first one, and the rows of their resistors. */
const CHANNELS = [
  { column: 1, row: 'd', color: '#e5484d' },
  { column: 3, row: 'c', color: '#33b36b' },
  { column: 4, row: 'b', color: '#2f9bff' },
] as const;

/** The number of columns that a resistor spans. The legs are at its other end: red, the common cathode, green, blue. */
const RESISTOR = 6;
const CATHODE = 2 + RESISTOR;
const SCALE = PART_SCALE * 1.06;

const loadRgb = loadElement(() => import('@wokwi/elements/dist/esm/rgb-led-element.js'));

/** A common-cathode RGB LED with a 220 Ω resistor for each channel; it shows the color that a screen would have for these brightnesses. */
export const rgb: Part = {
  kind: 'rgb',
  footprint: { on: 'breadboard', columns: 12 },
  leads: (id) =>
    gpiosIn(id, CHANNELS.length).flatMap((gpio, index) => {
      const channel = CHANNELS[index];
      if (!channel) return [];
      return { from: { gpio }, to: { column: channel.column, half: 'lower' as const }, color: channel.color };
    }),
  jumpers: [{ column: CATHODE, from: 'a', to: 'bottom -' }],
  draw,
};

function draw({ device, origin }: Placed, { words, choices }: Scene): TemplateResult {
  loadRgb();
  const color = readColor(device.actual.get('color') ?? '');
  const legs = holeAt(origin, CATHODE, 'e');
  const channels = (color ?? [0, 0, 0]).map((code) =>
    encodeSrgb(lightOf(decodeSrgb(code / 255) * 100, choices.isPerceived)),
  );
  const lit: Rgb = [channelOf(channels, 0), channelOf(channels, 1), channelOf(channels, 2)];
  const strongest = Math.max(...lit) / 255;
  const text = device.actual.get('color') ?? words.say.noDevice;
  const place = placeAt(legs, { x: 18, y: 54 }, SCALE);
  return html`
    <div class="part" data-part=${device.path}>
      ${CHANNELS.map(({ column, row }) => html`<wokwi-resistor aria-hidden="true" value="220" .style=${placeAt(holeAt(origin, column, row), RESISTOR_PIN)}></wokwi-resistor>`)}
      <wokwi-rgb-led aria-hidden="true" .style=${place}></wokwi-rgb-led>
      <svg class="lens" role="img" aria-label="${words.say.rgb(device.id)}: ${text}" width="42.129" height="72.582" viewBox="-17 -10 37.3425 57.5115" .style=${place}>
        <g transform="translate(-5.83 -7.35)">
          ${lensView({
            id: device.path,
            lens: mixLight([150, 152, 156], lit, strongest > 0 ? 1 : 0),
            core: mixLight([196, 198, 202], lit, strongest > 0 ? 0.8 : 0),
            halo: `rgb(${lit.join(' ')})`,
            haloOpacity: strongest,
          })}
        </g>
      </svg>
      ${caption({ x: legs.x + 8, y: holeAt(origin, 0, 'j').y - 6 }, troubleOf(device, words) || text, 'value')}
    </div>`;
}

function channelOf(channels: readonly number[], index: number): number {
  return Math.round((channels[index] ?? 0) * 255);
}
