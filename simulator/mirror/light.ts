/** What an output gives. */
export interface Light {
  /** Percent of each period for which the pin is high, 0–100. */
  readonly dutyPercent: number;
  /** Hz; 0 keeps the present frequency. */
  readonly frequencyHz: number;
}

/** Whether a duty cycle is a level, for which no PWM is needed. */
export function isSteady(dutyPercent: number): boolean {
  return dutyPercent === 0 || dutyPercent === 100;
}
