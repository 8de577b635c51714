import { HEADER_PINS, headerPinOf } from './header-pins.ts';

/** How far each key moves along the header, in pins: rows hold two. */
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -2, ArrowDown: 2 };

/**
 * The GPIO that an arrow key leads to from another, past power and ground; `undefined` where the key is no arrow
 * or the header ends there.
 */
export function nextPin(gpio: number, key: string): number | undefined {
  const step = STEPS[key];
  const from = headerPinOf(gpio)?.physical;
  if (step === undefined || from === undefined) return undefined;
  for (let physical = from + step; physical >= 1 && physical <= HEADER_PINS.length; physical += step) {
    const found = HEADER_PINS[physical - 1]?.gpio;
    if (found !== undefined) return found;
  }
  return undefined;
}
