/** The multiple of `100 / steps` percent nearest to a duty cycle: the value that a pin with this many steps can output. */
export function quantise(steps: number, dutyPercent: number): number {
  return (Math.round((dutyPercent * steps) / 100) * 100) / steps;
}
