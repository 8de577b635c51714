import { combineLatest, map, merge } from 'rxjs';
import { HubError, quote } from '../hub/core/error.ts';
import { type DeviceKind, parseGpio } from './kind.ts';
import { refusal } from './payload.ts';
import { drive, type PwmWish } from './pin-output.ts';

/** Red, green and blue, each 0–255, in the encoding of screens (sRGB). */
type Color = readonly number[];

const BLACK: Color = [0, 0, 0];

/** As for a plain LED. */
const FREQUENCY_HZ = 100;

/**
 * Three lights in one, on the pins for red, green and blue: `rgb/5-6-13/color`, `#rrggbb`. A colour is the one
 * that a screen shows for it: as light is proportional to duty, each part is decoded from sRGB (IEC 61966-2-1).
 */
export const rgb: DeviceKind = {
  kind: 'rgb',
  async open(device) {
    const gpios = parseGpios(device.id);
    const pins = await Promise.all(gpios.map((gpio) => device.pwm(gpio)));
    const color = device.property<Color>({
      name: 'color',
      initial: BLACK,
      parse: parseColor,
      format: formatColor,
    });

    const drives = pins.map((pin, part) => {
      const wish$ = color.desired$.pipe(map((parts) => wishFor(parts[part])));
      return drive(pin, wish$, device);
    });
    const states$ = combineLatest(pins.map(({ state$ }) => state$));
    const actual$ = states$.pipe(map((states) => states.map(({ dutyPercent }) => encode(dutyPercent))));
    return {
      info$: states$.pipe(map((states) => ({ gpios, steps: Math.min(...states.map(({ steps }) => steps)) }))),
      run$: merge(...drives, color.show(actual$)),
    };
  },
};

function parseGpios(id: string): number[] {
  const gpios = id.split('-');
  if (gpios.length === BLACK.length) return gpios.map(parseGpio);
  throw new HubError(
    'device/invalid',
    `${quote(id)} must be three GPIO numbers, red-green-blue, as in "rgb/5-6-13"`,
  );
}

/** Reads `#rrggbb`, also in capitals, in quotation marks or without the `#`. Throws `payload/invalid`. */
function parseColor(text: string): Color {
  const digits = /^\s*"?\s*#?([\da-f]{6})\s*"?\s*$/i.exec(text)?.[1];
  if (digits === undefined) throw refusal(`${quote(text)} is not a colour, as in #ff8000`);
  return (digits.match(/../g) ?? []).map((part) => Number.parseInt(part, 16));
}

function formatColor(color: Color): string {
  return `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function wishFor(part = 0): PwmWish {
  return { dutyPercent: decode(part), frequencyHz: FREQUENCY_HZ };
}

/** The share of light, percent, that a part of a colour stands for. */
function decode(part: number): number {
  const encoded = part / 255;
  return 100 * (encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4);
}

function encode(dutyPercent: number): number {
  const linear = dutyPercent / 100;
  return Math.round(255 * (linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055));
}
