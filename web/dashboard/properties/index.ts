import type { PropertyType } from '../../../devices/facts/property-info.ts';
import { boolean } from './boolean.ts';
import { choice } from './choice.ts';
import { color } from './color.ts';
import { number } from './number.ts';
import type { PropertyContext, PropertyKind, PropertyModel } from './property-kind.ts';
import { text } from './text.ts';
import { trigger } from './trigger.ts';

/** Every type of property, one file each. */
const TYPES: Readonly<Record<PropertyType, PropertyKind>> = { number, boolean, choice, color, text, trigger };

/** The property at work. */
export function createPropertyModel(context: PropertyContext): PropertyModel {
  return TYPES[context.info.type](context);
}
