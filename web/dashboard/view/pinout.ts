import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { HEADER_PINS, headerPinOf } from '../../../devices/facts/header.ts';
import type { DeviceInfo } from '../../shared/device-info.ts';
import type { Words } from '../words.ts';

const PITCH = 8;

/** The drivers that have a Raspberry Pi's GPIOs. Another board's GPIO of the same number is elsewhere. */
const PI_DRIVERS: ReadonlySet<string | undefined> = new Set([
  'virtual',
  'pigpio',
  'pigpiod',
  'linux',
  'sysfs',
  'rgpiod',
]);

/** Shows where a Raspberry Pi's GPIOs are on its 40-pin header; nothing for those that are not on it. */
export function pinout(
  words: Words,
  { gpios, driver }: Pick<DeviceInfo, 'gpios' | 'driver'>,
): TemplateResult | typeof nothing {
  if (!PI_DRIVERS.has(driver)) return nothing;
  const pins = gpios.flatMap((gpio) => headerPinOf(gpio)?.physical ?? []);
  if (pins.length === 0) return nothing;
  const label = pins.map((pin) => words.say.pin(String(pin))).join(', ');
  return html`
    <p class="pinout">
      <svg viewBox="0 0 ${20 * PITCH} ${2 * PITCH}" aria-hidden="true">
        ${HEADER_PINS.map(({ physical }) => pad(physical, pins.includes(physical)))}
      </svg>
      <span>${label}</span>
    </p>
  `;
}

/** Odd pins are the inner row, even pins the row at the board's edge, seen with the header on top. */
function pad(pin: number, isUsed: boolean): TemplateResult {
  const x = Math.floor((pin - 1) / 2) * PITCH + PITCH / 2;
  const y = pin % 2 === 0 ? PITCH / 2 : PITCH * 1.5;
  const size = isUsed ? 3.2 : 2;
  return svg`<circle class=${isUsed ? 'used' : ''} cx=${x} cy=${y} r=${size} />`;
}
