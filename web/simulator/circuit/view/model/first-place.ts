import { isRail, PITCH, ROW_NAMES } from '../../../bench/breadboard.ts';
import { type Circuit, legsOf, occupants, type Place } from '../../circuit.ts';
import { addPart } from '../../edit.ts';
import { kindOf } from '../../kinds/index.ts';
import { COLUMNS, readTerminal } from '../../terminal.ts';
import { bodyOf } from '../board/bodies.ts';

/** The rows in order of preference for a new part: first the middle of the lower half, where its body covers the gap. */
const ROWS = ['e', 'd', 'c', ...ROW_NAMES.filter((row) => !isRail(row) && !'edc'.includes(row))] as const;

/** The place for a new part: where its legs are connected to nothing else if possible, otherwise any free place; `undefined` if there is none. */
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

/** The half columns that are in use: `upper 3`. */
function takenStrips(circuit: Circuit): ReadonlySet<string> {
  return new Set([...occupants(circuit).keys()].map((text) => stripOf(text)));
}

function stripOf(text: string): string {
  const terminal = readTerminal(text);
  if (terminal?.at !== 'hole' || isRail(terminal.row)) return text;
  return `${terminal.row >= 'f' ? 'upper' : 'lower'} ${terminal.column}`;
}

function isApart(kind: string, variant: string, place: Place, taken: ReadonlySet<string>): boolean {
  const legs = legsOf({ id: `${kind}0`, kind, variant, place, turn: 0 });
  return legs.every(
    ({ terminal }) =>
      terminal?.at === 'hole' && !taken.has(`${terminal.row >= 'f' ? 'upper' : 'lower'} ${terminal.column}`),
  );
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
