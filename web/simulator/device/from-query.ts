import type { View } from '../scene.ts';
import { judgeName, type NameVerdict } from './device-name.ts';

/** The settings in the page's query. */
export interface Query {
  /** The device that the tab should be: `?device=ana`. */
  readonly wanted: NameVerdict | undefined;
  /** The prefix of the board to show: the tab's own device's, or `?board=lab/ana`. */
  readonly board: string | undefined;
  /** Whether the page starts with the user's own circuit: `?circuit`. */
  readonly isCircuit: boolean;
}

export function readQuery(query: string): Query {
  const parameters = new URLSearchParams(query);
  const device = parameters.get('device');
  const board = parameters.get('board') ?? undefined;
  const isCircuit = parameters.has('circuit');
  if (device === null) return { wanted: undefined, board, isCircuit };
  const wanted = judgeName(device);
  return { wanted, board: wanted.verdict === 'fit' ? wanted.name : board, isCircuit };
}

/** The same query for the other view. */
export function withView(query: string, view: View): string {
  const parameters = new URLSearchParams(query);
  parameters.delete('circuit');
  const others = parameters.toString();
  const wanted = [...(view === 'circuit' ? ['circuit'] : []), ...(others ? [others] : [])];
  return wanted.length > 0 ? `?${wanted.join('&')}` : '';
}

/** The circuit code in the part of an address after `#`. */
export function codeIn(hash: string): string | undefined {
  return /^#c=(.+)$/.exec(hash)?.[1];
}
