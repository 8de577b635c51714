// The same sizes as in the style sheets, CSS pixels.
const ROW_PX = 128;
const LEAST_COLUMN_PX = 212;
const EDGES_PX = 48;
const ABOVE_PX = 120;

/** How many tiles a window shows at most before it is scrolled. */
export function tilesInSight({
  innerWidth,
  innerHeight,
}: Pick<Window, 'innerWidth' | 'innerHeight'>): number {
  const columns = Math.floor((innerWidth - EDGES_PX) / LEAST_COLUMN_PX);
  const rows = Math.ceil((innerHeight - ABOVE_PX) / ROW_PX);
  // A narrow window still has two columns, and a wide one at most six.
  return Math.min(Math.max(columns, 2), 6) * Math.max(rows, 1);
}
