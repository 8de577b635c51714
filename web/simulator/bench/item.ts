import type { BenchDevice } from '../model/bench.ts';
import type { Part } from '../parts/part.ts';
import type { Point } from './geometry.ts';

/** A device to draw, with its part. */
export interface Item {
  readonly part: Part;
  readonly device: BenchDevice;
}

/** A device with its position. */
export interface PlacedItem extends Item {
  readonly origin: Point;
}

/** Wide: the boards are beside the header. Tall, for a phone: below it. */
export type Shape = 'wide' | 'tall';
