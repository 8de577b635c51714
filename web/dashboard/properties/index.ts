import { type PropertyInfo, type PropertyType, rangeOf } from '../../../devices/facts/property-info.ts';
import type { Words } from '../words.ts';
import { boolean, booleanControl, writeBoolean } from './boolean.ts';
import { choice } from './choice.ts';
import { color } from './color.ts';
import { number, numberControl, writeNumber } from './number.ts';
import type {
  PropertyContext,
  PropertyKind,
  PropertyModel,
  TileControl,
  TileControlKind,
} from './property-kind.ts';
import { text } from './text.ts';
import { trigger } from './trigger.ts';

/** Every type of property, one file each. */
const TYPES: Readonly<Record<PropertyType, PropertyKind>> = { number, boolean, choice, color, text, trigger };

/** The property at work. */
export function createPropertyModel(context: PropertyContext): PropertyModel {
  return TYPES[context.info.type](context);
}

/** The types that fit a single control on a tile. */
const TILE_CONTROLS: Partial<Readonly<Record<PropertyType, TileControlKind>>> = {
  number: numberControl,
  boolean: booleanControl,
};

/** Whether one control on a tile can set the property: a number needs a range for it. */
export function fitsTile(info: PropertyInfo): boolean {
  const isSlider = info.type !== 'number' || rangeOf(info) !== undefined;
  return info.isSettable && isSlider && TILE_CONTROLS[info.type] !== undefined;
}

/** The property's control on a tile; `undefined` if it does not fit there. */
export function createTileControl(context: PropertyContext): TileControl | undefined {
  return fitsTile(context.info) ? TILE_CONTROLS[context.info.type]?.(context) : undefined;
}

/** A value of the property as people read it. A value that does not fit the type is shown unchanged. */
export function writeValue(words: Words, info: PropertyInfo, text: string): string {
  if (info.type === 'number') return writeNumber(words, info, text) ?? text;
  if (info.type === 'boolean') return writeBoolean(words, text) ?? text;
  return text;
}
