import { button } from './button.ts';
import { buzzer } from './buzzer.ts';
import type { PartKind } from './kind.ts';
import { led } from './led.ts';
import { potentiometer } from './potentiometer.ts';
import { resistor } from './resistor.ts';
import { rgb } from './rgb.ts';
import { servo } from './servo.ts';

export type { Hand, Leg, PartKind, Turn } from './kind.ts';

/** All kinds of parts, in the order of the palette. */
export const PART_KINDS: readonly PartKind[] = [led, rgb, resistor, button, buzzer, servo, potentiometer];

const BY_NAME = new Map(PART_KINDS.map((kind) => [kind.name, kind]));

/** The kind of this name, or `undefined`. */
export function kindOf(name: string): PartKind | undefined {
  return BY_NAME.get(name);
}
