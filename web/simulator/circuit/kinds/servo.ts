import { clamp, SERVO_DEGREES, SERVO_PULSE_US } from '../../../../devices/facts/range.ts';
import type { PartKind } from './kind.ts';

/** A running servo of the size of an SG90 draws about 200 mA from 5 V. */
const LOAD_OHMS = 25;

/** Below this it does not move, volts. Such servos are rated for 4.8 V and do with a little less. */
const LEAST_VOLTS = 4.5;

const MIDDLE_US = (SERVO_PULSE_US.min + SERVO_PULSE_US.max) / 2;

/** A hobby servo beside the breadboard. */
export const servo: PartKind = {
  name: 'servo',
  stands: 'bench',
  legs: ['ground', 'power', 'signal'].map((name) => ({ name, column: 0, row: 0 })),
  turns: [0],
  variants: [''],
  elements: () => [{ is: 'resistor', between: ['power', 'ground'], ohms: LOAD_OHMS }],
  read: ({ volts, wave }) => {
    const supply = (volts('power') ?? 0) - (volts('ground') ?? 0);
    const isPowered = supply >= LEAST_VOLTS;
    const pulseUs = wave('signal')?.pulseUs ?? 0;
    return { is: 'angle', isPowered, degrees: isPowered && pulseUs > 0 ? degreesAt(pulseUs) : undefined };
  },
};

/** 500 µs is one end, 2500 µs the other, as for the device `servo`. */
function degreesAt(pulseUs: number): number {
  const share = (pulseUs - MIDDLE_US) / (SERVO_PULSE_US.max - MIDDLE_US);
  return clamp(SERVO_DEGREES, share * SERVO_DEGREES.max);
}
