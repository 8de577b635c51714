import { type PropertyInfo, rangeOf } from '../../../devices/facts/property-info.ts';
import type { Range } from '../../../devices/facts/range.ts';

/** The step of a number's control: the one in its description, else about a hundredth of its range, else 1. */
export function stepOf(info: PropertyInfo): number {
  const range = rangeOf(info);
  return info.step ?? (range ? hundredthOf(range) : 1);
}

/** 1, 2 or 5 times a power of ten. */
function hundredthOf({ min, max }: Range): number {
  const hundredth = (max - min) / 100;
  const power = 10 ** Math.floor(Math.log10(hundredth));
  const factor = [1, 2, 5].find((each) => each * power >= hundredth * 0.999) ?? 10;
  return Math.max(Number((factor * power).toPrecision(1)), 0.001);
}
