import { formatColor, readColor } from '../../../devices/facts/color.ts';
import { formatNumber } from '../../../devices/facts/value.ts';
import { payloadOf } from './members.ts';
import type { PartOptions } from './part.ts';
import { type Pick, type Wrap, whole } from './template.ts';

type Codec = Required<globalThis.Pick<PartOptions, 'decode' | 'encode'>>;

/** The payloads for yes and no of one configuration. */
export interface YesNo {
  readonly on: string;
  readonly off: string;
  /** The payloads of the state, if they differ from those of the command. */
  readonly stateOn?: unknown;
  readonly stateOff?: unknown;
}

/** Yes and no as one configuration writes them. */
export function yesNo({ on, off, stateOn, stateOff }: YesNo): Codec {
  const [isOn, isOff] = [payloadOf(stateOn) ?? on, payloadOf(stateOff) ?? off];
  return {
    decode: (text) => (text === isOn ? 'true' : text === isOff ? 'false' : undefined),
    encode: (value) => (value === 'true' ? on : off),
  };
}

/** A number from 0 to `scale`, as percent. */
export function percentOf(scale: number): Codec {
  return {
    decode: (text) => mapNumber(text, (value) => (value / scale) * 100),
    encode: (text) => mapNumber(text, (percent) => Math.round((percent / 100) * scale)) ?? '0',
  };
}

function mapNumber(text: string, change: (value: number) => number): string | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? formatNumber(change(value)) : undefined;
}

/** `255,0,127`, which is how Home Assistant writes colors, as `#ff007f`. */
export const colorList: Codec = {
  decode: (text) => hexOf(text.split(',').map(Number)),
  encode: (color) => (readColor(color) ?? [0, 0, 0]).join(','),
};

/** Red, green and blue, 0–255, as `#rrggbb`; `undefined` if they are not three such numbers. */
export function hexOf(parts: readonly unknown[]): string | undefined {
  const [red, green, blue] = parts.map((part) => (typeof part === 'number' ? Math.round(part) : Number.NaN));
  if (red === undefined || green === undefined || blue === undefined || parts.length !== 3) return undefined;
  const isColor = [red, green, blue].every((part) => part >= 0 && part <= 255);
  return isColor ? formatColor([red, green, blue]) : undefined;
}

/** Templates that turn `#rrggbb` into Home Assistant's color and back. They compute, but their result is a color as we write it. */
export const HEX_PICKS: Readonly<Record<string, Pick>> = {
  '{{value[1:3]|int(0,16)}},{{value[3:5]|int(0,16)}},{{value[5:7]|int(0,16)}}': (text) =>
    readColor(text)?.join(','),
};
export const HEX_WRAPS: Readonly<Record<string, Wrap>> = {
  "{{'#%02x%02x%02x'|format(red,green,blue)}}": (list) => colorList.decode(list) ?? list,
};

/** Accepts only words of a list. */
export function oneOf(options: readonly string[]): Codec {
  return { decode: (text) => (options.includes(text) ? text : undefined), encode: whole };
}
