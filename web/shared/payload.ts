import type { Payload } from './property.ts';

/** Plain text, JSON text, or a percentage, as controllers publish it. The adapter replaces it by plain text. */
const NUMBER = /^\s*"?\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*%?\s*"?\s*$/i;

/** A number; written with three digits after the point at most. */
export const numberPayload: Payload<number> = {
  read(text) {
    const digits = NUMBER.exec(text)?.[1];
    const value = digits === undefined ? Number.NaN : Number(digits);
    return Number.isFinite(value) ? value : undefined;
  },
  write: (value) => String(Number(value.toFixed(3))),
};

/** Yes or no. */
export const booleanPayload: Payload<boolean> = {
  read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  write: String,
};

/** A word or other text that is not empty. */
export const textPayload: Payload<string> = {
  read: (text) => (text === '' ? undefined : text),
  write: (value) => value,
};

/** A colour, `#rrggbb`. */
export const colorPayload: Payload<string> = {
  read: (text) => (/^#[\da-f]{6}$/i.test(text) ? text.toLowerCase() : undefined),
  write: (value) => value,
};
