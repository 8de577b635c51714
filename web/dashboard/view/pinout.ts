import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { DeviceInfo } from '../../../devices/facts/device-info.ts';
import { hasPiHeader } from '../../../devices/facts/drivers.ts';
import { HEADER_PINS, headerPinOf } from '../../../devices/facts/header.ts';
import type { Words } from '../words.ts';

const PITCH = 8;

/** Shows where a Raspberry Pi's GPIOs are on its 40-pin header; nothing for those that are not on it. */
export function pinout(
  words: Words,
  { gpios, driver }: Pick<DeviceInfo, 'gpios' | 'driver'>,
): TemplateResult | typeof nothing {
  if (!hasPiHeader(driver)) return nothing;
  const pins = gpios.flatMap((gpio) => headerPinOf(gpio)?.physical ?? []);
  if (pins.length === 0) return nothing;
  const label = pins.map((pin) => words.say.pin(String(pin))).join(', ');
  return html`
    <p class="pinout">
      <svg viewBox="0 0 ${20 * PITCH} ${2 * PITCH}" aria-hidden="true">
        <path d=${pads((pin) => !pins.includes(pin))} />
        <path class="used" d=${pads((pin) => pins.includes(pin))} />
      </svg>
      <span>${label}</span>
    </p>
  `;
}

/**
 * Draws some of the header's pads as one path. Each pad is a line of length 0, whose round ends make a disc. Odd pins are the inner row, even pins
 * the row at the board's edge, seen with the header on top.
 */
function pads(isShown: (pin: number) => boolean): string {
  return HEADER_PINS.flatMap(({ physical }) => (isShown(physical) ? padAt(physical) : [])).join('');
}

function padAt(pin: number): string {
  const x = Math.floor((pin - 1) / 2) * PITCH + PITCH / 2;
  const y = pin % 2 === 0 ? PITCH / 2 : PITCH * 1.5;
  return `M${x} ${y}h0`;
}
