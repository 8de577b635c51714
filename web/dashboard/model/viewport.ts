/** The stretch of time that a chart shows. */
export interface Viewport {
  readonly spanMs: number;
  /** The time at the right edge; `undefined` while that is now, and moves on. */
  readonly endMs: number | undefined;
}

/** The time span that a hub keeps in hours, milliseconds. */
const LONGEST_MS = 100 * 86_400_000;

/** The shortest stretch: a few times the finest resolution that a hub keeps, milliseconds. */
const SHORTEST_MS = 2_000;

/** Beginning and end of a chart. */
export function boundsOf({ spanMs, endMs }: Viewport, nowMs: number): { fromMs: number; toMs: number } {
  const toMs = endMs ?? nowMs;
  return { fromMs: toMs - spanMs, toMs };
}

/** Shows `factor` times as much. What is at `share` of the width, 0–1 from the left, stays where it is. */
export function zoom(viewport: Viewport, factor: number, share: number, nowMs: number): Viewport {
  const spanMs = Math.min(Math.max(viewport.spanMs * factor, SHORTEST_MS), LONGEST_MS);
  // At the right edge of a chart that moves on, the present stays in place.
  if (viewport.endMs === undefined && share > 0.9) return { spanMs, endMs: undefined };
  const { fromMs } = boundsOf(viewport, nowMs);
  const fixedMs = fromMs + viewport.spanMs * share;
  return settle({ spanMs, endMs: fixedMs + spanMs * (1 - share) }, nowMs);
}

/** Moves on by a share of the width: to later times if it is positive. */
export function pan(viewport: Viewport, share: number, nowMs: number): Viewport {
  const { toMs } = boundsOf(viewport, nowMs);
  return settle({ spanMs: viewport.spanMs, endMs: toMs + viewport.spanMs * share }, nowMs);
}

/** A chart does not show the future; at the present, it moves on with the time. It does not reach back farther than the hub's history. */
function settle({ spanMs, endMs }: Viewport & { readonly endMs: number }, nowMs: number): Viewport {
  if (endMs >= nowMs) return { spanMs, endMs: undefined };
  return { spanMs, endMs: Math.max(endMs, nowMs - LONGEST_MS + spanMs) };
}
