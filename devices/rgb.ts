import { combineLatest, map, merge, type Observable } from 'rxjs';
import { HubError, quote } from '../hub/core/error.ts';
import { formatColor, type Rgb, readColor } from './facts/color.ts';
import { decodeSrgb, encodeSrgb } from './facts/srgb.ts';
import { type DeviceContext, type DeviceKind, parseGpio } from './kind.ts';
import { oneOf, refusal } from './payload.ts';
import { createPinOutput, OVERRIDDEN } from './pin-output.ts';
import type { PwmPin, PwmState } from './pins/pins.ts';
import { EFFECTS, type Effect, effectShare } from './pipeline/effect.ts';

const BLACK: Rgb = [0, 0, 0];

/** The same as for a plain LED. */
const FREQUENCY_HZ = 100;

/**
 * One color from three lights, on the pins for red, green and blue: `rgb/5-6-13/color`, `#rrggbb`. A color looks as it does on a screen:
 * light is proportional to duty, so each part is decoded from sRGB (IEC 61966-2-1). An effect applies to all three.
 */
export const rgb: DeviceKind = {
  kind: 'rgb',
  gpios: parseGpios,
  async open(device) {
    const gpios = parseGpios(device.id);
    const pins = await Promise.all(gpios.map((gpio) => device.pwm(gpio)));
    const color = device.property<Rgb>({
      name: 'color',
      initial: BLACK,
      parse: parseColor,
      format: formatColor,
      schema: { type: 'color' },
    });
    const play = device.property<Effect>({ name: 'effect', initial: 'none', ...oneOf(EFFECTS) });

    const light$ = combineLatest([color.desired$, effectShare(play.desired$, device.pace)]).pipe(
      map(([parts, share]) => parts.map((part) => dutyOf(part) * share)),
    );
    const states$ = combineLatest(pins.map(({ state$ }) => state$));
    return {
      info$: states$.pipe(map((states) => ({ gpios, steps: leastSteps(states), effects: EFFECTS }))),
      run$: merge(
        follow(device, pins, light$),
        color.show(states$.pipe(map(colorOf))),
        play.show(play.desired$),
      ),
    };
  },
};

/** Makes the three pins follow the light, percent, and reports when another program drives one of them. */
function follow(device: DeviceContext, pins: readonly PwmPin[], light$: Observable<readonly number[]>) {
  const outputs = pins.map((pin) => createPinOutput(pin, device));
  const follows = outputs.map((output, part) =>
    output.follow(
      light$.pipe(map((duties) => ({ dutyPercent: duties[part] ?? 0, frequencyHz: FREQUENCY_HZ }))),
    ),
  );
  const isOverridden$ = combineLatest(outputs.map((output) => output.isOverridden$)).pipe(
    map((flags) => flags.some(Boolean)),
  );
  return merge(...follows, device.reading(OVERRIDDEN, isOverridden$));
}

function parseGpios(id: string): number[] {
  const gpios = id.split('-');
  if (gpios.length === BLACK.length) return gpios.map(parseGpio);
  throw new HubError(
    'device/invalid',
    `${quote(id)} must be three GPIO numbers, red-green-blue, as in "rgb/5-6-13"`,
  );
}

/** Parses what `readColor` parses. Throws `payload/invalid`. */
export function parseColor(text: string): Rgb {
  const color = readColor(text);
  if (color) return color;
  throw refusal(`${quote(text)} is not a color, as in #ff8000`);
}

/** The duty cycle, percent, for one part of a color, 0–255. */
function dutyOf(part: number): number {
  return 100 * decodeSrgb(part / 255);
}

function colorOf(states: readonly PwmState[]): Rgb {
  const [red = 0, green = 0, blue = 0] = states.map(({ dutyPercent }) =>
    Math.round(255 * encodeSrgb(dutyPercent / 100)),
  );
  return [red, green, blue];
}

function leastSteps(states: readonly PwmState[]): number {
  return Math.min(...states.map(({ steps }) => steps));
}
