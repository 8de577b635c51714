import { HEADER_PINS, headerPinOf } from './header-pins.ts';

/** The step of each key along the header, in pins: a row has two. */
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -2, ArrowDown: 2 };

/**
 * The GPIO that an arrow key leads to from another one, skipping power and ground; `undefined` if the key is not an
 * arrow or the header ends there.
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
