import { isRail, PITCH, ROW_NAMES, type Row } from '../../../bench/breadboard.ts';
import { type Circuit, legsOf, occupants, type Part, type Place } from '../../circuit.ts';
import { addPart } from '../../edit.ts';
import { kindOf } from '../../kinds/index.ts';
import { COLUMNS, readTerminal } from '../../terminal.ts';
import { bodyOf } from '../board/bodies.ts';

/** The rows in order of preference for a new part: first the middle of the lower half, where its body covers the gap. */
const ROWS = ['e', 'd', 'c', ...ROW_NAMES.filter((row) => !isRail(row) && !'edc'.includes(row))] as const;

/** The place for a new part: apart from the others and connected to nothing if possible, otherwise any free place; `undefined` if there is none. */
export function firstPlace(kind: string, variant: string, circuit: Circuit): Place | undefined {
  if (kindOf(kind)?.stands === 'bench') return firstOnBench(kind, circuit);
  const fitting = boardPlaces().filter((place) => addPart(circuit, { kind, variant, place }).ok);
  const taken = takenStrips(circuit);
  return fitting.find((place) => isApart(kind, variant, place, taken)) ?? fitting[0];
}

function boardPlaces(): readonly Place[] {
  return ROWS.flatMap((row) =>
    Array.from({ length: COLUMNS }, (_, column) => ({ on: 'breadboard', row, column }) as const),
  );
}

/** The half columns that are in use, or below a part: `upper 3`. */
function takenStrips(circuit: Circuit): ReadonlySet<string> {
  const used = [...occupants(circuit).keys()].flatMap((text) => {
    const terminal = readTerminal(text);
    return terminal?.at === 'hole' ? [stripAt(terminal.row, terminal.column)] : [];
  });
  return new Set([...used, ...circuit.parts.flatMap(stripsBelow)]);
}

function stripAt(row: Row, column: number): string {
  if (isRail(row)) return row;
  return `${row >= 'f' ? 'upper' : 'lower'} ${column}`;
}

/** The half columns from the first leg of a part to its last one. */
function stripsBelow(part: Part): readonly string[] {
  const holes = legsOf(part).flatMap(({ terminal }) => (terminal?.at === 'hole' ? [terminal] : []));
  const columns = holes.map(({ column }) => column);
  const first = Math.min(...columns);
  const length = Math.max(...columns) - first + 1;
  return holes.flatMap(({ row }) => Array.from({ length }, (_, index) => stripAt(row, first + index)));
}

function isApart(kind: string, variant: string, place: Place, taken: ReadonlySet<string>): boolean {
  const strips = stripsBelow({ id: `${kind}0`, kind, variant, place, turn: 0 });
  return strips.every((strip) => !taken.has(strip));
}

/** A place to the right of the parts that are already there. */
function firstOnBench(kind: string, { parts }: Circuit): Place | undefined {
  const ends = parts.flatMap((part) =>
    part.place.on === 'bench' ? [part.place.x + pitchesOf(part.kind) + 2] : [],
  );
  const x = Math.max(1, ...ends);
  const isRoom = x + pitchesOf(kind) <= COLUMNS;
  return { on: 'bench', x: isRoom ? x : 1, y: isRoom ? 0 : 8 };
}

function pitchesOf(kind: string): number {
  const { width, scale } = bodyOf(kind);
  return Math.ceil((width * scale) / PITCH);
}
