/** A point on the bench, in its own pixels; y grows downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** An SVG path through points, with rounded corners. */
export function roundedPath(points: readonly Point[], radius: number): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const steps = rest.map((corner, index) => step(points[index] ?? first, corner, rest[index + 1], radius));
  return `M${at(first)} ${steps.join(' ')}`;
}

function step(before: Point, corner: Point, after: Point | undefined, radius: number): string {
  if (!after) return `L${at(corner)}`;
  const reach = Math.min(radius, distance(before, corner) / 2, distance(corner, after) / 2);
  return `L${at(towards(corner, before, reach))} Q${at(corner)} ${at(towards(corner, after, reach))}`;
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

function towards(from: Point, to: Point, reach: number): Point {
  const share = reach / (distance(from, to) || 1);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function at({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
}
