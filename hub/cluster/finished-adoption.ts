import type { Engine } from './engine.ts';
import { hubKey, parseHubCell, readHubCell } from './hub-cell.ts';
import { encodeJson } from './json.ts';
import { replayLog } from './log-replay.ts';
import type { MoveTables } from './move-tables.ts';
import { HubState } from './state.ts';

/**
 * Ends an adoption whose adopter has all of the state safely, but has not recorded that: empties the dead hub's log, and then marks its cell. `epoch` is the
 * epoch of the adoption. Any number of processes may do this at once, and any of them may die in between, as nothing that the hub writes later is touched.
 */
export async function finishAdoption(engine: Engine, hub: string, epoch: number): Promise<void> {
  const found = await engine.cell(hubKey(hub));
  if (!found) return;
  const cell = parseHubCell(found);
  if (cell.epoch !== epoch || cell.isEmpty) return;
  const log = await engine.log(hub);
  const { begunAt, state, target } = await replayLog(log, () => new HubState());
  if (state.epoch > epoch) return; // Another process owns the state by now.
  await finishAdoptions(engine, target.tables);
  if (begunAt > 0) await log.trim(begunAt);
  const text = { ...cell, isReleased: true, isEmpty: true };
  if (await engine.setCell(hubKey(hub), JSON.stringify(text), found.revision))
    engine.cast(hubKey(hub), encodeJson(text));
}

/**
 * Ends the adoptions that an adopter did not live to end. `adopted` are the marks in its log, whose content is at another hub now. Call it before that log is
 * emptied: a hub that looks for the outcome of such an adoption looks there first.
 */
export async function finishAdoptions(
  engine: Engine,
  { adopted }: Pick<MoveTables, 'adopted'>,
): Promise<void> {
  for (const [hub, epoch] of adopted) {
    const cell = await readHubCell(engine, hub);
    const isOpen = cell?.adopter !== undefined && cell.isEmpty !== true;
    if (isOpen && cell.epoch <= epoch) await finishAdoption(engine, hub, cell.epoch);
  }
}
