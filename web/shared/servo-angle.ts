/** The angles that a hobby servo can stand at, degrees from its middle. */
export const SERVO_ANGLE = { min: -90, max: 90 } as const;

/** The nearest angle at which a servo can be drawn: anybody may publish any number as its angle. */
export function clampServoAngle(degrees: number): number {
  return Math.min(Math.max(degrees, SERVO_ANGLE.min), SERVO_ANGLE.max);
}
