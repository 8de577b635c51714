import { clamp, type Range, SERVO_DEGREES } from '../../../../devices/facts/range.ts';
import type { Connections } from '../connections.ts';
import type { PartFault } from '../fault.ts';
import type { PartKind } from './kind.ts';

/** A running servo of SG90 size draws about 200 mA at 5 V. */
const LOAD_OHMS = 25;

/** The lowest voltage at which it moves, volts. Such servos are rated for 4.8 V and work with slightly less. */
const LEAST_VOLTS = 4.5;

/** The pulse widths at its two ends, microseconds: the same as in the device `servo` and in gpiozero. */
const PULSE_US: Range = { min: 1000, max: 2000 };

/** A hobby servo next to the breadboard. */
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
    // Without pulses it keeps its position.
    return { is: 'angle', isPowered, degrees: isPowered && pulseUs > 0 ? degreesAt(pulseUs) : undefined };
  },
  check: (connections) => [...checkSupply(connections), ...checkSignal(connections)],
};

function checkSupply({ isLoose, isJoined, suppliesAt, gpiosAt }: Connections): readonly PartFault[] {
  if (isLoose('power') || isLoose('ground') || isJoined('power', 'ground')) return [];
  const [power, ground] = [suppliesAt('power'), suppliesAt('ground')];
  if (power.includes('ground') && !ground.includes('ground') && ground.length > 0)
    return [{ code: 'servo/reversed', severity: 'danger' }];
  const [gpio] = gpiosAt('power');
  if (power.length === 0 && gpio !== undefined) return [{ code: 'servo/from-pin', severity: 'danger', gpio }];
  if (power.includes('3v3')) return [{ code: 'servo/on-3v3', severity: 'fault' }];
  if (!power.includes('5v')) return [{ code: 'part/no-supply', severity: 'fault' }];
  return ground.includes('ground') ? [] : [{ code: 'part/no-ground', severity: 'fault' }];
}

function checkSignal({ isLoose, gpiosNear }: Connections): readonly PartFault[] {
  if (isLoose('signal') || gpiosNear('signal').length > 0) return [];
  return [{ code: 'servo/no-signal', severity: 'fault' }];
}

function degreesAt(pulseUs: number): number {
  const share = (pulseUs - PULSE_US.min) / (PULSE_US.max - PULSE_US.min);
  return clamp(SERVO_DEGREES, SERVO_DEGREES.min + share * (SERVO_DEGREES.max - SERVO_DEGREES.min));
}
