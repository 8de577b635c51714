import type { Box, Point } from './geometry.ts';

/** Distance between neighboring holes, 2.54 mm at the scale of the bench. */
export const PITCH = 20;

/** The scale at which an element of `@wokwi/elements`, drawn at 96 pixels per inch, fits the holes. */
export const PART_SCALE = PITCH / 9.6;

/**
 * The rows of holes from the top, with their distance from the first one in pitches. On each side of the gap, the five holes of a column are
 * connected.
 */
const ROWS = {
  'top -': 0,
  'top +': 1,
  j: 2.8,
  i: 3.8,
  h: 4.8,
  g: 5.8,
  f: 6.8,
  e: 9.8,
  d: 10.8,
  c: 11.8,
  b: 12.8,
  a: 13.8,
  'bottom -': 15.6,
  'bottom +': 16.6,
} as const;

/** A row of the breadboard: `a`–`j` as printed on it, or one of its rails. */
export type Row = keyof typeof ROWS;

export const ROW_NAMES = Object.keys(ROWS).filter((name): name is Row => name in ROWS);

const MARGIN = { x: 26, y: 15 };

/** The height of every breadboard. */
export const BOARD_HEIGHT = 2 * MARGIN.y + ROWS['bottom +'] * PITCH;

/** A solderless breadboard somewhere on the bench. */
export interface Breadboard extends Box {
  /** The number of its columns of holes. */
  readonly columns: number;
}

/** The width of a breadboard with this many columns. */
export function boardWidth(columns: number): number {
  return 2 * MARGIN.x + (columns - 1) * PITCH;
}

/** The middle of a hole; columns count from 0. */
export function holeAt(board: Point, column: number, row: Row): Point {
  return { x: board.x + MARGIN.x + column * PITCH, y: board.y + MARGIN.y + ROWS[row] * PITCH };
}

/** Whether a row is one of the rails, which have a gap after every fifth hole. */
export function isRail(row: Row): boolean {
  return row.length > 1;
}
