import type { Circuit } from '../../../../web/simulator/circuit/circuit.ts';
import { readCircuit } from '../../../../web/simulator/circuit/circuit-json.ts';
import type { PinState } from '../../../../web/simulator/model/pin-state.ts';

/** A circuit from its parts, and from its wires, such as `pin40-a2`. */
export function build(
  parts: Readonly<Record<string, { at: string | readonly number[]; variant?: string; turned?: boolean }>>,
  ...wires: readonly string[]
): Circuit {
  const ends = wires.map((wire, index) => [`wire${index + 1}`, [...endsOf(wire), 'red']]);
  const read = readCircuit(JSON.stringify({ version: 1, parts, wires: Object.fromEntries(ends) }));
  if (!read.ok) throw new Error(`the test's own circuit is none: ${JSON.stringify(read.problem)}`);
  return read.circuit;
}

/** Splits a wire into its two terminals. The minus of `bottom-1` is not a separator. */
function endsOf(wire: string): readonly string[] {
  return wire.split(/(?<!top|bottom)-/);
}

const PIN: PinState = { mode: 'output', dutyPercent: 0, frequencyHz: 0, level: 0, pulseUs: 0 };

export const HIGH: PinState = { ...PIN, dutyPercent: 100, level: 1 };
export const LOW: PinState = PIN;

/** PWM at 800 Hz. */
export function pwm(dutyPercent: number, frequencyHz = 800): PinState {
  return { ...PIN, dutyPercent, frequencyHz, level: dutyPercent > 0 ? 1 : 0 };
}

export function input(pull: 'up' | 'down' | 'none'): PinState {
  return { ...PIN, mode: 'input', pull };
}

/** The course's circuit: GPIO 21, a resistor, an LED, ground. */
export function course({
  ohms = '220',
  color = 'red',
  turned = false,
}: {
  ohms?: string;
  color?: string;
  turned?: boolean;
} = {}): Circuit {
  return build(
    { resistor1: { at: 'c2', variant: ohms }, led1: { at: 'e8', variant: color, turned } },
    'pin40-a2',
    'a9-bottom-9',
    'pin39-bottom-1',
  );
}
