import {
  BOARD_HEIGHT,
  type Breadboard,
  boardWidth,
  holeAt,
  isRail,
  PITCH,
  ROW_NAMES,
  type Row,
} from '../../../bench/breadboard.ts';
import type { Box, Point } from '../../../bench/geometry.ts';
import { HEADER, padAt } from '../../../header/header-geometry.ts';
import { HEADER_PINS } from '../../../header/header-pins.ts';
import { type Circuit, kindOfPart, type Part, type Place } from '../../circuit.ts';
import { kindOf } from '../../kinds/index.ts';
import { COLUMNS, isOnBoard, type Terminal } from '../../terminal.ts';
import { bodyOf } from './bodies.ts';

/** The space for wires between the header and the breadboard. */
const LANES = 46;
const EDGE = 10;

/** The position of the breadboard. Above it there is space for parts in its upper rows. */
export const BOARD: Breadboard = {
  x: HEADER.width + LANES,
  y: 52,
  width: boardWidth(COLUMNS),
  height: BOARD_HEIGHT,
  columns: COLUMNS,
};

/** The top left of the area next to the breadboard, which is below it. */
export const BENCH_ORIGIN: Point = { x: BOARD.x + PITCH, y: BOARD.y + BOARD_HEIGHT + PITCH };

/** The size of the whole picture: it grows with the parts next to the breadboard. */
export function pictureSize({ parts }: Pick<Circuit, 'parts'>): {
  readonly width: number;
  readonly height: number;
} {
  const corners = parts.filter(({ place }) => place.on === 'bench').map(lowerRightOf);
  return {
    width: EDGE + Math.max(BOARD.x + BOARD.width, ...corners.map(({ x }) => x)),
    height: Math.max(HEADER.height, BENCH_ORIGIN.y + 3 * PITCH, ...corners.map(({ y }) => y + EDGE)),
  };
}

function lowerRightOf({ kind, place }: Part): Point {
  const { width, height, scale } = bodyOf(kind);
  const { x, y } = cornerOf(place);
  return { x: x + width * scale, y: y + height * scale };
}

/** The position of a part's first hole, or of its corner. */
export function cornerOf(place: Place): Point {
  if (place.on === 'breadboard') return holeAt(BOARD, place.column, place.row);
  return { x: BENCH_ORIGIN.x + place.x * PITCH, y: BENCH_ORIGIN.y + place.y * PITCH };
}

/** The area of the picture by which the user grabs a part. */
export function gripOf({ kind, place, turn }: Pick<Part, 'kind' | 'place' | 'turn'>): Box {
  const body = bodyOf(kind);
  const { scale, anchor, grip } = body;
  const { x, y } = cornerOf(place);
  if (kind === 'button') return { x: x - 12, y: y - 4, width: 2 * PITCH + 24, height: 8 * PITCH + 8 };
  const left = turn === 2 ? mirroredLeft(kind, grip) : grip.x - anchor.x;
  return {
    x: x + left * scale,
    y: y + (grip.y - anchor.y) * scale,
    width: grip.width * scale,
    height: grip.height * scale,
  };
}

/** A turned part is drawn mirrored, so that its legs swap ends in the same holes. */
function mirroredLeft(kind: string, grip: Box): number {
  const { anchor, scale } = bodyOf(kind);
  return lastColumnOf(kind) * (PITCH / scale) - (grip.x + grip.width - anchor.x);
}

/** The number of columns from a part's first hole to its last one. */
export function lastColumnOf(kind: string): number {
  return Math.max(0, ...(kindOf(kind)?.legs ?? []).map(({ column }) => column));
}

/** The position of a terminal; `undefined` if it is the leg of a part that does not exist. */
export function pointOf({ parts }: Pick<Circuit, 'parts'>, terminal: Terminal): Point | undefined {
  if (terminal.at === 'header') return padAt(terminal.physical);
  if (terminal.at === 'hole') return holeAt(BOARD, terminal.column, terminal.row);
  const part = parts.find(({ id }) => id === terminal.part);
  return part && legPoint(part, terminal.leg);
}

