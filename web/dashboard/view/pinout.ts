import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import type { Words } from '../words.ts';

/** The physical pin, 1–40, of each GPIO on a Raspberry Pi's header, by BCM number 0–27. */
const PINS = [
  27, 28, 3, 5, 7, 29, 31, 26, 24, 21, 19, 23, 32, 33, 8, 10, 36, 11, 12, 35, 38, 40, 15, 16, 18, 22, 37, 13,
];

const PITCH = 8;

/** Where on the 40-pin header some GPIOs are, for whoever has a wire in hand; nothing for those that are not on it. */
export function pinout(words: Words, gpios: readonly number[]): TemplateResult | typeof nothing {
  const pins = gpios.map((gpio) => PINS[gpio]).filter((pin) => pin !== undefined);
  if (pins.length === 0) return nothing;
  const label = pins.map((pin) => words.say.pin(String(pin))).join(', ');
  const pads = Array.from({ length: 40 }, (_, index) => index + 1);
  return html`
    <p class="pinout">
      <svg viewBox="0 0 ${20 * PITCH} ${2 * PITCH}" aria-hidden="true">
        ${pads.map((pin) => pad(pin, pins.includes(pin)))}
      </svg>
      <span>${label}</span>
    </p>
  `;
}

/** Odd pins are the inner row, even ones the row at the board's edge, as one looks at it with the header on top. */
function pad(pin: number, isUsed: boolean): TemplateResult {
  const x = Math.floor((pin - 1) / 2) * PITCH + PITCH / 2;
  const y = pin % 2 === 0 ? PITCH / 2 : PITCH * 1.5;
  const size = isUsed ? 3.2 : 2;
  return svg`<circle class=${isUsed ? 'used' : ''} cx=${x} cy=${y} r=${size} />`;
}
