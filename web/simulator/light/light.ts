import { perceivedLightness } from './lightness.ts';

/** The light, 0–1, with which a lamp of a given duty cycle is drawn: in proportion to its power, or to its perceived lightness. */
export function lightOf(dutyPercent: number, isPerceived: boolean): number {
  const power = dutyPercent / 100;
  return isPerceived ? perceivedLightness(power) : power;
}
