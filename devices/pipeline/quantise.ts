/** The multiple of `100 / steps` percent that is nearest to a duty cycle: what a pin with so many steps can show. */
export function quantise(steps: number, dutyPercent: number): number {
  return (Math.round((dutyPercent * steps) / 100) * 100) / steps;
}
