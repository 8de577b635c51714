import { button } from './button.ts';
import type { Kinds } from './kind.ts';
import { led } from './led.ts';
import { rgb } from './rgb.ts';
import { servo } from './servo.ts';

/** Every kind of device that the dashboard has a view for, one file each, in the order in which they are shown. */
export const kinds: Kinds = { led, rgb, servo, button };
