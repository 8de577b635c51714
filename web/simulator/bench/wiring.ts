import { HEADER, padAt } from '../header/header-geometry.ts';
import { headerPinOf } from '../header/header-pins.ts';
import type { Half, Lead, Supply } from '../parts/part.ts';
import { BOARD_HEIGHT, type Breadboard, holeAt, type Row } from './breadboard.ts';
import { type Point, roundedPath } from './geometry.ts';
import type { PlacedItem, Shape } from './item.ts';

/** A drawn wire. */
export interface Wire {
  readonly key: string;
  readonly path: string;
  readonly color: string;
  readonly from: Point;
  readonly to: Point;
}

/** The direction from which a wire reaches its end. */
type Approach = 'above' | 'below' | 'side';

interface Run {
  readonly key: string;
  readonly pad: Point;
  readonly to: Point;
  readonly color: string;
  readonly approach: Approach;
  /** The top of the board, or of the free-standing part, that it leads to. */
  readonly top: number;
}

/** The distance between neighboring wires. */
export const LANE = 9;
const RADIUS = 8;
/** The distance from the boards to the wire that connects their ground rails. */
const LINK_OUT = 4;
const SIGNAL_COLORS = ['#24a6b5', '#f2b705', '#9a6bdb', '#7fb32f', '#e76f9a'];
const GROUND_COLOR = '#3c4149';
const POWER_COLOR = '#e5484d';

const GROUND_PINS = [34, 30, 20, 14, 6, 39, 25, 9];
const POWER_PINS = [2, 4];

/** Routes every part's wires, and ground to the rails, side by side and with as few crossings as their order allows. */
export function route(
  shape: Shape,
  boards: readonly Breadboard[],
  items: readonly PlacedItem[],
): { wires: readonly Wire[]; width: number } {
  const runs = [...boards.slice(0, 1).map((board) => groundRun(shape, board)), ...partRuns(shape, items)];
  const ordered = runs.sort((one, other) => laneOrder(shape, one, other));
  const width = widthOf(shape, boards, ordered);
  const wires = ordered.map((run, lane) =>
    drawRun(shape, run, laneX(shape, width, lane, ordered.length), ordered),
  );
  return { wires: [...wires, ...linkGrounds(shape, boards)], width };
}

/** The ground wire from the header to the first board. */
function groundRun(shape: Shape, board: Breadboard): Run {
  const pad = padAt(GROUND_PINS[0] ?? 34);
  const to = groundHole(shape, board);
  return { key: 'ground', pad, to, color: GROUND_COLOR, approach: 'side', top: board.y };
}

/** The ground wires from each board to the next one, around their edge. */
function linkGrounds(shape: Shape, boards: readonly Breadboard[]): Wire[] {
  return boards.slice(1).map((board, index) => {
    const from = groundHole(shape, boards[index] ?? board);
    const to = groundHole(shape, board);
    const x = shape === 'wide' ? board.x - LINK_OUT : board.x + board.width + LINK_OUT;
    const points = [from, { x, y: from.y }, { x, y: to.y }, to];
    return { key: `ground ${index + 2}`, path: roundedPath(points, RADIUS), color: GROUND_COLOR, from, to };
  });
}

function groundHole(shape: Shape, board: Breadboard): Point {
  return holeAt(board, shape === 'wide' ? 0 : board.columns - 1, 'bottom -');
}

function partRuns(shape: Shape, items: readonly PlacedItem[]): Run[] {
  const nextGround = inTurn(GROUND_PINS.slice(1));
  const nextPower = inTurn(POWER_PINS);
  let signals = 0;
  return items.flatMap(({ part, device, origin }) =>
    part.leads(device.id).flatMap((lead) => {
      const physical = physicalOf(lead.from, nextGround, nextPower);
      if (physical === undefined) return [];
      const isSignal = typeof lead.from === 'object';
      const color = lead.color ?? colorOf(lead.from, isSignal ? signals++ : 0);
      const key = `${device.path} ${typeof lead.from === 'object' ? lead.from.gpio : lead.from}`;
      return [{ key, pad: padAt(physical), color, ...endOf(shape, lead, origin, padAt(physical)) }];
    }),
  );
}

/** Returns the pins one after another, then again from the first: several wires may share a pin. */
function inTurn(pins: readonly number[]): () => number | undefined {
  let taken = 0;
  return () => pins[taken++ % pins.length];
}

