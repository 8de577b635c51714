import { button } from './button.ts';
import { led } from './led.ts';
import type { Part } from './part.ts';
import { rgb } from './rgb.ts';
import { servo } from './servo.ts';

/** The parts that the bench can draw, in their layout order. */
export const PARTS: readonly Part[] = [button, led, rgb, servo];