function legPoint({ kind, place }: Part, leg: string): Point | undefined {
  const { legs, scale } = bodyOf(kind);
  const at = legs[leg];
  const corner = cornerOf(place);
  return at && { x: corner.x + at.x * scale, y: corner.y + at.y * scale };
}

/** All legs next to the breadboard that wires can connect to, with their positions. */
export function looseLegs({
  parts,
}: Pick<Circuit, 'parts'>): readonly { terminal: Terminal; point: Point }[] {
  return parts.flatMap((part) =>
    part.place.on === 'breadboard'
      ? []
      : kindOfPart(part).legs.flatMap(({ name }) => {
          const point = legPoint(part, name);
          return point ? [{ terminal: { at: 'leg', part: part.id, leg: name } as const, point }] : [];
        }),
  );
}

/** The distance within which a pointer hits a terminal, in the picture's pixels. */
const NEAR = 13;

/** The terminal at a point: the nearest one within reach, if there is any. */
export function terminalAt(circuit: Pick<Circuit, 'parts'>, point: Point): Terminal | undefined {
  const distanceTo = (other: Point) => Math.hypot(other.x - point.x, other.y - point.y);
  const near = [...looseLegs(circuit), ...PADS].filter((each) => distanceTo(each.point) <= NEAR);
  const [nearest] = near.sort((one, other) => distanceTo(one.point) - distanceTo(other.point));
  return nearest?.terminal ?? holeNear(point, NEAR);
}

const PADS = HEADER_PINS.map(({ physical }) => ({
  terminal: { at: 'header', physical } as Terminal,
  point: padAt(physical),
}));

function holeNear(point: Point, reach: number): (Terminal & { at: 'hole' }) | undefined {
  const column = Math.round((point.x - holeAt(BOARD, 0, 'a').x) / PITCH);
  const row = nearestRow(point.y, ROW_NAMES);
  const hole = { at: 'hole', row, column } as const;
  const { x, y } = holeAt(BOARD, column, row);
  return isOnBoard(hole) && Math.hypot(x - point.x, y - point.y) <= reach ? hole : undefined;
}

function nearestRow(y: number, rows: readonly Row[]): Row {
  const distance = (row: Row) => Math.abs(holeAt(BOARD, 0, row).y - y);
  return rows.reduce((best, row) => (distance(row) < distance(best) ? row : best));
}

const PART_ROWS = ROW_NAMES.filter((row) => !isRail(row));

/** The place for a part of a kind that is nearest to the given point of its first hole, or of its corner. */
export function placeNear(kind: string, point: Point): Place {
  if (kindOf(kind)?.stands === 'bench') return benchPlaceNear(kind, point);
  const column = Math.round((point.x - holeAt(BOARD, 0, 'a').x) / PITCH);
  const last = COLUMNS - 1 - lastColumnOf(kind);
  return { on: 'breadboard', row: nearestRow(point.y, PART_ROWS), column: clamp(column, last) };
}

function benchPlaceNear(kind: string, { x, y }: Point): Place {
  const { width, scale } = bodyOf(kind);
  const most = Math.floor((BOARD.x + BOARD.width - BENCH_ORIGIN.x - width * scale) / PITCH);
  return {
    on: 'bench',
    x: clamp(Math.round((x - BENCH_ORIGIN.x) / PITCH), most),
    y: clamp(Math.round((y - BENCH_ORIGIN.y) / PITCH), MOST_DOWN),
  };
}

/** The lower limit of the bench, so that the picture stays visible. */
const MOST_DOWN = 12;

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}

/** The next place in a direction, in holes or pitches; the same place at the edge. */
export function nextPlace(
  kind: string,
  place: Place,
  { right, down }: { right: number; down: number },
): Place {
  if (place.on === 'bench') {
    const { x, y } = cornerOf(place);
    return benchPlaceNear(kind, { x: x + right * PITCH, y: y + down * PITCH });
  }
  const row = PART_ROWS[clamp(PART_ROWS.indexOf(place.row) + down, PART_ROWS.length - 1)] ?? place.row;
  return { on: 'breadboard', row, column: clamp(place.column + right, COLUMNS - 1 - lastColumnOf(kind)) };
}
