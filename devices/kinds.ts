import { button } from './button.ts';
import type { DeviceKind } from './kind.ts';
import { led } from './led.ts';
import { rgb } from './rgb.ts';
import { servo } from './servo.ts';

/** The kinds that Pinhub comes with. */
export const KINDS: readonly DeviceKind[] = [led, button, servo, rgb];
