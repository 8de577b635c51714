/** Decimal notation as in JSON, and also `+5`, `.5` and `5.`; not `0x10`, `1_000`, `Infinity` or `NaN`. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

const TRUE = ['true', '1', 'on'];
const FALSE = ['false', '0', 'off'];

/** Parses a decimal number that fills the whole text; `undefined` for any other text. A number beyond a double's range becomes ±Infinity. */
export function readNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** Parses `42%` as 42, and everything that `readNumber` parses. */
export function readPercent(text: string): number | undefined {
  return readNumber(text.replace(/\s*%$/, ''));
}

/** Parses `true`, `1`, `on`, and `false`, `0`, `off`, in any case; `undefined` for anything else. */
export function readBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (TRUE.includes(word)) return true;
  return FALSE.includes(word) ? false : undefined;
}

/** The text without surrounding space and, if it is a JSON string, without its quotation marks. */
export function unquoted(text: string): string {
  const trimmed = text.trim();
  const isQuoted = trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"');
  return isQuoted ? trimmed.slice(1, -1).trim() : trimmed;
}

/** A number as the canonical payload: at most three decimals, no exponent, no `-0`. */
export function formatNumber(value: number): string {
  return String(Number(value.toFixed(3)) + 0);
}
