import { html, type TemplateResult } from 'lit';
import { clamp, SERVO_DEGREES } from '../../../devices/facts/range.ts';
import { actualNumber } from '../model/bench.ts';
import type { Scene } from '../scene.ts';
import { caption, troubleOf } from './caption.ts';
import { gpiosIn } from './gpios.ts';
import { loadElement } from './load-element.ts';
import type { Part, Placed } from './part.ts';
import { placeAt } from './place.ts';

const SCALE = 1.15;
const SIZE = { width: 170.08 * SCALE, height: 119.55 * SCALE };
/** The distance of the drawing from its corner, which leaves space for its wires. */
const INSET = 34;

const loadServo = loadElement(() => import('@wokwi/elements/dist/esm/servo-element.js'));

/** A hobby servo next to the board: ground, 5 V, and the pulse that sets the angle. */
export const servo: Part = {
  kind: 'servo',
  footprint: { on: 'bench', width: SIZE.width + INSET, height: SIZE.height },
  leads: (id) =>
    gpiosIn(id, 1).flatMap((gpio) => [
      { from: 'ground' as const, to: { x: INSET, y: 50 * SCALE } },
      { from: '5v' as const, to: { x: INSET, y: 59.5 * SCALE } },
      { from: { gpio }, to: { x: INSET, y: 69 * SCALE }, color: '#f47b00' },
    ]),
  jumpers: [],
  draw,
};

function draw({ device, origin }: Placed, { words }: Scene): TemplateResult {
  loadServo();
  const told = actualNumber(device, 'angle');
  const angle = told === undefined ? undefined : clamp(SERVO_DEGREES, told);
  const text = angle === undefined ? words.say.noDevice : `${words.instrument.number(angle)}°`;
  const corner = { x: origin.x + INSET, y: origin.y };
  return html`
    <div class="part" data-part=${device.path}>
      <wokwi-servo role="img" aria-label="${words.say.servo(device.id)}: ${text}" .angle=${angle ?? 0} .style=${placeAt(corner, { x: 0, y: 0 }, SCALE)}></wokwi-servo>
      ${caption({ x: corner.x + SIZE.width + 26, y: corner.y + SIZE.height / 2 }, troubleOf(device, words) || text, 'value')}
    </div>`;
}
