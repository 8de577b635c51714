import { judgeName, type NameVerdict } from './device-name.ts';

/** What a page's query asks for. */
export interface Query {
  /** The device that the tab is to be: `?device=ana`. */
  readonly wanted: NameVerdict | undefined;
  /** The prefix of the board to show: that of the tab's own device, or `?board=lab/ana`. */
  readonly board: string | undefined;
}

export function readQuery(query: string): Query {
  const parameters = new URLSearchParams(query);
  const device = parameters.get('device');
  const board = parameters.get('board') ?? undefined;
  if (device === null) return { wanted: undefined, board };
  const wanted = judgeName(device);
  return { wanted, board: wanted.verdict === 'fit' ? wanted.name : board };
}
