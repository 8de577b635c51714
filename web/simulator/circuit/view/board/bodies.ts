import { PART_SCALE } from '../../../bench/breadboard.ts';
import type { Box, Point } from '../../../bench/geometry.ts';

/** How a part of a kind is drawn: its anchor point, its scale and its size. Lengths are in the element's own pixels. */
export interface Body {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  /** The point that lies in the hole of the part's first leg, or the corner of a part next to the breadboard. */
  readonly anchor: Point;
  /** The area by which the user grabs the part. */
  readonly grip: Box;
  /** For a part next to the breadboard: the points that wires connect to, by leg name. */
  readonly legs: Readonly<Record<string, Point>>;
  /** The ends of legs that do not reach their holes, by leg name: we draw the rest. */
  readonly stubs?: Readonly<Record<string, Point>>;
}

/** A real one is 17 mm wide, which would hide seven columns. */
const BUZZER_SCALE = 1.15;

const ORIGIN: Point = { x: 0, y: 0 };

/** The drawings from `@wokwi/elements`, by kind; their pins are at the positions in the elements' `pinInfo`. */
export const BODIES: Readonly<Record<string, Body>> = {
  led: {
    width: 40,
    height: 50,
    scale: PART_SCALE,
    anchor: { x: 15, y: 42 },
    grip: { x: 10, y: 3, width: 20, height: 40 },
    legs: {},
  },
  rgb: {
    width: 42.13,
    height: 72.58,
    scale: PART_SCALE * 1.06,
    anchor: { x: 8.5, y: 54 },
    grip: { x: 7, y: 2, width: 29, height: 48 },
    legs: {},
    stubs: { red: { x: 8.8, y: 43 }, green: { x: 26.4, y: 43 }, blue: { x: 35.7, y: 43 } },
  },
  resistor: {
    width: 58.8,
    height: 11.34,
    scale: PART_SCALE,
    anchor: { x: 0, y: 5.65 },
    grip: { x: 0, y: -1, width: 58.8, height: 13 },
    legs: {},
  },
  button: {
    width: 67.28,
    height: 45.35,
    scale: PART_SCALE,
    anchor: { x: 0, y: 32 },
    grip: { x: 4, y: 1, width: 60, height: 43 },
    legs: {},
  },
  buzzer: {
    width: 64.25,
    height: 75.59,
    scale: BUZZER_SCALE,
    anchor: { x: 32.1 - 10 / BUZZER_SCALE, y: 83.6 + 14 / BUZZER_SCALE },
    grip: { x: 1, y: 9, width: 62, height: 64 },
    legs: {},
    stubs: { 1: { x: 27.3, y: 83 }, 2: { x: 36.9, y: 83 } },
  },
  servo: {
    width: 170.08,
    height: 119.55,
    scale: 1.3,
    anchor: ORIGIN,
    grip: { x: 18, y: 0, width: 150, height: 119.55 },
    legs: { ground: { x: 0, y: 50 }, power: { x: 0, y: 59.5 }, signal: { x: 0, y: 69 } },
  },
  potentiometer: {
    width: 75.59,
    height: 75.59,
    scale: 1.7,
    anchor: ORIGIN,
    grip: { x: 0, y: 0, width: 75.59, height: 62 },
    legs: { end1: { x: 29, y: 68.5 }, wiper: { x: 38.6, y: 68.5 }, end2: { x: 48.2, y: 68.5 } },
  },
};

const NO_BODY: Body = {
  width: 40,
  height: 40,
  scale: 1,
  anchor: ORIGIN,
  grip: { x: 0, y: 0, width: 40, height: 40 },
  legs: {},
};

/** The drawing of a kind. */
export function bodyOf(kind: string): Body {
  return BODIES[kind] ?? NO_BODY;
}
