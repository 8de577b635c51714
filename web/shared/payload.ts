import { formatColor, readColor } from '../../devices/facts/color.ts';
import { formatNumber, readBoolean, readPercent, unquoted } from '../../devices/facts/value.ts';

/** How a property's values are read from payloads, `undefined` if a payload holds none, and written. */
export interface Payload<T> {
  readonly read: (text: string) => T | undefined;
  readonly write: (value: T) => string;
}

/** A number, also as JSON text or a percentage, as controllers publish it; written with at most three decimals. */
export const numberPayload: Payload<number> = {
  read(text) {
    const value = readPercent(unquoted(text));
    return Number.isFinite(value) ? value : undefined;
  },
  write: formatNumber,
};

/** Yes or no: `true`, `1`, `on`, and `false`, `0`, `off`; written as `true` and `false`. */
export const booleanPayload: Payload<boolean> = {
  read: (text) => readBoolean(unquoted(text)),
  write: String,
};

/** A word or other text that is not empty. */
export const textPayload: Payload<string> = {
  read: (text) => (text === '' ? undefined : text),
  write: (value) => value,
};

/** A color, `#rrggbb`. */
export const colorPayload: Payload<string> = {
  read(text) {
    const color = readColor(text);
    return color && formatColor(color);
  },
  write: (value) => value,
};
