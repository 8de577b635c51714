import { isRail, ROW_NAMES, type Row } from '../bench/breadboard.ts';
import { kindOf, type Leg, type PartKind, type Turn } from './kinds/index.ts';
import { type Hole, isOnBoard, type Terminal, terminalText } from './terminal.ts';

/** The place of a part: its top left hole, or a point next to the breadboard. */
export type Place =
  | { readonly on: 'breadboard'; readonly row: Row; readonly column: number }
  /** Whole pitches (2.54 mm) from the top left of the area next to the breadboard, within `BENCH`. */
  | { readonly on: 'bench'; readonly x: number; readonly y: number };

/** The size of the area next to the breadboard, in pitches. */
export const BENCH = { width: 60, height: 40 } as const;

/** A part of a circuit. */
export interface Part {
  /** The kind and a number, like `led1`; it never changes while the part exists. */
  readonly id: string;
  /** The name of its kind. */
  readonly kind: string;
  /** One of its kind's variants. */
  readonly variant: string;
  readonly place: Place;
  /** One of its kind's turns. It does not change which holes the part takes. */
  readonly turn: Turn;
}

/** The colors of wires. */
export const WIRE_COLORS = ['black', 'red', 'orange', 'yellow', 'green', 'blue', 'purple', 'white'] as const;

export type WireColor = (typeof WIRE_COLORS)[number];

export interface Wire {
  /** `wire1`; it never changes while the wire exists. */
  readonly id: string;
  readonly from: Terminal;
  readonly to: Terminal;
  readonly color: WireColor;
}

/** A circuit: parts on and next to a breadboard, and wires. Immutable. Every terminal holds one leg or one end of a wire. */
export interface Circuit {
  /** The name that its author gave it; may be empty. */
  readonly name: string;
  readonly parts: readonly Part[];
  readonly wires: readonly Wire[];
}

export const EMPTY_CIRCUIT: Circuit = { name: '', parts: [], wires: [] };

/** The limits of a circuit. */
export const LIMITS = { parts: 100, wires: 200, nameCharacters: 60 } as const;

/** The rows that parts can stand in, from the top. */
const PART_ROWS = ROW_NAMES.filter((row) => !isRail(row));

/** The kind of a part. The parts of a circuit always have a known one. */
export function kindOfPart({ kind }: Part): PartKind {
  const found = kindOf(kind);
  if (!found) throw new RangeError(`there is no kind of part ${JSON.stringify(kind)}`);
  return found;
}

/** A leg of a part, with its terminal; `undefined` if the board has no hole there. */
export interface PlacedLeg {
  readonly leg: string;
  readonly terminal: Terminal | undefined;
}

/** The terminals of a part's legs. */
export function legsOf(part: Part): readonly PlacedLeg[] {
  const { legs } = kindOfPart(part);
  const { id, place, turn } = part;
  if (place.on === 'bench')
    return legs.map(({ name }) => ({ leg: name, terminal: { at: 'leg', part: id, leg: name } }));
  const last = { column: Math.max(...legs.map(columnOf)), row: Math.max(...legs.map(rowOf)) };
  return legs.map(({ name, column, row }) => {
    const [right, down] = turn === 2 ? [last.column - column, last.row - row] : [column, row];
    return { leg: name, terminal: holeFrom(place, right, down) };
  });
}

const columnOf = ({ column }: Leg) => column;
const rowOf = ({ row }: Leg) => row;

function holeFrom(place: Place & { on: 'breadboard' }, right: number, down: number): Hole | undefined {
  const first = PART_ROWS.indexOf(place.row);
  const row = first < 0 ? undefined : PART_ROWS[first + down];
  const hole = row && ({ at: 'hole', row, column: place.column + right } as const);
  return hole && isOnBoard(hole) ? hole : undefined;
}

/** The occupant of a terminal: a part's leg, or a wire. */
export type Occupant =
  | { readonly is: 'part'; readonly part: Part; readonly leg: string }
  | { readonly is: 'wire'; readonly wire: Wire };

/** The occupants of all used terminals, by `terminalText`. A leg of a part on the bench counts as free until a wire connects to it. */
export function occupants({ parts, wires }: Pick<Circuit, 'parts' | 'wires'>): ReadonlyMap<string, Occupant> {
  const taken = new Map<string, Occupant>();
  for (const part of parts)
    for (const { leg, terminal } of legsOf(part))
      if (terminal?.at === 'hole') taken.set(terminalText(terminal), { is: 'part', part, leg });
  for (const wire of wires)
    for (const end of [wire.from, wire.to]) taken.set(terminalText(end), { is: 'wire', wire });
  return taken;
}