type NextPin = () => number | undefined;

function physicalOf(from: Supply, nextGround: NextPin, nextPower: NextPin): number | undefined {
  if (from === 'ground') return nextGround();
  if (from === '5v') return nextPower();
  return headerPinOf(from.gpio)?.physical;
}

function colorOf(from: Supply, signal: number): string {
  if (from === 'ground') return GROUND_COLOR;
  if (from === '5v') return POWER_COLOR;
  return SIGNAL_COLORS[signal % SIGNAL_COLORS.length] ?? GROUND_COLOR;
}

function endOf(shape: Shape, { to }: Lead, origin: Point, pad: Point): Pick<Run, 'to' | 'approach' | 'top'> {
  if ('x' in to) return { to: { x: origin.x + to.x, y: origin.y + to.y }, approach: 'side', top: origin.y };
  const isBelow = shape === 'wide' && pad.y > origin.y + BOARD_HEIGHT / 2;
  const hole = holeAt(origin, to.column, outermost(to.half, isBelow));
  return { to: hole, approach: isBelow ? 'below' : 'above', top: origin.y };
}

/** The hole of a half that a wire from above, or from below, reaches first. */
function outermost(half: Half, isBelow: boolean): Row {
  if (isBelow) return half === 'upper' ? 'f' : 'a';
  return half === 'lower' ? 'e' : 'j';
}

/** Wide: the higher a pin, the nearer its lane is to the header. Tall: the lower a pin, the nearer, and wires that pass the boards are outermost. */
function laneOrder(shape: Shape, one: Run, other: Run): number {
  if (shape === 'wide') return one.pad.y - other.pad.y;
  const passes = Number(one.approach === 'side') - Number(other.approach === 'side');
  return passes || other.pad.y - one.pad.y;
}

function widthOf(shape: Shape, boards: readonly Breadboard[], runs: readonly Run[]): number {
  if (shape === 'wide') return 0;
  const boardEdge = Math.max(...boards.map((board) => board.x + board.width));
  const firstTop = boards[0]?.y ?? 0;
  const passing = runs.filter(({ approach, top }) => approach === 'side' || top > firstTop).length;
  return Math.max(boardEdge + LANE * passing, HEADER.width + LANE * runs.length) + LANE;
}

function laneX(shape: Shape, width: number, lane: number, lanes: number): number {
  return shape === 'wide' ? HEADER.width + 8 + lane * LANE : width - (lanes - lane) * LANE;
}

function drawRun(shape: Shape, run: Run, laneAt: number, all: readonly Run[]): Wire {
  const { pad, to, key, color } = run;
  const exit = exitOf(pad);
  const start = [pad, ...exit, { x: laneAt, y: exit.at(-1)?.y ?? pad.y }];
  const points = [...start, ...finish(shape, run, laneAt, all), to];
  return { key, color, from: pad, to, path: roundedPath(points, RADIUS) };
}

/** From the left column, wires pass between two pins of the right column. */
function exitOf(pad: Point): Point[] {
  if (pad.x === HEADER.evenX) return [{ x: pad.x + 1, y: pad.y }];
  return [{ x: pad.x + HEADER.rowPitch / 2, y: pad.y + HEADER.rowPitch / 2 }];
}

function finish(shape: Shape, run: Run, laneAt: number, all: readonly Run[]): Point[] {
  const { to, approach, top } = run;
  const peers = all.filter((other) => other.approach === approach && other.top === top);
  const index = peers.indexOf(run);
  if (approach === 'below') return corner(laneAt, top + BOARD_HEIGHT + 12 + index * LANE, to.x);
  if (approach === 'above') return corner(laneAt, top - 12 - (peers.length - 1 - index) * LANE, to.x);
  if (shape === 'wide' || run.key === 'ground') return [{ x: laneAt, y: to.y }];
  const approachX = to.x - 10 - index * LANE;
  return [
    ...corner(laneAt, top - 4 - (peers.length - 1 - index) * LANE, approachX),
    { x: approachX, y: to.y },
  ];
}

function corner(laneAt: number, runY: number, toX: number): Point[] {
  return [
    { x: laneAt, y: runY },
    { x: toX, y: runY },
  ];
}
