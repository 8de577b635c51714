/** The signal of an output. */
export interface Light {
  /** The percentage of each period for which the pin is high, 0–100. */
  readonly dutyPercent: number;
  /** Hz; 0 keeps the current frequency. */
  readonly frequencyHz: number;
}

/** Whether a duty cycle is a constant level, which needs no PWM. */
export function isSteady(dutyPercent: number): boolean {
  return dutyPercent === 0 || dutyPercent === 100;
}
