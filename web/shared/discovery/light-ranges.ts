import type { PropertySchema } from '../../../devices/facts/property-info.ts';
import { type Members, numberOf } from './members.ts';

/** A brightness, in any unit of its light. */
export const PERCENT: PropertySchema = { type: 'number', unit: '%', min: 0, max: 100, step: 1 };

/** The value of full light. Home Assistant's default is 255. */
export function scaleOf({ brightness_scale }: Members): number {
  return Math.max(numberOf(brightness_scale) ?? 255, 1);
}

/** The range of a color temperature. The defaults are Home Assistant's. */
export function mireds({ min_mireds, max_mireds }: Members): PropertySchema {
  const range = { min: numberOf(min_mireds) ?? 153, max: numberOf(max_mireds) ?? 500 };
  return { type: 'number', ...range, step: 1, unit: 'mired' };
}
