import { HEADER } from '../header/header-geometry.ts';
import type { Part } from '../parts/part.ts';
import { BOARD_HEIGHT, type Breadboard, boardWidth, PITCH } from './breadboard.ts';
import type { Point } from './geometry.ts';
import type { Item, PlacedItem, Shape } from './item.ts';
import { LANE, route, type Wire } from './wiring.ts';

/** The positions of everything on the bench, in the bench's own pixels. */
export interface Layout {
  readonly shape: Shape;
  readonly width: number;
  readonly height: number;
  readonly boards: readonly Breadboard[];
  readonly items: readonly PlacedItem[];
  readonly wires: readonly Wire[];
}

/** The minimum space for wires between the header and the boards. */
const LEAST_LANES = 62;
const COLUMNS = { wide: 22, tall: 15 } as const;
const GAP = 22;
const EDGE = 6;

/** A bench narrower than this, in screen pixels, has its boards below the header. */
const WIDE_FROM = 620;

/** Lays out the bench again only if its width or its items change; new values do not move anything. */
export function createLayout(): typeof layOut {
  let last: { key: string; layout: Layout } | undefined;
  return (availableWidth, items) => {
    const key = [availableWidth, ...items.map(({ device }) => device.path)].join(' ');
    if (last?.key !== key) last = { key, layout: layOut(availableWidth, items) };
    const newest = new Map(items.map((item) => [item.device.path, item]));
    const { layout } = last;
    return { ...layout, items: layout.items.map((item) => ({ ...item, ...newest.get(item.device.path) })) };
  };
}

/** Puts each part on the first breadboard with enough space, or below the boards, and routes its wires. */
export function layOut(availableWidth: number, items: readonly Item[]): Layout {
  const shape = availableWidth >= WIDE_FROM ? 'wide' : 'tall';
  const { boards: columns, rest } = shareOut(items, COLUMNS[shape]);
  const loose = rest.reduce((sum, { part }) => sum + looseHeight(part) + GAP, 0);
  const stackHeight = columns.length * (BOARD_HEIGHT + GAP) - GAP + (loose > 0 ? loose + GAP : 0);
  const corner = cornerOf(shape, stackHeight, lanesFor(items));

  const boards = columns.map((_, index) => boardAt(corner, index, COLUMNS[shape]));
  const onBoards = columns.flatMap((row, index) => placeInRow(row, boards[index] ?? corner));
  const beside = placeBelow(rest, corner.x + 30, corner.y + columns.length * (BOARD_HEIGHT + GAP) + GAP);
  const placed = [...onBoards, ...beside];
  const { wires, width } = route(shape, boards, placed);
  return {
    shape,
    width: Math.max(width, corner.x + boardWidth(COLUMNS[shape]) + EDGE),
    height: Math.max(HEADER.height, corner.y + stackHeight + EDGE),
    boards,
    items: placed,
    wires,
  };
}

function cornerOf(shape: Shape, stackHeight: number, lanes: number): Point {
  if (shape === 'tall') return { x: 0, y: HEADER.height + lanes };
  return { x: HEADER.width + lanes, y: Math.max(46, (HEADER.height - stackHeight) / 2) };
}

/** The space for the parts' wires and the ground wire, side by side. */
function lanesFor(items: readonly Item[]): number {
  const wires = items.reduce((sum, { part, device }) => sum + part.leads(device.id).length, 1);
  return Math.max(LEAST_LANES, (wires + 2) * LANE);
}

/** First fit: uses as many breadboards as needed, at least one; free-standing parts are returned as `rest`. */
function shareOut(items: readonly Item[], columns: number): { boards: Item[][]; rest: Item[] } {
  const boards: Item[][] = [[]];
  const rest: Item[] = [];
  for (const item of items) {
    if (item.part.footprint.on === 'bench') rest.push(item);
    else {
      const board = boards.find((row) => usedColumns([...row, item]) <= columns);
      if (board) board.push(item);
      else boards.push([item]);
    }
  }
  return { boards, rest };
}

function usedColumns(items: readonly Item[]): number {
  return items.reduce((sum, { part }) => sum + columnsOf(part), 0);
}

function columnsOf({ footprint }: Part): number {
  return footprint.on === 'breadboard' ? footprint.columns : 0;
}

function looseHeight({ footprint }: Part): number {
  return footprint.on === 'bench' ? footprint.height : 0;
}

function boardAt({ x, y }: Point, index: number, columns: number): Breadboard {
  const top = y + index * (BOARD_HEIGHT + GAP);
  return { x, y: top, width: boardWidth(columns), height: BOARD_HEIGHT, columns };
}

function placeInRow(row: readonly Item[], board: Point): PlacedItem[] {
  return row.map((item, index) => {
    const column = usedColumns(row.slice(0, index));
    return { ...item, origin: { x: board.x + column * PITCH, y: board.y } };
  });
}

function placeBelow(items: readonly Item[], x: number, top: number): PlacedItem[] {
  let y = top;
  return items.map((item) => {
    const origin = { x, y };
    y += looseHeight(item.part) + GAP;
    return { ...item, origin };
  });
}
