import type { WireColor } from '../../circuit.ts';

/** The drawn colors of wires. */
export const WIRE_INKS: Readonly<Record<WireColor, string>> = {
  black: '#3c4149',
  red: '#e5484d',
  orange: '#f47b00',
  yellow: '#f2b705',
  green: '#3aa757',
  blue: '#2f7de1',
  purple: '#9a6bdb',
  white: '#e9ebee',
};
