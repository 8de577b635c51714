import type { BenchDevice } from '../model/bench.ts';
import type { Part } from '../parts/part.ts';
import type { Point } from './geometry.ts';

/** A device that is to be drawn, and how. */
export interface Item {
  readonly part: Part;
  readonly device: BenchDevice;
}

/** A device in its place. */
export interface PlacedItem extends Item {
  readonly origin: Point;
}

/** Wide: the boards stand beside the header. Tall, for a phone: below it. */
export type Shape = 'wide' | 'tall';
