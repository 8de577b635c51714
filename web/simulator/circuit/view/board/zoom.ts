/** So small may the picture be before it is larger than its panel, and scrolls: the holes are 12 pixels apart. */
const LEAST_SCALE = 0.6;

const ZOOM = { min: 1, max: 3, step: 1.35 } as const;

/** How much larger than to fit the picture is drawn, if it would be scaled by `fitting` to fit. */
export function shownZoom(wanted: number | undefined, fitting: number): number {
  return wanted ?? Math.max(1, LEAST_SCALE / fitting);
}

/** The next step in a direction. */
export function nextZoom(zoom: number, direction: 1 | -1): number {
  return Math.min(Math.max(zoom * ZOOM.step ** direction, ZOOM.min), ZOOM.max);
}
