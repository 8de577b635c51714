import { isRail } from '../bench/breadboard.ts';
import type { Circuit, Wire, WireColor } from './circuit.ts';
import { type Net, type Netlist, netlistOf } from './netlist.ts';
import type { Terminal } from './terminal.ts';

/** The colors of signals, in the order in which they are used. White is left out because a board can be white, too. */
const SIGNAL_COLORS: readonly WireColor[] = ['orange', 'yellow', 'green', 'blue', 'purple'];

/**
 * The color that people give a new wire: black to ground, red to a supply, and for a signal the color of the wires that it continues. A new signal has
 * the color that the fewest wires have. `netlist` is that of the circuit.
 */
export function wireColorFor(
  circuit: Circuit,
  { from, to }: Pick<Wire, 'from' | 'to'>,
  netlist: Netlist = netlistOf(circuit),
): WireColor {
  const nets = [from, to].flatMap((end) => netlist.nets[netlist.netAt(end) ?? -1] ?? []);
  return supplyColor([from, to], nets) ?? signalColor(circuit, nets);
}

function supplyColor(ends: readonly Terminal[], nets: readonly Net[]): WireColor | undefined {
  const supplies = nets.flatMap((net) => net.supplies);
  const rails = ends.flatMap((end) => (end.at === 'hole' && isRail(end.row) ? [end.row.slice(-1)] : []));
  if (supplies.includes('ground')) return 'black';
  if (supplies.length > 0) return 'red';
  if (rails.includes('-')) return 'black';
  return rails.includes('+') ? 'red' : undefined;
}

function signalColor({ wires }: Circuit, nets: readonly Net[]): WireColor {
  const before = new Set(nets.flatMap((net) => net.wires));
  const continued = wires.find(({ id, color }) => before.has(id) && SIGNAL_COLORS.includes(color));
  const timesUsed = (color: WireColor) => wires.filter((wire) => wire.color === color).length;
  const [rarest = 'orange'] = SIGNAL_COLORS.toSorted((one, other) => timesUsed(one) - timesUsed(other));
  return continued?.color ?? rarest;
}
