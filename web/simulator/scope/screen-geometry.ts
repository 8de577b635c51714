import { DIVISIONS } from './time-base.ts';
import { spansOf, type Wave } from './wave.ts';

/** The number of divisions before the trigger, so that the rising edge is visible. */
const BEFORE_TRIGGER = 1;

/** More pulses than this across the screen are drawn as a solid band. */
export const MOST_PULSES = 150;

/** The area of a wave on the screen, in CSS pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The area of a channel's wave. */
export interface ChannelArea extends Area {
  /** Whether there is space above and below it for the measurements. */
  readonly isRoomy: boolean;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The margins between the screen's edges and its grid. */
export const INSET = { top: 14, left: 46, right: 16, bottom: 34 };

/**
 * The areas of the waves on a screen of a given size, from top to bottom, with space above and below for the measurements if the screen is large
 * enough.
 */
export function areasWithin({ width, height }: Size, count: number): readonly ChannelArea[] {
  const band = (height - INSET.top - INSET.bottom) / count;
  const { above, below } = marginsOf(band);
  return Array.from({ length: count }, (_, index) => ({
    left: INSET.left,
    top: INSET.top + index * band + above,
    width: width - INSET.left - INSET.right,
    height: band - above - below,
    isRoomy: above > NARROW,
  }));
}

/** The margin between a wave and the edges of its band if there is no space for more. */
const NARROW = 12;

function marginsOf(band: number): { readonly above: number; readonly below: number } {
  if (band < 78) return { above: NARROW, below: NARROW };
  if (band < 150) return { above: 36, below: 25 };
  const margin = Math.max(46, band * 0.2);
  return { above: margin, below: margin };
}

/** The instants at the screen's edges, microseconds from the trigger. */
export function windowOf(usPerDivision: number): { readonly fromUs: number; readonly toUs: number } {
  return { fromUs: -BEFORE_TRIGGER * usPerDivision, toUs: (DIVISIONS - BEFORE_TRIGGER) * usPerDivision };
}

/** The horizontal position of an instant on the screen. */
export function xOf(us: number, usPerDivision: number, area: Area): number {
  return area.left + ((us / usPerDivision + BEFORE_TRIGGER) / DIVISIONS) * area.width;
}

/** The vertical position of a level on the screen: high at the area's upper edge, low at its lower edge. */
export function yOf(level: 0 | 1, area: Area): number {
  return level === 1 ? area.top : area.top + area.height;
}

/** Whether the pulses are too many to be drawn one by one at this time base. */
export function isBand(wave: Wave, usPerDivision: number): boolean {
  return wave.kind === 'pulse' && (DIVISIONS * usPerDivision) / wave.periodUs > MOST_PULSES;
}

/** The corners of the trace from the left edge to the right, with vertical rising and falling edges. */
export function tracePoints(
  wave: Wave,
  usPerDivision: number,
  area: Area,
): readonly { readonly x: number; readonly y: number }[] {
  const { fromUs, toUs } = windowOf(usPerDivision);
  return spansOf(wave, fromUs, toUs).flatMap(({ fromUs: start, toUs: end, level }) => {
    const y = yOf(level, area);
    return [
      { x: xOf(start, usPerDivision, area), y },
      { x: xOf(end, usPerDivision, area), y },
    ];
  });
}
