import type { TemplateResult } from 'lit';
import type { Row } from '../bench/breadboard.ts';
import type { Point } from '../bench/geometry.ts';
import type { BenchDevice } from '../model/bench.ts';
import type { Scene } from '../scene.ts';

/** What a wire is joined to on the Raspberry Pi's side. */
export type Supply = { readonly gpio: number } | 'ground' | '5v';

/** The joined holes on one side of the board's gap; `either` where the part joins both sides. */
export type Half = 'upper' | 'lower' | 'either';

/** A wire from the header to a part, its end given from the part's own place. */
export interface Lead {
  readonly from: Supply;
  /** A hole in the breadboard (column counted from the part's first), or a point beside a part that stands free. */
  readonly to: { readonly column: number; readonly half: Half } | Point;
  readonly color?: string;
}

/** A short wire between two holes of the breadboard. */
export interface Jumper {
  readonly column: number;
  readonly from: Row;
  readonly to: Row;
}

/** How much of the bench a part takes. */
export type Footprint =
  | { readonly on: 'breadboard'; readonly columns: number }
  | { readonly on: 'bench'; readonly width: number; readonly height: number };

/** A part that is placed: what it is given to draw itself with. */
export interface Placed {
  readonly device: BenchDevice;
  /** Top left of the ground it stands on: the board's corner moved to its first column, or its own corner. */
  readonly origin: Point;
}

/** How the devices of one kind are drawn. A new kind is one file that exports one of these, and a line in `index.ts`. */
export interface Part {
  /** The first level of the device's topics: `led`. */
  readonly kind: string;
  readonly footprint: Footprint;
  /** The wires it needs, for a device with this id; empty where the id says nothing of pins. */
  leads(id: string): readonly Lead[];
  readonly jumpers: readonly Jumper[];
  /** The part itself, placed on the bench in the bench's pixels. */
  draw(placed: Placed, scene: Scene): TemplateResult;
}
