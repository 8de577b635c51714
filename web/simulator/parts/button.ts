import '@wokwi/elements/dist/esm/pushbutton-element.js';
import { html, type TemplateResult } from 'lit';
import { holeAt, PART_SCALE, PITCH } from '../bench/breadboard.ts';
import type { Scene } from '../scene.ts';
import { caption, troubleOf } from './caption.ts';
import { gpiosIn } from './gpios.ts';
import { hold } from './hold.ts';
import type { Part, Placed } from './part.ts';

/** The columns of the two contacts, counted from the part's first one. */
const GROUND = 1;
const SIGNAL = 3;

/** The element's own size. It is drawn on its side, so that its legs are across the gap like those of a real button. */
const SIZE = { width: 67.28, height: 45.35, groundY: 32 } as const;

/** A push-button between its pin, which has a pull-up, and ground. */
export const button: Part = {
  kind: 'button',
  footprint: { on: 'breadboard', columns: 5 },
  leads: (id) => gpiosIn(id, 1).map((gpio) => ({ from: { gpio }, to: { column: SIGNAL, half: 'either' } })),
  jumpers: [{ column: GROUND, from: 'b', to: 'bottom -' }],
  draw,
};

function draw({ device, origin }: Placed, { words, actions, mayPublish, isHubThere }: Scene): TemplateResult {
  const isPressed = device.actual.get('pressed') === 'true';
  const corner = holeAt(origin, GROUND, 'h');
  const width = SIZE.height * PART_SCALE;
  const height = SIZE.width * PART_SCALE;
  const x = corner.x - (SIZE.height - SIZE.groundY) * PART_SCALE;
  const place = `transform: translate(${(x + width).toFixed(1)}px, ${corner.y.toFixed(1)}px) rotate(90deg) scale(${PART_SCALE})`;
  // Only a hand can press a real button. The button is disabled while the hub or the device is away, so that no press arrives late.
  const isHeard = isHubThere && device.isOnline;
  const mayPress = isHeard && device.info?.isPressable === true && mayPublish(`${device.path}/pressed`);
  const press = (pressed: boolean) => actions.press(`${device.path}/pressed`, pressed);
  const { say } = words;
  return html`
    <div class="part" data-part=${device.path}>
      <wokwi-pushbutton inert aria-hidden="true" color="#2f7de1" .pressed=${isPressed} .style=${place}></wokwi-pushbutton>
      <button type="button" class="press" ?disabled=${!mayPress} aria-label=${say.button(device.id)} aria-pressed=${isPressed} title=${say.buttonHint}
        .style=${`left: ${x}px; top: ${corner.y + 18}px; width: ${width}px; height: ${height - 36}px`}
        ${hold(press, mayPress)}></button>
      ${caption({ x: holeAt(origin, GROUND, 'i').x - 4, y: holeAt(origin, GROUND, 'i').y - PITCH / 2 }, troubleOf(device, words) || (isPressed ? say.pressed : say.released), 'value')}
    </div>`;
}
