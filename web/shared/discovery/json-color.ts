import { formatColor, type Rgb, readColor } from '../../../devices/facts/color.ts';
import { type Hsv, toHex, toHsv } from '../hsv.ts';
import { fromXy, toXy } from './cie.ts';
import { scaleOf } from './light-ranges.ts';
import { isWithin, type Members, membersOf, numberOf, textsOf } from './members.ts';
import { hexOf } from './values.ts';

/** How a light of the JSON schema reports its color, and how it is set. */
export interface JsonColor {
  /** The color that the light shines in: black while it is off, and the darker the lower its brightness. */
  readonly read: (state: Members) => string | undefined;
  readonly write: (color: string) => Members;
}

/** A way to write `color`. The brightness of a color is a member of its own, beside it. */
interface ColorForm {
  readonly read: (color: Members) => string | undefined;
  readonly write: (hsv: Hsv) => Members;
}

const rgb: ColorForm = {
  read: (color) => hexOf([color.r, color.g, color.b].map(numberOf)),
  write: (hsv) => {
    const [r, g, b] = rgbOf(hsv);
    return { r, g, b };
  },
};

/** CIE 1931, which most Zigbee bulbs use. */
const xy: ColorForm = {
  read: (color) => {
    const [x, y] = [numberOf(color.x), numberOf(color.y)];
    const found = x === undefined || y === undefined ? undefined : fromXy([x, y]);
    return found && formatColor(found);
  },
  write: (hsv) => {
    const [x, y] = toXy(rgbOf(hsv));
    return { x: rounded(x, 4), y: rounded(y, 4) };
  },
};

/** Degrees, and percent. */
const hs: ColorForm = {
  read: (color) => {
    const [hue, saturation] = [numberOf(color.h ?? color.hue), numberOf(color.s ?? color.saturation)];
    const isColor = isWithin(hue, 0, 360) && isWithin(saturation, 0, 100);
    return isColor ? toHex({ hue, saturation: saturation / 100, value: 1 }) : undefined;
  },
  write: ({ hue, saturation }) => ({ h: rounded(hue, 2), s: rounded(saturation * 100, 2) }),
};

/** The colors of a light; `undefined` if it has none. */
export function jsonColorOf(config: Members): JsonColor | undefined {
  const form = formOf(config);
  const scale = scaleOf(config);
  return (
    form && {
      read: (state) => readIn(form, state, scale),
      write: (color) => {
        const hsv = toHsv(color, WHITE);
        if (hsv.value === 0) return { state: 'OFF' };
        const brightness = Math.max(Math.round(hsv.value * scale), 1);
        return { state: 'ON', brightness, color: form.write({ ...hsv, value: 1 }) };
      },
    }
  );
}

const WHITE: Hsv = { hue: 0, saturation: 0, value: 1 };

function formOf({ supported_color_modes, ...config }: Members): ColorForm | undefined {
  const modes = textsOf(supported_color_modes);
  if (config.rgb === true || modes.some((mode) => mode.startsWith('rgb'))) return rgb;
  if (config.xy === true || modes.includes('xy')) return xy;
  return config.hs === true || modes.includes('hs') ? hs : undefined;
}

/** Programs may report a color in another form than the one in which it is set. */
function readIn(form: ColorForm, state: Members, scale: number): string | undefined {
  const color = membersOf(state.color);
  const full = form.read(color) ?? rgb.read(color) ?? xy.read(color) ?? hs.read(color);
  if (full === undefined) return undefined;
  if (state.state === 'OFF') return '#000000';
  const hsv = toHsv(full, WHITE);
  const share = (numberOf(state.brightness) ?? scale) / scale;
  return toHex({ ...hsv, value: hsv.value * Math.min(Math.max(share, 0), 1) });
}

function rgbOf(hsv: Hsv): Rgb {
  return readColor(toHex(hsv)) ?? [0, 0, 0];
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
