import { isRail } from '../../../bench/breadboard.ts';
import type { Point } from '../../../bench/geometry.ts';
import type { Terminal } from '../../terminal.ts';

/** The SVG path of a wire from one terminal to another: it leaves each end like a flexible wire. */
export function wirePath(
  from: Point,
  to: Point,
  ends: { readonly from: Terminal; readonly to: Terminal },
): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const bend = Math.min(Math.max(length * 0.35, 14), 110);
  const start = bent(from, directionOf(ends.from, from, to), bend);
  const end = bent(to, directionOf(ends.to, to, from), bend);
  return `M${at(from)}C${at(start)} ${at(end)} ${at(to)}`;
}

function bent({ x, y }: Point, direction: Point, bend: number): Point {
  return { x: x + direction.x * bend, y: y + direction.y * bend };
}

/** Wires leave the header to the right, legs away from their part, and holes across the board. */
function directionOf(terminal: Terminal, own: Point, other: Point): Point {
  if (terminal.at === 'header') return { x: 1, y: 0 };
  if (terminal.at === 'leg') return terminal.part.startsWith('servo') ? { x: -1, y: 0 } : { x: 0, y: 1 };
  if (other.x < own.x - 120) return { x: -0.8, y: isRail(terminal.row) ? 0 : -0.35 };
  return { x: 0, y: other.y > own.y ? 0.5 : -0.5 };
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
