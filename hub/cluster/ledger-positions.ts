import { z } from 'zod';
import { HubError, quote } from '../core/error.ts';
import type { Engine } from './engine.ts';
import { hubKey, parseHubCell } from './hub-cell.ts';
import { parseJson } from './json.ts';

const CELL = 'ledger-positions';

/** For each hub, the sequence up to which the ledger is applied to its sessions; everything after it is still needed. */
const POSITIONS = z.record(z.string(), z.object({ epoch: z.int(), position: z.int() }));

/** Records how much of the ledger a hub has in its own log, so that the ledger is kept from there on. Resolves once that is done. */
export async function registerPosition(
  engine: Engine,
  { hub, epoch, position }: { readonly hub: string; readonly epoch: number; readonly position: number },
): Promise<void> {
  for (;;) {
    const cell = await engine.cell(CELL);
    const positions = parse(cell?.text);
    if ((positions[hub]?.epoch ?? 0) > epoch) return; // A later process has recorded its own position.
    positions[hub] = { epoch, position };
    if (await engine.setCell(CELL, JSON.stringify(positions), cell?.revision ?? 0)) return;
  }
}

/** Whether a hub has ever recorded its position. If it has, it had a log of its own. */
export async function hasPosition(engine: Engine, hub: string): Promise<boolean> {
  return parse((await engine.cell(CELL))?.text)[hub] !== undefined;
}

/** The position up to which no hub needs the ledger any more. Forgets hubs whose sessions are all at others. Resolves to nothing if another hub was faster. */
export async function leastPosition(engine: Engine): Promise<number | undefined> {
  const cell = await engine.cell(CELL);
  const positions = parse(cell?.text);
  for (const hub of Object.keys(positions)) {
    const owner = await engine.cell(hubKey(hub));
    if (owner && parseHubCell(owner).isEmpty === true) delete positions[hub];
  }
  const isSet = await engine.setCell(CELL, JSON.stringify(positions), cell?.revision ?? 0);
  const all = Object.values(positions).map(({ position }) => position);
  return isSet && all.length > 0 ? Math.min(...all) : undefined;
}

function parse(text: string | undefined): z.infer<typeof POSITIONS> {
  const positions = POSITIONS.safeParse(text === undefined ? {} : parseJson(text));
  if (positions.success) return positions.data;
  throw new HubError('store/damaged', `the cluster holds ${quote(text)} instead of positions`);
}
