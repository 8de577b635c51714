import type { TemplateResult } from 'lit';
import type { Row } from '../bench/breadboard.ts';
import type { Point } from '../bench/geometry.ts';
import type { BenchDevice } from '../model/bench.ts';
import type { Scene } from '../scene.ts';

/** The source of a wire on the Raspberry Pi's side. */
export type Supply = { readonly gpio: number } | 'ground' | '5v';

/** The connected holes on one side of the board's gap; `either` if the part connects both sides. */
export type Half = 'upper' | 'lower' | 'either';

/** A wire from the header to a part. Its end is relative to the part's place. */
export interface Lead {
  readonly from: Supply;
  /** A hole in the breadboard (its column counts from the part's first one), or a point of a part next to the board. */
  readonly to: { readonly column: number; readonly half: Half } | Point;
  readonly color?: string;
}

/** A short wire between two holes of the breadboard. */
export interface Jumper {
  readonly column: number;
  readonly from: Row;
  readonly to: Row;
}

/** The space that a part takes on the bench. */
export type Footprint =
  | { readonly on: 'breadboard'; readonly columns: number }
  | { readonly on: 'bench'; readonly width: number; readonly height: number };

/** A device with its position: the data from which a part is drawn. */
export interface Placed {
  readonly device: BenchDevice;
  /** The top left of its area: the board's corner shifted to the part's first column, or the part's own corner. */
  readonly origin: Point;
}

/**
 * How the devices of one kind are drawn. A new kind needs one file that exports one of these, and a line in `index.ts`.
 */
export interface Part {
  /** The first level of the device's topics: `led`. */
  readonly kind: string;
  readonly footprint: Footprint;
  /** The wires for a device with this id; empty if the id contains no pins. */
  leads(id: string): readonly Lead[];
  readonly jumpers: readonly Jumper[];
  /** Draws the part, positioned in the bench's pixels. */
  draw(placed: Placed, scene: Scene): TemplateResult;
}
