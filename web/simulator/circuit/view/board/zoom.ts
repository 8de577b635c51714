/** The smallest scale of the picture: at this size the holes are 12 pixels apart, and a narrower panel scrolls. */
const LEAST_SCALE = 0.6;

const ZOOM = { min: 1, max: 3, step: 1.35 } as const;

/** The zoom of the picture relative to its fitting size; `fitting` is the scale at which it fits. */
export function shownZoom(wanted: number | undefined, fitting: number): number {
  return wanted ?? Math.max(1, LEAST_SCALE / fitting);
}

/** The next zoom step in a direction. */
export function nextZoom(zoom: number, direction: 1 | -1): number {
  return Math.min(Math.max(zoom * ZOOM.step ** direction, ZOOM.min), ZOOM.max);
}
